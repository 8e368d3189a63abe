namespace Parley.Cli.Bench;

/// <summary>The measurements of a hub, one after another, each told as soon as it is done.</summary>
internal sealed class HubBench(BenchRun run, TextWriter? table)
{
    private readonly List<BenchResult> _results = [];

    public required int Changes { get; init; }
    public required int CatchUpChanges { get; init; }
    public required int Publishers { get; init; }
    public required int Connections { get; init; }
    public required int Spaces { get; init; }

    public IReadOnlyList<BenchResult> Results => _results;

    public IdleResult? Idle { get; private set; }

    /// <summary>Runs the named parts. Returns the hub's handshake.</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> parts)
    {
        var handshake = await run.MeasureAsync(async () =>
        {
            await using var probe = await BenchClient.ConnectAsync(run);
            return await probe.Handshake;
        });
        table?.WriteLine(BenchReport.Machine());
        table?.WriteLine($"hub {run.Hub} {handshake}");
        table?.WriteLine(BenchReport.Header);
        foreach (var part in parts)
        {
            await run.MeasureAsync(() => part switch
            {
                "fan-out" => FanOutAsync(),
                "ingest" => IngestAsync(),
                "catch-up" => CatchUpAsync(),
                "governed" => GovernedBench.RunAsync(run, Changes, TellAsync),
                "spaces" => TellAsync(() => SpacesBench.RunAsync(run, Spaces)),
                "bystander" => BystanderBench.RunAsync(run, Math.Max(1, Changes / 100), TellAsync),
                _ => IdleAsync(),
            });
        }

        return handshake;
    }

    private async Task FanOutAsync()
    {
        foreach (var subscribers in (int[])[10, 100])
        {
            await TellAsync(() => FanOutBench.RunAsync(run, subscribers, Publishers));
        }
    }

    private async Task IngestAsync()
    {
        foreach (var shape in IngestShape.All)
        {
            using var pages = new SignedChanges();
            await TellAsync(() => IngestBench.PagesAsync(run, pages, shape, CountFor(shape)));
        }

        // One channel for all shapes: a hub that slows down as a channel grows shows it here.
        using var author = new SignedChanges();
        var channel = await run.MeasureAsync(() => IngestBench.CreateChannelAsync(run, author));
        foreach (var shape in IngestShape.All)
        {
            await TellAsync(() => IngestBench.MessagesAsync(run, author, channel, shape, CountFor(shape)));
        }
    }

    private async Task CatchUpAsync()
    {
        using var author = new SignedChanges();
        await run.MeasureAsync(() => IngestBench.PagesAsync(run, author, IngestShape.All[^1], CatchUpChanges));
        await TellAsync(() => CatchUpBench.RunAsync(run, author, CatchUpChanges));
    }

    private async Task IdleAsync()
    {
        Idle = await run.MeasureAsync(() => IdleBench.RunAsync(run, Connections));
        table?.WriteLine(BenchReport.Line(Idle));
    }

    private int CountFor(IngestShape shape) => shape.InFlight == 1 ? Math.Max(1, Changes / 10) : Changes;

    private async Task TellAsync(Func<Task<BenchResult>> measurement)
    {
        var result = await run.MeasureAsync(measurement);
        _results.Add(result);
        table?.WriteLine(BenchReport.Line(result));
    }
}
