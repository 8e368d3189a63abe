using System.Security.Cryptography;
using Parley.Ids;

namespace Parley.Cli.Bench;

/// <summary>What connections that do nothing cost the hub, where its process is known.</summary>
/// <param name="Connections">How many there were, each with one subscription.</param>
/// <param name="BytesEach">Memory of one, bytes.</param>
/// <param name="CpuShare">CPU time of all together, as a share of one core.</param>
internal sealed record IdleResult(int Connections, double? BytesEach, double? CpuShare);

/// <summary>Connections that do nothing. Only a hub that has done nothing before shows what they cost: a busy one has memory to spare.</summary>
internal static class IdleBench
{
    private const int ConnectAtOnce = 50;

    public static async Task<IdleResult> RunAsync(BenchRun run, int connections)
    {
        var topic = RoomNames.Call(new("idle-" + RandomNumberGenerator.GetHexString(8, lowercase: true)));
        var before = run.Process?.ResidentBytes;
        var clients = new List<BenchClient>();
        try
        {
            while (clients.Count < connections)
            {
                var more = await Task.WhenAll(Enumerable.Range(0, Math.Min(ConnectAtOnce, connections - clients.Count))
                    .Select(_ => BenchClient.ConnectAsync(run)));
                clients.AddRange(more);
                await Task.WhenAll(more.Select(c => c.SubscribeAsync(topic)));
            }

            var clock = run.Start();
            await Task.Delay(run.Duration, run.Stopped);
            var result = clock.Finish("idle", connections, "connections");
            return new IdleResult(connections, (result.ResidentBytes - before) / (double)connections, result.CpuSeconds / result.Seconds);
        }
        finally
        {
            await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        }
    }
}
