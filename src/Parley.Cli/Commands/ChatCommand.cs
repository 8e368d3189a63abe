using Parley.Cli.Chat;
using Parley.Cli.Hosting;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Connection;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Rooms;

namespace Parley.Cli.Commands;

/// <summary><c>parley chat</c>: takes part in a channel from a terminal or a script.</summary>
internal static class ChatCommand
{
    /// <summary>Where <c>parley hub</c> listens by default.</summary>
    public const string HubDefault = "ws://127.0.0.1:4444/sync";

    private const int HistoryDefault = 20;
    private const int WaitSecondsDefault = 30;

    public static Command Command { get; } = new("chat", "Joins a channel: prints its messages as they come, sends what you write.", RunAsync)
    {
        Operands = [new("CHANNEL", "a channel's id, or its name after a #, such as '#general' (the default)", Required: false)],
        Options =
        [
            new("hub", "URL", $"the hub (default {HubDefault})"),
            new("data", "DIR", $"the person's folder: key and store; made when missing (default {KeyFolder.DefaultPath})"),
            KeyAccess.PassphraseFileOption,
            new("name", "NAME", "the name that others see"),
            new("send", "TEXT", "sends this and ends once the hub has it; may be given several times", Repeatable: true),
            new("history", "N", $"prints the last N messages first (default {HistoryDefault}; 0 with --send)"),
            new("wait", "SECONDS", $"how long to wait for the hub to have everything, at the start and at the end (default {WaitSecondsDefault})"),
            new("json", null, "prints each message as one line of JSON"),
            new("listen", null, "reads no standard input; prints until Ctrl+C"),
        ],
        Notes =
        [
            "Every line of standard input is one message. At its end the command waits until the hub has them all.",
            "What could not be delivered stays in the folder and goes out the next time.",
        ],
        ExitCodes = [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Unreachable, ExitCode.KeyLocked, ExitCode.KeyFile, ExitCode.Interrupted],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var hub = arguments.HubAddress("hub", HubDefault);
        var wait = TimeSpan.FromSeconds(arguments.Number("wait", WaitSecondsDefault, 0, 3_600));
        var sends = arguments.All("send");
        var history = arguments.Number("history", sends.Count > 0 ? 0 : HistoryDefault, 0, NodeQuery.LimitMax);
        var folder = DataFolder.Prepare(arguments.Text("data") ?? KeyFolder.DefaultPath);
        using var signer = await new KeyFolder(folder, KeyAccess.Of(arguments)).OpenOrMakeAsync(cancellationToken);
        await using var client = await ParleyClient.OpenAsync(new ParleyOptions
        {
            Store = SqliteStore.At(KeyFolder.StoreIn(folder)),
            Signer = signer,
            Signatures = SodiumSignatures.Instance,
            InviteSigner = (seed, _) => new(new SodiumSigner(seed.Span)),
            Hub = hub,
        }, cancellationToken);

        if (arguments.Text("name") is { } name && client.Profiles.NameOf(client.Me) != name)
        {
            await client.Profiles.SetNameAsync(name, cancellationToken);
        }

        var channel = await FindChannelAsync(client, arguments.Operand(0) ?? "#general", wait, cancellationToken);
        var chat = client.Channels.Open(channel);
        if (!await CatchUpAsync(client, wait, cancellationToken))
        {
            Console.Error.WriteLine(client.Connection.Value is { Phase: ConnectionPhase.Refused, Why: var why }
                ? $"· not let in, what you write is kept here. {why}"
                : "· the hub cannot be reached; what you write is kept here and goes out when it can");
        }

        using var terminal = new TerminalChat(client, chat, TimeProvider.System, arguments.Has("json"));
        using var presence = client.Presence.Join(RoomNames.SpacePresence(client.Space));
        presence.Show(state => state with { Viewing = channel });
        await TalkAsync(terminal, sends, history, arguments.Has("listen"), cancellationToken);
        return await DeliverAsync(client, wait, cancellationToken);
    }

    private static async Task TalkAsync(TerminalChat terminal, IReadOnlyList<string> sends, int history, bool listen, CancellationToken cancellationToken)
    {
        var newest = await terminal.PrintHistoryAsync(history, cancellationToken);
        foreach (var text in sends)
        {
            await terminal.SendAsync(text, cancellationToken);
        }

        if (sends.Count > 0)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] watching = [terminal.PrintNewAsync(newest, stop.Token), terminal.ReportConnectionAsync(stop.Token)];
        var talking = listen ? Task.Delay(Timeout.Infinite, stop.Token) : terminal.SendLinesAsync(stop.Token);

        // Whichever ends first ends the talk: the input, or a failure on either side.
        await await Task.WhenAny([talking, .. watching]);
        await terminal.ReadBackAsync(stop.Token);
        await stop.CancelAsync();
        await Task.WhenAll(watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The channel that was named: <c>#general</c> always exists, another name is looked up, anything else is an id.</summary>
    private static async Task<NodeId> FindChannelAsync(ParleyClient client, string written, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (written == "#general")
        {
            return await client.Channels.EnsureGeneralAsync(cancellationToken);
        }

        if (!written.StartsWith('#'))
        {
            return NodeId.TryParse(written, out var id) ? id : throw CliException.Usage($"'{written}' is no channel's id");
        }

        var byName = client.Channels.List.Where("name", written[1..]).Take(2);
        var found = await client.Nodes.FindAsync(byName, cancellationToken);
        if (found.Count == 0 && await CatchUpAsync(client, wait, cancellationToken))
        {
            found = await client.Nodes.FindAsync(byName, cancellationToken);
        }

        return found.Count switch
        {
            1 => found[0].Id,
            0 => throw new CliException(ExitCode.Failed, $"there is no channel {written} here"),
            _ => throw new CliException(ExitCode.Failed, $"several channels are called {written}; give the id of one"),
        };
    }

    /// <summary>True once everything that the hub has is here; false at once where the hub cannot be reached.</summary>
    private static async Task<bool> CatchUpAsync(ParleyClient client, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            await foreach (var status in client.Connection.WatchAsync(limit.Token))
            {
                switch (status.Phase)
                {
                    case ConnectionPhase.Online:
                        await client.SettleAsync(limit.Token);
                        return true;
                    case ConnectionPhase.Offline or ConnectionPhase.Refused:
                        return false;
                    case ConnectionPhase.Alone or ConnectionPhase.Connecting or ConnectionPhase.Syncing:
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It took longer than allowed.
        }

        return false;
    }

    private static async Task<int> DeliverAsync(ParleyClient client, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            await client.SettleAsync(limit.Token);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Unreachable,
                $"kept here and not yet at the hub: {client.Connection.Value.Unsent}; it goes out the next time");
        }
    }
}
