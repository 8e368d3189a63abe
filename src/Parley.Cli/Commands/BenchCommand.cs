using Parley.Cli.Bench;
using Parley.Cli.Terminal;

namespace Parley.Cli.Commands;

/// <summary><c>parley bench</c>: measures a hub, and a replica that reads from one.</summary>
internal static class BenchCommand
{
    private const int CatchUpChanges = 10_000;
    private const string Governed = "governed";
    private const string Spaces = "spaces";
    private const string Bystander = "bystander";
    // Idle connections first: afterwards the hub has memory to spare, and they would seem free.
    private static readonly string[] Parts = ["idle", "fan-out", "ingest", "catch-up"];

    private static readonly Option Url = new("url", "URL", "the hub, such as ws://127.0.0.1:4444 (without TLS)");
    private static readonly Option Json = new("json", null, "prints one JSON object instead of a table");
    private static readonly int[] ExitCodes = [ExitCode.Failed, ExitCode.Unreachable, ExitCode.Interrupted];

    public static IReadOnlyList<Command> Commands { get; } =
    [
        new("bench hub", "Measures a hub: fan-out, ingest, catch-up, idle connections, and spaces with members.", HubAsync)
        {
            Options =
            [
                Url,
                new("pid", "N", "the hub's process on this machine, for its CPU time and memory"),
                new("only", "PART", $"one of {string.Join(", ", Parts)}; may be given several times (default all)", Repeatable: true),
                new(Governed, null, "measures ingest in a space of 1000 members, with acknowledgements"),
                new(Spaces, "N", "makes N spaces with logs, and reads the hub's memory"),
                new(Bystander, null, "measures a member's commits beside a stranger of 50000 topics"),
                new("seconds", "N", "how long each part runs that has no count (default 5)"),
                new("changes", "N", "changes of each ingest (default 20000; a tenth of it with window 1, a hundredth beside a stranger)"),
                new("publishers", "N", "connections that publish in turn, for hubs whose frame limit cannot be raised (default 1)"),
                new("connections", "N", "idle connections (default 1000)"),
                Json,
            ],
            Notes =
            [
                "The parts of --only use frames of the reference alone: nothing is acknowledged, so a change counts when another connection receives it.",
                $"With --{Governed}, --{Spaces} or --{Bystander} nothing else is measured but what --only adds; they want a hub that checks rights.",
                "Measure a hub of its own: 'parley hub --open --port 4999 --data /tmp/bench --limit frames-per-second=1000000",
                $"--limit changes-per-second=1000000 --limit queue-bytes=67108864' (without --open for --{Governed} and its like), and give its process",
                "id with --pid.",
            ],
            ExitCodes = ExitCodes,
        },
        new("bench apply", "Measures a replica: how it takes in what it reads from a hub for the first time.", ApplyAsync)
        {
            Options =
            [
                Url,
                new("client", "FILE", "the replica's executable, of any build (default this one)"),
                new(Governed, null, "in a space of 1000 members, one change in a hundred a membership operation; else in the space main"),
                new("operations", "N", "with --governed: so many of the changes are operations, read before the others"),
                new("changes", "N", "how many changes it reads (default 20000)"),
                Json,
            ],
            Notes =
            [
                "The replica is 'parley spaces' as a process of its own: its CPU time and time are those of reading everything, less those of a start",
                "with nothing to read. The hub is filled first; run one for this: 'parley hub --commons --port 4999 --data /tmp/bench",
                "--limit frames-per-second=1000000 --limit changes-per-second=1000000 --limit operations=100000'.",
            ],
            ExitCodes = ExitCodes,
        },
    ];

    private static async Task<int> HubAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var url = UrlOf(arguments);
        var parts = arguments.All("only");
        if (parts.FirstOrDefault(p => !Parts.Contains(p)) is { } unknown)
        {
            throw CliException.Usage($"--only knows no '{unknown}'");
        }

        parts = [.. parts, .. new[] { Governed, Spaces, Bystander }.Where(arguments.Has)];
        var process = arguments.Has("pid") ? MeasuredProcess.Of(arguments.Number("pid", 0, 1, int.MaxValue)) : null;
        using var run = new BenchRun(url, process, TimeSpan.FromSeconds(arguments.Number("seconds", 5, 1, 600)), cancellationToken);
        var bench = new HubBench(run, arguments.Has(Json.Name) ? null : Console.Out)
        {
            Changes = arguments.Number("changes", 20_000, 10, 1_000_000),
            CatchUpChanges = CatchUpChanges,
            Publishers = arguments.Number("publishers", 1, 1, 1_000),
            Connections = arguments.Number("connections", 1_000, 1, 100_000),
            Spaces = arguments.Number(Spaces, 1, 1, 1_000_000),
        };
        var handshake = await bench.RunAsync(parts.Count > 0 ? parts : Parts);
        await TellAsync(arguments, url, handshake, bench.Results, bench.Idle);
        return ExitCode.Ok;
    }

    private static async Task<int> ApplyAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var url = UrlOf(arguments);
        var changes = arguments.Number("changes", 20_000, 10, 1_000_000);
        var operations = arguments.Has("operations") ? arguments.Number("operations", 0, 0, changes) : (int?)null;
        if (operations is not null && !arguments.Has(Governed))
        {
            throw CliException.Usage($"--operations goes with --{Governed}");
        }

        using var run = new BenchRun(url, null, TimeSpan.Zero, cancellationToken);
        using var bench = new ApplyBench(run, arguments.Text("client") ?? Environment.ProcessPath!);
        var result = await run.MeasureAsync(() => arguments.Has(Governed) ? bench.GovernedAsync(changes, operations) : bench.OpenAsync(changes));
        if (!arguments.Has(Json.Name))
        {
            Console.WriteLine(BenchReport.Machine());
            Console.WriteLine(BenchReport.Header);
            Console.WriteLine(BenchReport.Line(result));
        }

        await TellAsync(arguments, url, null, [result], null);
        return ExitCode.Ok;
    }

    private static async Task TellAsync(Arguments arguments, Uri hub, string? handshake, IReadOnlyList<BenchResult> results, IdleResult? idle)
    {
        if (arguments.Has(Json.Name))
        {
            await using var output = Console.OpenStandardOutput();
            BenchReport.WriteJson(output, hub, handshake, results, idle);
            output.WriteByte((byte)'\n');
        }
    }

    private static Uri UrlOf(Arguments arguments)
    {
        var url = arguments.HubAddress("url");
        return url.Scheme == "ws"
            ? url
            : throw CliException.Usage("--url takes an address without TLS (ws://…): encryption would be measured with it");
    }
}
