using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Replica;
using Parley.Scenarios.Access;
using Parley.Storage;
using Parley.Store;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>A write that fails leaves no trace in memory: every answer is then that of one who opens the store anew.</summary>
public sealed class FailedWriteTests
{
    private static readonly NodeId OpenRoom = new("a-channel-of-everybody");

    [Fact]
    public async Task Whichever_write_fails_the_replica_stands_as_if_it_were_opened_anew()
    {
        var pages = await PagesAsync();
        var (unfailed, writes) = await RunAsync(pages, -1);
        Assert.InRange(writes, 10, 100);
        for (var failing = 0; failing < writes; failing++)
        {
            var (failed, _) = await RunAsync(pages, failing);
            Assert.Equal(unfailed, failed);
        }
    }

    // What Bob's hub tells him, page by page: a space that he is in, removed from and in again.
    private static async Task<List<IReadOnlyList<JsonValue>>> PagesAsync()
    {
        var random = new Random(11);
        await using var alice = await LoneReplica.OpenAsync(new Person("Alice"), random);
        await using var bob = new Person("Bob");
        List<IReadOnlyList<JsonValue>> pages = [];
        async Task PageAsync()
        {
            var all = await alice.ChangesAsync();
            pages.Add([.. all.Skip(pages.Sum(page => page.Count))]);
        }

        var space = new NodeId(await alice.ActAsync(new MembershipCommand.CreateSpace("Space")));
        await alice.ActAsync(new MembershipCommand.Seat(space, bob.Id, AccessRole.Member));
        await PageAsync();
        var general = RoomNames.ThreadOf(space);
        var first = await alice.SendAsync(general, "first");
        var nonce = new byte[16];
        await alice.WriteAsync(new NodeDraft
        {
            Node = RoomNames.OpenChannel(alice.Id, nonce, space.Value),
            SchemaId = Schemas.Channel,
            Properties = JsonValue.Object(
                ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of("open")), ("space", JsonValue.Of(space.Value)),
                ("parley:access", RoomNames.OpenChannelProof(alice.Id, nonce, space.Value))),
        });
        await PageAsync();
        await alice.EditAsync(first, "first, and better");
        await alice.ActAsync(new MembershipCommand.CreateChannel(space, "private", null, [bob.Id]));
        await alice.ActAsync(new MembershipCommand.OpenDirect([bob.Id]));
        await PageAsync();
        await alice.ActAsync(new MembershipCommand.Unseat(space, bob.Id));
        await alice.SendAsync(general, "without Bob");
        await PageAsync();
        await alice.ActAsync(new MembershipCommand.Seat(space, bob.Id, AccessRole.Admin));
        await alice.SendAsync(general, "with Bob");
        await PageAsync();

        // A page that comes before the one that it rests on.
        (pages[1], pages[2]) = (pages[2], pages[1]);
        return pages;
    }

    // All of it, with one write that fails: the step is then tried again. What is on disk at the end, and how many writes there were.
    private static async Task<(string End, int Writes)> RunAsync(List<IReadOnlyList<JsonValue>> pages, int failing)
    {
        var store = SqliteStore.InMemory();
        await using var bob = await LoneReplica.OpenAsync(new Person("Bob"), new Random(5), store);
        var space = new NodeId(pages[0][0]["payload"]!["properties"]!["channel"]!.Text!);
        List<Func<Task>> steps =
        [
            .. pages.Take(3).Select(page => (Func<Task>)(() => bob.ReceiveAsync(page))),
            () => bob.Ledger.FollowAsync([RoomNames.Channel(OpenRoom)], default),
            () => bob.SendAsync(RoomNames.ThreadOf(space), "hello"),
            () => bob.ActAsync(new MembershipCommand.CreateChannel(space, "mine", null, [])),
            () => bob.ActAsync(new MembershipCommand.CreateSpace("Mine")),
            () => ReadToTheEndAsync(bob),
            () => bob.ReceiveAsync(pages[3]),
            () => bob.Ledger.ExpectAsync(space, default),
            () => bob.ReceiveAsync(pages[4]),
            () => bob.SendAsync(RoomNames.ThreadOf(space), "back"),
            () => bob.ActAsync(new MembershipCommand.Leave(space)),
        ];
        bob.Disk.FailsAfter = failing;
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (ParleyException failure) when (failure.Code == ParleyErrorCode.Storage)
            {
                await using var anew = await LoneReplica.OpenAsync(new Person("Bob"), new Random(5), new Kept(store));
                Assert.Equal(await DescribeAsync(anew, space), await DescribeAsync(bob, space));
                await step();
            }
        }

        return (await DescribeAsync(bob, space), -1 - bob.Disk.FailsAfter);
    }

    // So that what is left is followed no longer.
    private static async Task ReadToTheEndAsync(LoneReplica replica)
    {
        foreach (var room in replica.Rooms.Followed())
        {
            await replica.Ledger.WriteAsync([], _ => null, default, new(room, Cursor: 9, Last: null, CaughtUp: true, replica.Rooms[room].Begun));
        }
    }

    // Every answer that a replica gives from memory. Names of nodes made here are random, so their rooms are told by their kinds.
    private static async Task<string> DescribeAsync(LoneReplica replica, NodeId space)
    {
        using var turn = await replica.Ledger.EnterAsync(default);
        await replica.Ledger.RefreshAsync(default);
        using var draft = await replica.Ledger.DraftAsync(default);
        List<string> lines = [$"clock {replica.Ledger.Clock.Now}", $"unsent {replica.Outbox.Unsent}"];
        foreach (var room in replica.Rooms.Followed().Order(StringComparer.Ordinal))
        {
            var ruling = await draft.RulingOfAsync(new(room), default);
            lines.Add($"{Kind(room, space)} {replica.Rooms[room].CaughtUp} {ruling.Rule.GetType().Name} {ruling.Log?.Count}");
        }

        foreach (var log in replica.Ledger.Logs.All)
        {
            lines.Add($"{Kind(log.Domain.Value, space)} {log.Count} {string.Join(' ', log.Now.Access.OrderBy(seat => seat.Key).Select(seat => $"{seat.Key} {seat.Value}"))}");
        }

        lines.Sort(StringComparer.Ordinal);
        draft.Committed();
        return string.Join('\n', lines);
    }

    private static string Kind(string name, NodeId space) =>
        name.Contains(space.Value, StringComparison.Ordinal) || name.Contains(RoomNames.ThreadOf(space).Value, StringComparison.Ordinal) ? name
        : name.StartsWith("xnet-channel-", StringComparison.Ordinal) ? name[..16]
        : name.StartsWith("xnet-workspace-", StringComparison.Ordinal) ? name[..18]
        : name.StartsWith("sp-", StringComparison.Ordinal) || name.StartsWith("sc-", StringComparison.Ordinal) ? name[..3]
        : name;

    // A store that outlives who uses it.
    private sealed class Kept(ISqlDriver inner) : ISqlDriver
    {
        public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(statements, cancellationToken);

        public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(statements, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
