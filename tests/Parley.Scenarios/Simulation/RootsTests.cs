using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>Which of two first changes makes a node does not depend on whose device asks.</summary>
public sealed class RootsTests
{
    [Fact]
    public void A_persons_own_first_change_that_is_not_accepted_gives_way_to_one_that_is()
    {
        var workspace = new SimWorkspace();
        var (member, writer, outsider) = (new SimReplica(0, 1, SimMutant.None), new SimReplica(1, 2, SimMutant.None), new SimReplica(2, 3, SimMutant.None));
        workspace.Make(member);
        NodeId? said = null;
        member.Act(draft => (said = draft.Write(
            null, Schemas.ChatMessage, JsonValue.Object(("channel", JsonValue.Of(RoomNames.ThreadOf(workspace.Space).Value)), ("content", JsonValue.Of("hello"))),
            RoomNames.Channel(RoomNames.ThreadOf(workspace.Space)))) is not null);
        List<(Change, RoomId)> before = [.. member.Store.Log.Select(filed => (filed.Change, filed.Home))];

        // The writer is in nothing; while the message is not here, the thread on it is everybody's.
        var early = Thread(writer, said!.Value);
        var late = Thread(member, said.Value);
        foreach (var replica in new[] { writer, outsider })
        {
            replica.Receive([early]);
            replica.Receive(before);
            replica.Receive([late]);
        }

        Assert.Equal(late.Change.Hash, outsider.Store.Node(RoomNames.ThreadOf(said.Value))!.Root.Hash);
        Assert.Equal(late.Change.Hash, writer.Store.Node(RoomNames.ThreadOf(said.Value))!.Root.Hash);
    }

    /// <summary>Histories in which the root of a thread hung on who asked, or on what came first.</summary>
    [Theory]
    [InlineData(114)]
    [InlineData(328)]
    public void Everybody_sees_the_same_root(int seed) => Assert.Null(LedgerSimulation.Violation(new(seed)));

    private static (Change Change, RoomId Room) Thread(SimReplica by, NodeId target)
    {
        var thread = RoomNames.ThreadOf(target);
        by.Act(draft => draft.Write(
            thread, Schemas.Channel, JsonValue.Object(("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(target.Value))), RoomNames.Channel(thread)) is not null);
        return by.Store.Log.Where(filed => filed.Change.Node == thread).Select(filed => (filed.Change, filed.Home)).Single();
    }
}
