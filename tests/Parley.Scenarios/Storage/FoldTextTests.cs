using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Store;
using Xunit;

namespace Parley.Scenarios.Storage;

public sealed class FoldTextTests
{
    private static readonly PersonId Ann = PersonId.FromPublicKey(new byte[32]);
    private static readonly Stamp Created = new(7, 1_718_641_200_000, Ann, Keyed: true);
    private static readonly NodeRoot Root = new(new(new byte[32]), Ann, Created.WallTime, Created.Lamport, Schemas.Page, Proven: true);

    [Fact]
    public void What_a_merge_must_remember_survives_the_store()
    {
        var properties = new Dictionary<string, StampedValue>
        {
            ["content"] = new(JsonValue.Of("x"), Created),
            ["title"] = new(JsonValue.Null, Created, new PropertyWrite(JsonReader.Read("""{"k":[1]}"""), Created with { Keyed = false })),
        };
        var last = new ChangeOrder(9, Ann, new(Enumerable.Repeat((byte)3, 32).ToArray()));
        var state = new NodeState(new("n"), Root, properties, Deleted: true, Created with { Lamport = 9, Keyed = false }, Created.WallTime + 5, last);

        var read = FoldText.Read(state.Id, Root, FoldText.Write(state), state.ToJson(), state.Deleted, state.UpdatedAt);
        Assert.Equal(properties, read.Properties);
        Assert.Equal((state.DeletedStamp, state.Deleted, state.UpdatedAt, state.Last), (read.DeletedStamp, read.Deleted, read.UpdatedAt, read.Last));
    }

    [Fact]
    public void A_node_that_is_only_created_needs_no_more_than_its_create()
    {
        var properties = new Dictionary<string, StampedValue> { ["content"] = new(JsonValue.Of("x"), Created) };
        var state = new NodeState(new("n"), Root, properties, Deleted: false, null, Created.WallTime, new(Root.Lamport, Ann, Root.Hash));
        Assert.Null(FoldText.Write(state));
        var read = FoldText.Read(state.Id, Root, null, state.ToJson(), isDeleted: false, state.UpdatedAt);
        Assert.Equal(properties, read.Properties);
        Assert.Equal(state.Last, read.Last);
    }
}
