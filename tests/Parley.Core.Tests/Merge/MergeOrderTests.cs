using Parley.Ids;
using Xunit;

namespace Parley.Nodes;

/// <summary>The state of a node is a function of the set of its changes.</summary>
[Trait("weak-spot", "W10")]
public sealed class MergeOrderTests
{
    private static readonly string[] Values = ["null", "1", "\"x\"", "{\"k\":[1]}", "false", "\"a longer text\""];
    private static readonly string[] Names = ["title", "body", "kind", "channel", "members", "10"];
    private static readonly string?[] SchemaChoices = [null, Schemas.Page, Schemas.ChatMessage, Schemas.Channel];

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 400)]
    [InlineData(3, 400)]
    [InlineData(4, 200)]
    [InlineData(5, 60)]
    public void Every_order_of_a_small_set_gives_one_state_folded_or_added(int size, int sets)
    {
        for (var seed = 0; seed < sets; seed++)
        {
            var (node, changes) = Generate(new Random(seed), size);
            var expected = Merge.Fold(node, changes).Describe();
            foreach (var order in Orders(changes))
            {
                AssertSame(seed, expected, Merge.Fold(node, order));
                AssertSame(seed, expected, Written.OneByOne(node, order));
            }
        }
    }

    [Theory]
    [InlineData(8, 200)]
    [InlineData(40, 60)]
    [InlineData(300, 3)]
    public void Shuffled_and_repeated_changes_of_a_large_set_give_one_state(int size, int sets)
    {
        for (var seed = 0; seed < sets; seed++)
        {
            var random = new Random(seed);
            var (node, changes) = Generate(random, size);
            var expected = Merge.Fold(node, changes).Describe();
            for (var round = 0; round < 6; round++)
            {
                Change[] order = [.. changes, .. changes.Take(random.Next(size))];
                random.Shuffle(order);
                AssertSame(seed, expected, Merge.Fold(node, order));
                AssertSame(seed, expected, Written.OneByOne(node, order));
            }
        }
    }

    [Fact]
    public void Writes_of_two_formats_that_tie_come_out_the_same_although_their_rules_form_a_circle()
    {
        // By key the one of two keyed writes wins that has the smaller author, and the author of the old-format write lies between: a circle.
        var (low, middle, high) = Ordered();
        var node = new NodeId("n");
        var root = Written.By(low, node, "{}", Schemas.Page, lamport: 1);
        var value = Enumerable.Range(0, 1_000).Select(i => $"{i}").First(v =>
            string.CompareOrdinal(Stamp.Key(low, "title", Json.JsonReader.Read(v)), Stamp.Key(high, "title", Json.JsonReader.Read("0"))) > 0);
        Change[] changes =
        [
            root,
            Written.By(low, node, $$"""{"title":{{value}}}""", lamport: 2),
            Written.By(middle, node, """{"title":"old"}""", lamport: 2, version: 0),
            Written.By(high, node, """{"title":0}""", lamport: 2),
        ];

        var states = Orders(changes).Select(order => Written.OneByOne(node, order).Describe()).Distinct().ToArray();
        Assert.Single(states);
        Assert.Equal("\"old\"", Merge.Fold(node, changes)!["title"]!.ToString());
    }

    [Fact]
    public void Two_values_of_one_author_at_one_time_come_out_the_same_in_every_order()
    {
        foreach (var version in (ReadOnlySpan<int>)[0, 4])
        {
            var node = new NodeId("n");
            Change[] changes =
            [
                Written.By(Written.Ann, node, """{"title":"a"}""", Schemas.Page, version: version),
                Written.By(Written.Ann, node, """{"title":"b"}""", lamport: 1, version: version),
                Written.By(Written.Ann, node, "{}", lamport: 1, deleted: true, version: version),
                Written.By(Written.Ann, node, "{}", lamport: 1, deleted: false, version: version),
            ];
            Assert.Single(Orders(changes).Select(order => Written.OneByOne(node, order).Describe()).Distinct());
            Assert.True(Merge.Fold(node, changes)!.Deleted);
        }
    }

    private static (Ids.PersonId Low, Ids.PersonId Middle, Ids.PersonId High) Ordered()
    {
        var people = new[] { Written.Ann, Written.Bob, Written.Cem }.Order().ToArray();
        return (people[0], people[1], people[2]);
    }

    /// <summary>Changes that collide as much as possible: few authors, times, names and formats.</summary>
    private static (NodeId Node, Change[] Changes) Generate(Random random, int size)
    {
        var people = new[] { Written.Ann, Written.Bob, Written.Cem };
        var node = random.Next(3) switch
        {
            0 => NodeProof.IdFor(people[random.Next(3)], "id-0"),
            1 => new NodeId("profile-" + people[random.Next(3)]),
            _ => new NodeId("a-random-id"),
        };
        var changes = new Change[size];
        for (var i = 0; i < size; i++)
        {
            var members = Names.Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\":{Values[random.Next(Values.Length)]}");
            changes[i] = Written.By(
                people[random.Next(3)],
                node,
                "{" + string.Join(',', members) + "}",
                SchemaChoices[random.Next(SchemaChoices.Length)],
                random.Next(1, 4),
                random.Next(10, 12),
                random.Next(6) switch { 0 => true, 1 => false, _ => null },
                random.Next(2) == 0 ? null : "cid:blake3:" + new string('1', 64),
                random.Next(2) == 0 ? 4 : 0,
                $"id-{random.Next(4)}");
        }

        return (node, changes);
    }

    private static void AssertSame(int seed, string expected, NodeState? actual) =>
        Assert.True(expected == actual.Describe(), $"seed {seed}\nexpected {expected}\ngot {actual.Describe()}");

    private static IEnumerable<Change[]> Orders(Change[] changes) => changes.Length == 0
        ? [[]]
        : Enumerable.Range(0, changes.Length).SelectMany(first =>
            Orders([.. changes[..first], .. changes[(first + 1)..]]).Select(rest => (Change[])[changes[first], .. rest]));
}
