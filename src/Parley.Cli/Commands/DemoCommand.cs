using Parley.Cli.Demo;
using Parley.Cli.Hosting;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Storage;

namespace Parley.Cli.Commands;

/// <summary><c>parley demo</c>: a workspace with people in it, for screenshots, figures and a first look.</summary>
internal static class DemoCommand
{
    private const string SpaceName = "Harbour";
    private const int PeopleDefault = 12;
    private const int MessagesDefault = 5_000;
    private const int SettleSeconds = 120;
    private const int ReachSeconds = 20;

    public static Command Command { get; } = new("demo", "Fills a hub with a lifelike workspace, through real clients.", RunAsync)
    {
        Options =
        [
            new("hub", "URL", $"the hub (default {ChatCommand.HubDefault})"),
            new("people", "N", $"how many people talk (default {PeopleDefault})"),
            new("messages", "N", $"how many messages they write (default {MessagesDefault})"),
            new("seed", "N", "the same seed has the same people say the same things (default 1)"),
            new("data", "DIR", "keeps the first person's key and store here, to go on as that person with 'parley chat --data DIR'"),
            KeyAccess.PassphraseFileOption,
        ],
        Notes = ["Three weeks of talk in eight channels: threads, mentions, edits, long words, emoji, right-to-left text, two languages and more."],
        ExitCodes = [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Unreachable, ExitCode.KeyLocked, ExitCode.KeyFile, ExitCode.Interrupted],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var hub = arguments.HubAddress("hub", ChatCommand.HubDefault);
        var people = arguments.Number("people", PeopleDefault, 1, 200);
        var messages = arguments.Number("messages", MessagesDefault, 1, 1_000_000);
        var seed = arguments.Number("seed", 1, 0, int.MaxValue);
        var folder = arguments.Text("data") is { } path ? DataFolder.Prepare(path) : null;

        var phrases = Phrases.Load();
        var names = Enumerable.Range(0, people).Select(i => NameOf(phrases, i)).ToArray();
        IReadOnlyList<DemoChannel> channels = [new("general", null, "en"), .. phrases.Channels];
        var now = TimeProvider.System.GetLocalNow();
        var lines = DemoScript.Write(phrases, channels, people, messages, seed, now);
        var clock = new DemoClock(lines[0].At.AddMinutes(-10));

        using var first = folder is null ? null : await new KeyFolder(folder, KeyAccess.Of(arguments)).OpenOrMakeAsync(cancellationToken);
        ISigner KeyOf(int person) => person == 0 && first is not null ? first : DemoWorkspace.KeyOf(seed, person);
        SqliteStore StoreOf(int person) => person == 0 && folder is not null ? SqliteStore.At(KeyFolder.StoreIn(folder)) : SqliteStore.InMemory();
        await using var workspace = await DemoWorkspace.OpenAsync(hub, names, KeyOf, StoreOf, clock, cancellationToken);
        // Before thousands of messages are written for nobody.
        await SettleAsync(workspace, ReachSeconds, $"{hub} cannot be reached", cancellationToken);
        var (space, invite) = await workspace.GatherAsync(SpaceName, cancellationToken);
        var ids = await workspace.FurnishAsync(space, channels, phrases.Pages, cancellationToken);
        await workspace.PlayAsync(lines, ids, new Progress("Writing", lines.Count), cancellationToken);
        clock.MoveTo(now);
        Console.Error.WriteLine("Waiting until the hub has everything …");
        await SettleAsync(workspace, SettleSeconds, $"{hub} did not take everything within {SettleSeconds} s", cancellationToken);
        Console.WriteLine($"{messages:N0} messages of {people} people in {channels.Count} channels of the space {SpaceName}. Come in, for 30 days:");
        Console.WriteLine(SpacesCommand.LinkOf(hub, invite));
        return ExitCode.Ok;
    }

    private static async Task SettleAsync(DemoWorkspace workspace, int seconds, string otherwise, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            await workspace.SettleAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Unreachable, otherwise);
        }
    }

    private static string NameOf(Phrases phrases, int person) =>
        person < phrases.People.Count ? phrases.People[person] : $"{phrases.People[person % phrases.People.Count]} {1 + (person / phrases.People.Count)}";
}
