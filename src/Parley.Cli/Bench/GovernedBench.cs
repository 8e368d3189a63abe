using Parley.Ids;

namespace Parley.Cli.Bench;

/// <summary>
/// Ingest in a space with a log of memberships: the owner's connection brings what its people wrote, two members listen. Unlike
/// <see cref="IngestBench"/> every change is asked for its author's rights, and the hub acknowledges.
/// </summary>
internal static class GovernedBench
{
    /// <summary>Makes the space at the hub, and measures there with each shape that keeps the hub busy.</summary>
    public static async Task RunAsync(BenchRun run, int changes, Func<Func<Task<BenchResult>>, Task> tell)
    {
        using var work = await GovernedWork.BeginAsync();
        var space = work.Space;
        await using var sender = await AcknowledgedSender.ConnectAsync(run, space.Owner);
        await sender.SendAsync(space.Take());
        await using var first = await ListenAsync(run, work, 1);
        await using var second = await ListenAsync(run, work, 2);
        foreach (var shape in IngestShape.All.Where(static s => s.InFlight > 1))
        {
            var written = await work.ChangesAsync(changes, shape.BatchSize);
            await tell(() => sender.MeasureAsync($"governed, {shape.Name}", written, shape));
        }
    }

    private static async Task<BenchClient> ListenAsync(BenchRun run, GovernedWork work, int member)
    {
        var client = await BenchClient.ConnectAsync(run, who: work.Member(member));
        await client.SubscribeAsync(work.Space.Room, RoomNames.Channel(work.Space.OpenChannel), RoomNames.Channel(work.Space.PrivateChannel));
        return client;
    }
}
