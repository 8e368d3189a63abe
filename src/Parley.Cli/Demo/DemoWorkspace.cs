using System.Security.Cryptography;
using System.Text;
using Parley.Access;
using Parley.Chat;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Cli.Demo;

/// <summary>Plays a script through real clients: every person is one, with a store, a key and a connection of their own.</summary>
internal sealed class DemoWorkspace : IAsyncDisposable
{
    private static readonly TimeSpan InviteLifetime = TimeSpan.FromDays(30);

    private readonly DemoClock _clock;
    private readonly List<ParleyClient> _people = [];

    private DemoWorkspace(DemoClock clock) => _clock = clock;

    /// <summary>Opens everybody's client and gives them names.</summary>
    /// <param name="hub">The hub that they all use.</param>
    /// <param name="names">Their names; the first is whose folder may be kept.</param>
    /// <param name="keyOf">The key of each, by number.</param>
    /// <param name="storeOf">The store of each, by number.</param>
    /// <param name="clock">The clock that they share.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<DemoWorkspace> OpenAsync(
        Uri hub, IReadOnlyList<string> names, Func<int, ISigner> keyOf, Func<int, ISqlDriver> storeOf, DemoClock clock, CancellationToken cancellationToken)
    {
        var workspace = new DemoWorkspace(clock);
        try
        {
            for (var i = 0; i < names.Count; i++)
            {
                var signer = keyOf(i);
                var client = await ParleyClient.OpenAsync(
                    new ParleyOptions
                    {
                        Store = storeOf(i),
                        Signer = signer,
                        Signatures = SodiumSignatures.Instance,
                        Hub = hub,
                        Links = new DemoLinks(signer),
                        InviteSigner = (seed, _) => new(new SodiumSigner(seed.Span)),
                        Time = clock,
                    },
                    cancellationToken);
                workspace._people.Add(client);
                await client.Profiles.SetNameAsync(names[i], cancellationToken);
            }

            return workspace;
        }
        catch
        {
            await workspace.DisposeAsync();
            throw;
        }
    }

    /// <summary>A key that belongs to a seed and a number, so that the same demo has the same people.</summary>
    public static ISigner KeyOf(int seed, int person) => new SodiumSigner(SHA256.HashData(Encoding.UTF8.GetBytes($"parley demo {seed} {person}")));

    /// <summary>The first person makes a space, and everybody else comes in by a link that also lets newcomers in. Returns both.</summary>
    public async Task<(NodeId Space, Invite Invite)> GatherAsync(string name, CancellationToken cancellationToken)
    {
        var space = await _people[0].Spaces.CreateAsync(name, cancellationToken);
        var expires = TimeProvider.System.GetUtcNow() + InviteLifetime;
        var invite = await _people[0].Spaces.Open(space).InviteAsync(expires, InviteOp.UsesMax, cancellationToken);
        await Task.WhenAll(_people.Skip(1).Select(person => person.JoinAsync(invite, cancellationToken)));
        return (space, invite);
    }

    /// <summary>Makes the channels of a space (the first is #general) and the pages. Returns the channels' ids once everybody has them all.</summary>
    public async Task<IReadOnlyList<NodeId>> FurnishAsync(
        NodeId space, IReadOnlyList<DemoChannel> channels, IReadOnlyList<(string Title, string Body)> pages, CancellationToken cancellationToken)
    {
        var ids = new List<NodeId> { RoomNames.ThreadOf(space) };
        for (var i = 1; i < channels.Count; i++)
        {
            ids.Add(await _people[i % _people.Count].Channels.CreateAsync(space, channels[i].Name, channels[i].Topic, cancellationToken));
        }

        for (var i = 0; i < pages.Count; i++)
        {
            var author = _people[i % _people.Count];
            var properties = JsonValue.Object(
                ("title", JsonValue.Of(pages[i].Title)), ("body", JsonValue.Of(pages[i].Body)), ("space", JsonValue.Of(space.Value)));
            await author.Nodes.WriteAsync([new NodeDraft { SchemaId = Schemas.Page, Properties = properties }], cancellationToken);
        }

        await Task.WhenAll(_people.Select(person => HasAllAsync(person, space, ids, cancellationToken)));
        return ids;
    }

    // Nobody writes into a channel of which their replica has not heard.
    private static async Task HasAllAsync(ParleyClient person, NodeId space, IReadOnlyList<NodeId> channels, CancellationToken cancellationToken)
    {
        using var here = person.Nodes.Watch(Channels.ListOf(space));
        await foreach (var nodes in here.WatchAsync(cancellationToken))
        {
            if (channels.All(channel => nodes.Any(node => node.Id == channel)))
            {
                return;
            }
        }
    }

    /// <summary>Plays the lines in order, each at its time.</summary>
    public async Task PlayAsync(IReadOnlyList<DemoLine> lines, IReadOnlyList<NodeId> channels, Progress progress, CancellationToken cancellationToken)
    {
        var written = new NodeId[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            _clock.MoveTo(line.At);
            var chat = _people[line.Person].Channels.Open(channels[line.Channel]);
            switch (line.Act)
            {
                case DemoAct.Say:
                    var mentions = line.Mentioned is { } who ? new Mentions([_people[who].Me.Value]) : null;
                    var root = line.Root is { } place ? written[place] : (NodeId?)null;
                    written[i] = await chat.SendAsync(new OutgoingMessage(line.Text, mentions, root), cancellationToken);
                    break;
                case DemoAct.Edit:
                    await chat.EditAsync(written[line.Root!.Value], line.Text, cancellationToken: cancellationToken);
                    break;
                case DemoAct.Redact:
                    await chat.RedactAsync(written[line.Root!.Value], cancellationToken);
                    break;
            }

            progress.Report(i + 1);
        }
    }

    /// <summary>Waits until the hub has everything, and everybody everything of the others.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_people.Select(p => p.SettleAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people)
        {
            await person.DisposeAsync();
        }
    }
}
