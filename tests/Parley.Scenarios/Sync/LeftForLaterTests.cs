using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Scenarios.Access;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>More is set free at once than one transaction takes: the rest is judged when nothing else is to be done, also by the next program.</summary>
public sealed class LeftForLaterTests
{
    private const int Rooms = 6;
    private const int InRoom = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_that_waited_for_a_space_is_there_in_the_end(bool endsBetween)
    {
        using var folder = new TemporaryFolder();
        await using var alice = await LoneReplica.OpenAsync(new Person("Alice"), new Random(1));
        var space = new NodeId(await alice.ActAsync(new MembershipCommand.CreateSpace("Space")));
        var channels = await ChannelsAsync(alice, space);
        var all = await alice.ChangesAsync();
        foreach (var channel in channels)
        {
            foreach (var chunk in Enumerable.Range(0, InRoom).Chunk(100))
            {
                await alice.WriteAsync([.. chunk.Select(i => new NodeDraft
                {
                    SchemaId = Schemas.ChatMessage,
                    Properties = JsonValue.Object(("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of($"line {i}"))),
                })]);
            }
        }

        var bob = await LoneReplica.OpenAsync(new Person("Bob"), new Random(2), SqliteStore.At(folder["bob.db"]));
        foreach (var chunk in (await alice.ChangesAsync()).Skip(all.Count).Chunk(500))
        {
            await bob.ReceiveAsync(chunk);
        }

        Assert.Equal(Rooms * InRoom, await bob.HeldAsync());
        await bob.ReceiveAsync(all);
        Assert.InRange(await bob.HeldAsync(), 1, (Rooms * InRoom) - 1);
        if (endsBetween)
        {
            await bob.DisposeAsync();
            bob = await LoneReplica.OpenAsync(new Person("Bob"), new Random(2), SqliteStore.At(folder["bob.db"]));
        }

        using var ending = new CancellationTokenSource();
        var running = bob.Ledger.RunAsync(ending.Token);
        await Eventually.SeesAsync(bob.HeldAsync, held => held == 0);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        foreach (var channel in channels)
        {
            Assert.Equal(InRoom, await bob.CountAsync(channel));
        }

        await bob.DisposeAsync();
    }

    private static async Task<IReadOnlyList<NodeId>> ChannelsAsync(LoneReplica alice, NodeId space)
    {
        List<NodeId> channels = [RoomNames.ThreadOf(space)];
        for (byte i = 1; i < Rooms; i++)
        {
            var nonce = new byte[16];
            nonce[0] = i;
            channels.Add(RoomNames.OpenChannel(alice.Id, nonce, space.Value));
            await alice.WriteAsync(new NodeDraft
            {
                Node = channels[^1],
                SchemaId = Schemas.Channel,
                Properties = JsonValue.Object(
                    ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of($"open {i}")), ("space", JsonValue.Of(space.Value)),
                    ("parley:access", RoomNames.OpenChannelProof(alice.Id, nonce, space.Value))),
            });
        }

        return channels;
    }
}
