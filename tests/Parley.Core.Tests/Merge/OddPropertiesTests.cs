using Parley.Ids;
using Xunit;

namespace Parley.Nodes;

/// <summary>A signed change may hold anything in its properties: the rules that read them must take it.</summary>
[Trait("weak-spot", "W32")]
public sealed class OddPropertiesTests
{
    private static readonly string[] Names =
        ["parley:access", "members", "target", "space", "channel", "kind", "visibility", "parley:after", "did", "owner", "mentions", "content"];

    private static readonly string[] Inner = ["v", "mode", "by", "n", "space", "dids"];

    private static readonly string[] Leaves =
    [
        "null", "true", "-1", "1.5", "1e300", "\"\"", "\"main\"", "\"dm\"", "\"private\"", "\"sp-\"", "\"\\ud800\"", "\"did:key:z\"", "1", "\"open\"",
        $"\"{Written.Ann}\"", "\"BwcHBwcHBwcHBwcHBwcHBw\"", "\"!!!!!!!!!!!!!!!!!!!!!!\"", "[]", "{}",
    ];

    [Fact]
    public void Odd_properties_never_make_the_rules_throw()
    {
        NodeId[] nodes =
        [
            new("n"), new("oc-"), new("dm-"), new("room-"), new("profile-"), new("inbox-did:key:z"), new("sc-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            RoomNames.ThreadOf(new("main")), RoomNames.ProfileNode(Written.Ann), RoomNames.DirectMessage([Written.Ann, Written.Bob]),
            RoomNames.OpenChannel(Written.Ann, new byte[16], "main"), NodeProof.IdFor(Written.Ann, "id"),
        ];
        string?[] schemas = [null, "", "@", Schemas.Channel, Schemas.ChatMessage, Schemas.Profile, Schemas.InboxState, Schemas.Space, Schemas.Page];
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var node = nodes[random.Next(nodes.Length)];
            var changes = Enumerable.Range(0, 2).Select(i => Written.By(
                random.Next(2) == 0 ? Written.Ann : Written.Bob, node, Properties(random), schemas[random.Next(schemas.Length)], lamport: i + 1, id: "id")).ToArray();
            try
            {
                HomeRoom.Of(changes[0]);
                var state = Merge.Fold(node, changes);
                Assert.Equal(state is null, !changes.Any(NodeAccess.MayCreate));
                Chat.TimelinePosition.Of(changes[0], null).ToSortKey();
                Mentions.Read(changes[0].Properties["mentions"])?.ToJson();
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {fault}");
            }
        }
    }

    private static string Properties(Random random) =>
        "{" + string.Join(',', Names.Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\":{Value(random, 3)}")) + "}";

    private static string Value(Random random, int depth) => (depth == 0 ? 0 : random.Next(4)) switch
    {
        1 => "[" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))) + "]",
        2 => "{" + string.Join(',', Inner.Where(_ => random.Next(2) == 0).Select(n => $"\"{n}\":{Value(random, depth - 1)}")) + "}",
        _ => Leaves[random.Next(Leaves.Length)],
    };
}
