using System.Globalization;
using Parley.Cli.Bench;
using Parley.Cli.Terminal;

namespace Parley.Cli.Commands;

/// <summary><c>parley bench hub</c>: measures any hub of xnet/1.0 with the reference's own frames.</summary>
internal static class BenchCommand
{
    private const int CatchUpChanges = 10_000;
    // Idle connections first: afterwards the hub has memory to spare, and they would seem free.
    private static readonly string[] Parts = ["idle", "fan-out", "ingest", "catch-up"];

    public static Command Hub { get; } = new("bench hub", "Measures a hub: fan-out, ingest, catch-up, idle connections.", RunAsync)
    {
        Options =
        [
            new("url", "URL", "the hub, such as ws://127.0.0.1:4444 (without TLS)"),
            new("pid", "N", "the hub's process on this machine, for its CPU time and memory"),
            new("only", "PART", $"one of {string.Join(", ", Parts)}; may be given several times (default all)", Repeatable: true),
            new("seconds", "N", "how long each part runs that has no count (default 5)"),
            new("changes", "N", "changes of each ingest (default 20000; a tenth of it with window 1)"),
            new("publishers", "N", "connections that publish in turn, for hubs whose frame limit cannot be raised (default 1)"),
            new("connections", "N", "idle connections (default 1000)"),
            new("json", null, "prints one JSON object instead of a table"),
        ],
        Notes =
        [
            "Only frames of the reference are used: nothing is acknowledged, so a change counts when another connection receives it.",
            "Measure a hub of its own: 'parley hub --open --port 4999 --data /tmp/bench --limit frames-per-second=1000000",
            "--limit changes-per-second=1000000 --limit queue-bytes=67108864', and give its process id with --pid.",
        ],
        ExitCodes = [ExitCode.Failed, ExitCode.Unreachable, ExitCode.Interrupted],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var url = arguments.HubAddress("url");
        if (url.Scheme != "ws")
        {
            throw CliException.Usage("--url takes an address without TLS (ws://…): encryption would be measured with it");
        }

        var parts = arguments.All("only");
        if (parts.FirstOrDefault(p => !Parts.Contains(p)) is { } unknown)
        {
            throw CliException.Usage($"--only knows no '{unknown}'");
        }

        var process = arguments.Has("pid") ? HubProcess.Of(arguments.Number("pid", 0, 1, int.MaxValue)) : null;
        using var run = new BenchRun(url, process, TimeSpan.FromSeconds(arguments.Number("seconds", 5, 1, 600)), cancellationToken);
        var bench = new HubBench(run, arguments.Has("json") ? null : Console.Out)
        {
            Changes = arguments.Number("changes", 20_000, 10, 1_000_000),
            CatchUpChanges = CatchUpChanges,
            Publishers = arguments.Number("publishers", 1, 1, 1_000),
            Connections = arguments.Number("connections", 1_000, 1, 100_000),
        };
        var handshake = await bench.RunAsync(parts.Count > 0 ? parts : Parts);
        if (arguments.Has("json"))
        {
            await using var output = Console.OpenStandardOutput();
            BenchReport.WriteJson(output, url, handshake, bench.Results, bench.Idle);
            output.WriteByte((byte)'\n');
        }

        return ExitCode.Ok;
    }
}
