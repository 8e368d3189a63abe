using Parley.Access;
using Parley.Cli.Chat;
using Parley.Cli.Terminal;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Cli.Commands;

/// <summary><c>parley chat</c>: takes part in a channel from a terminal or a script.</summary>
internal static class ChatCommand
{
    /// <summary>Where <c>parley hub</c> listens by default.</summary>
    public const string HubDefault = "ws://127.0.0.1:4444/sync";

    private const int HistoryDefault = 20;

    public static Command Command { get; } = new("chat", "Joins a channel: prints its messages as they come, sends what you write.", RunAsync)
    {
        Operands = [new("CHANNEL", "a channel's id, or its name after a #, such as '#general' (the default)", Required: false)],
        Options =
        [
            .. PersonSession.Options,
            new("join", "LINK", "comes into a space or private channel by an invite's link first"),
            new("space", "SPACE", "the space whose channel is meant, by name or id (default: the only one, else 'main' where the hub has it)"),
            new("name", "NAME", "the name that others see"),
            new("send", "TEXT", "sends this and ends once the hub has it; may be given several times", Repeatable: true),
            new("history", "N", $"prints the last N messages first (default {HistoryDefault}; 0 with --send)"),
            new("json", null, "prints each message as one line of JSON"),
            new("listen", null, "reads no standard input; prints until Ctrl+C"),
        ],
        Notes =
        [
            "Every line of standard input is one message. At its end the command waits until the hub has them all.",
            "What could not be delivered stays in the folder and goes out the next time.",
        ],
        ExitCodes = PersonSession.ExitCodes,
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var sends = arguments.All("send");
        var history = arguments.Number("history", sends.Count > 0 ? 0 : HistoryDefault, 0, NodeQuery.LimitMax);
        var invite = arguments.Text("join") is not { } link ? null
            : Invite.TryParse(link, out var parsed) ? parsed
            : throw CliException.Usage("--join takes the whole link of an invite, such as http://127.0.0.1:4444/#join=…");
        await using var session = await PersonSession.OpenAsync(arguments, cancellationToken);
        var client = session.Client;
        if (arguments.Text("name") is { } name && client.Profiles.NameOf(client.Me) != name)
        {
            await client.Profiles.SetNameAsync(name, cancellationToken);
        }

        if (invite is not null)
        {
            await client.JoinAsync(invite, cancellationToken);
        }

        await session.MeetHubAsync(cancellationToken, isComingIn: invite is not null);
        var place = await new ChannelChoice(session).FindAsync(arguments.Operand(0), arguments.Text("space"), invite, cancellationToken);
        using var terminal = new TerminalChat(client, client.Channels.Open(place.Channel), TimeProvider.System, arguments.Has("json"));
        using var presence = place.Space is { } space ? client.Presence.Join(RoomNames.SpacePresence(space.Value)) : null;
        // The space hears only of what everybody of it may know to exist.
        presence?.Show(state => state with { Viewing = AccessDomains.KindOf(place.Channel) is null ? place.Channel : null });
        await TalkAsync(terminal, sends, history, arguments.Has("listen"), cancellationToken);
        await session.DeliverAsync(cancellationToken);
        return ExitCode.Ok;
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
}
