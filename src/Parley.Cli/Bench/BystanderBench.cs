using System.Security.Cryptography;
using Parley.Frames;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Cli.Bench;

/// <summary>
/// What a stranger costs others: a member of a space writes one message after another, alone, and then while somebody else is subscribed to
/// very many topics of no concern to the member and, before each message, has a node of theirs move to another room.
/// </summary>
internal static class BystanderBench
{
    private const int Topics = 50_000;
    private const int TopicsPerSocket = 10_000;
    private const int TopicsPerFrame = 1_000;
    private const int Members = 10;

    /// <summary>Measures without and with the stranger.</summary>
    public static async Task RunAsync(BenchRun run, int commits, Func<Func<Task<BenchResult>>, Task> tell)
    {
        using var work = await GovernedWork.BeginAsync(Members);
        await using var member = await AcknowledgedSender.ConnectAsync(run, work.Space.Owner);
        await member.SendAsync(work.Space.Take());
        await tell(async () => await member.MeasureAsync("member's commits, alone", await work.MessagesAsync(commits), IngestShape.All[0]));

        using var stranger = new BenchPerson();
        List<BenchClient> sockets = [];
        try
        {
            while (sockets.Count < Topics / TopicsPerSocket)
            {
                sockets.Add(await SubscribeAsync(run, stranger));
            }

            var moves = new List<byte[]>(commits);
            for (var i = 0; i < commits; i++)
            {
                moves.Add(await MoveAsync(stranger));
            }

            var messages = await work.MessagesAsync(commits);
            await tell(() => member.MeasureAsync($"… beside {Topics} topics", messages, IngestShape.All[0], i => sockets[0].SendAsync(moves[i])));
        }
        finally
        {
            await Task.WhenAll(sockets.Select(static s => s.DisposeAsync().AsTask()));
        }
    }

    private static async Task<BenchClient> SubscribeAsync(BenchRun run, BenchPerson stranger)
    {
        var client = await BenchClient.ConnectAsync(run, who: stranger);
        for (var i = 0; i < TopicsPerSocket; i += TopicsPerFrame)
        {
            await client.SubscribeAsync([.. Enumerable.Range(0, TopicsPerFrame).Select(static _ => RoomNames.Channel(SignedChanges.NewNode()))]);
        }

        return client;
    }

    /// <summary>Two frames: a message that proves nothing makes a node in one channel, and one that proves it moves the node to another.</summary>
    private static async Task<byte[]> MoveAsync(BenchPerson stranger)
    {
        var id = RandomNumberGenerator.GetHexString(22, lowercase: true);
        var node = NodeProof.IdFor(stranger.Id, id);
        return [.. await CreateAsync(stranger, node, "no-" + id), .. await CreateAsync(stranger, node, id)];
    }

    private static async Task<byte[]> CreateAsync(BenchPerson stranger, NodeId node, string id)
    {
        var channel = SignedChanges.NewNode();
        var room = RoomNames.Channel(channel);
        var payload = new ChangePayload(node, Schemas.ChatMessage, SignedChanges.Message(channel, 0), null);
        var change = await stranger.SignAsync(new ChangeFields(id, payload, null, stranger.Id, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 1));
        return WebSocketFrame.Encode(WebSocketFrame.Text, ClientFrames.NodeChange(room, room, ChangeWire.ToBytes(change, room)));
    }
}
