using Parley.Access;
using Parley.EndToEnd.App;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Frames;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Xunit;

namespace Parley.EndToEnd.Ledger;

/// <summary>
/// A client of the reference knows neither acknowledgements nor logs: it offers what it wrote once, and does not ask what became of it.
/// </summary>
public sealed class ReferenceClientTests(ParleyExecutable executable)
{
    private const string Name = "Rae";

    // Above what the space's log has, for without a word of what its author knew a message's Lamport time alone says it.
    private const long LamportFirst = 1_000;

    private readonly Author _rae = new(81, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    private long _lamport = LamportFirst;

    [Fact]
    public async Task What_it_writes_before_its_grant_arrives_is_there_when_it_does_and_so_it_is_after_a_wipe()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        using var ann = new Laptop(hub, "Ann");
        using var bob = new Laptop(hub, "Bob");
        var said = new Conversation();
        var space = new NodeId(await ann.CreateSpaceAsync("Harbour"));
        await bob.JoinAsync(await ann.InviteAsync("7d", people: 1), said.Next(bob, "before", 3));

        await WriteAsync(hub, space, said.Next(Name, "before the grant", 20));
        await using (var program = await ann.OpenProgramAsync())
        {
            await program.Spaces.Open(space).GrantAsync(_rae.Person, AccessRole.Member, TestContext.Current.CancellationToken);
            await program.SettleAsync(TestContext.Current.CancellationToken);
        }

        await said.IsCompleteAsync(ann, bob);

        await hub.StopAndAsync(static folder =>
        {
            Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        });
        await WriteAsync(hub, space, said.Next(Name, "after the wipe", 20));
        await said.IsCompleteAsync(bob, ann);
        await Databases.EverythingIsFiledAsync(hub, ann, bob);
    }

    // The last line is written in two steps: its first words, then an update that says nothing but the others.
    private async Task WriteAsync(HubProcess hub, NodeId space, string[] lines)
    {
        List<Change> changes =
        [
            _rae.CreateUnproven(RoomNames.ProfileNode(_rae.Person).Value, Schemas.Profile, ("displayName", JsonValue.Of(Name))),
            .. lines[..^1].Select(line => Message(space, line)),
            Message(space, "draft"),
        ];
        var words = _rae.Fields(_rae.NextId(), changes[^1].Node, null, changes[^1].Hash.ToString(), ("content", JsonValue.Of(lines[^1])));
        changes.Add(_rae.Sign(words with { Lamport = _lamport++ }));
        var token = _rae.Sign(new UcanDraft(new(
            _rae.Person, HubAudience.Of(hub.Sync), TimeProvider.System.GetUtcNow().AddHours(1), new([new("*", "*")]), Guid.NewGuid().ToString())));
        await using var socket = await HubClient.ShowAsync(hub.Sync, token.Text);
        await socket.SendAsync(ClientFrames.Handshake(_rae.Did, []));
        foreach (var change in changes)
        {
            await socket.SendAsync(Author.Frame(change, room: _rae.Did));
        }

        Assert.DoesNotContain(await socket.ReadUntilPongAsync(), static frame => frame["type"]!.Text == "node-error");
    }

    /// <summary>A message in the space's #general under a random id, as clients of the reference make them.</summary>
    private Change Message(NodeId space, string text)
    {
        _rae.WallTime++;
        var fields = _rae.Fields(
            _rae.NextId(), new(Guid.NewGuid().ToString("N")), Schemas.ChatMessage, null,
            ("channel", JsonValue.Of(RoomNames.ThreadOf(space).Value)), ("content", JsonValue.Of(text)));
        return _rae.Sign(fields with { Lamport = _lamport++ });
    }
}
