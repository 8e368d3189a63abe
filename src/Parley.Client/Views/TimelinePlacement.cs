using Parley.Chat;
using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Views;

/// <summary>
/// Finds the timeline places of the nodes that a batch creates, and moves those that named them before they were here (W19).
/// </summary>
/// <remarks>
/// A place depends only on the creates along the chain of <c>parley:after</c>, whose Lamport times must fall: a create can only have seen
/// what has a lower one. So a forged circle has no effect, and every order of arrival ends in the same places.
/// </remarks>
/// <param name="driver">The store.</param>
/// <param name="before">The row of one of the nodes as it stands in the store, or null.</param>
/// <param name="awaiting">Rows that await one of the nodes.</param>
/// <param name="places">Where the nodes stand that are named by <c>parley:after</c>.</param>
/// <param name="rows">The rows to be written; what moves with them is added.</param>
internal sealed class TimelinePlacement(
    ISqlDriver driver, Func<NodeId, NodeRow?> before, IReadOnlyDictionary<NodeId, NodeRow> awaiting,
    IReadOnlyDictionary<string, (long T, long Lamport)> places, Dictionary<NodeId, NodeRow> rows)
{
    private const string Followers =
        $"SELECT {NodeRow.Columns} FROM node WHERE schema = ?1 AND json_extract(properties, '$.\"channel\"') IS ?2 AND after_node = ?3 AND t BETWEEN ?4 AND ?5";

    // The message index only serves a query that names the schema in its text.
    private const string MessageFollowers =
        $"SELECT {NodeRow.Columns} FROM node WHERE schema = '{Schemas.ChatMessage}' AND json_extract(properties, '$.\"channel\"') = ?1 AND after_node = ?2 AND t BETWEEN ?3 AND ?4";

    private readonly Queue<(NodeRow Row, long From, long To)> _moved = new();

    /// <summary>Places the created nodes, changing <c>rows</c>, and whatever follows them.</summary>
    public async Task PlaceAsync(IReadOnlyList<Change> creates, CancellationToken cancellationToken)
    {
        foreach (var create in creates.OrderBy(c => c.Lamport))
        {
            PlaceNew(create);
        }

        while (_moved.TryDequeue(out var move))
        {
            foreach (var follower in await FollowersAsync(move.Row, move.From, move.To, cancellationToken).ConfigureAwait(false))
            {
                Follow(follower, move.Row);
            }
        }
    }

    private void PlaceNew(Change create)
    {
        var row = rows[create.Node];
        var after = create.Properties[TimelinePosition.AfterProperty]?.Text;
        var place = after is null ? null : PlaceOf(after);
        var afterT = place is { } known && known.Lamport < create.Lamport ? known.T : (long?)null;
        var placed = row with
        {
            T = TimelinePosition.Of(create, afterT).T,
            After = after,
            Awaits = after is not null && place is null ? after : null,
        };
        rows[create.Node] = placed;

        // Whoever named it while it was not here, and, where it had another root before, whoever stood right behind it.
        foreach (var waiting in awaiting.Values.Where(w => w.Awaits == create.Node.Value))
        {
            Follow(rows.GetValueOrDefault(waiting.State.Id) ?? waiting, placed);
        }

        if (before(create.Node) is { } earlier && earlier.T != placed.T)
        {
            _moved.Enqueue((placed, earlier.T, placed.T));
        }
    }

    private (long T, long Lamport)? PlaceOf(string node)
    {
        if (rows.TryGetValue(new(node), out var row))
        {
            return (row.T, row.State.Root.Lamport);
        }

        return places.TryGetValue(node, out var place) ? place : null;
    }

    private void Follow(NodeRow follower, NodeRow leader)
    {
        var honoured = leader.State.Root.Lamport < follower.State.Root.Lamport;
        var t = honoured ? Math.Max(follower.State.Root.WallTime, leader.T + 1) : follower.State.Root.WallTime;
        if (t == follower.T && follower.Awaits is null)
        {
            return;
        }

        var moved = follower with { T = t, Awaits = null };
        rows[follower.State.Id] = moved;
        if (t != follower.T)
        {
            _moved.Enqueue((moved, follower.T, t));
        }
    }

    // Only those can be touched that stood right behind the old place, or would now stand above the new one.
    private async Task<IEnumerable<NodeRow>> FollowersAsync(NodeRow leader, long from, long to, CancellationToken cancellationToken)
    {
        var (low, high) = (from + 1, Math.Max(from + 1, to));
        var id = leader.State.Id.Value;
        var statement = leader.State.SchemaId == Schemas.ChatMessage && leader.Channel is { } channel
            ? new SqlStatement(MessageFollowers, channel, id, low, high)
            : new SqlStatement(Followers, leader.State.SchemaId, leader.Channel, id, low, high);
        var answer = await driver.ReadAsync([statement], cancellationToken).ConfigureAwait(false);
        var stored = answer[0].Rows.Select(NodeRow.Read).Where(row => !rows.ContainsKey(row.State.Id));
        return [.. stored, .. rows.Values.Where(row => row.After == id && row.Awaits is null && row.State.Id != leader.State.Id)];
    }
}
