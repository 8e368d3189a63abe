using Parley.Ids;
using Parley.Nodes;
using Parley.Store;
using Parley.Views;

namespace Parley.Replica;

// The rows of nodes, with their places in the timeline: a step between a decision and its statements, because it has to read.
internal sealed partial class ReplicaLedger
{
    private async Task<Dictionary<NodeId, NodeRow>> PlaceAsync(
        LedgerTurn turn, IReadOnlyList<NodeChange> nodes, bool isOwn, CancellationToken cancellationToken)
    {
        var rows = nodes.ToDictionary(node => node.After.Id, node => RowOf(node, turn.Reads.Find(node.After.Id)));
        List<Change> creates = [.. nodes.Select(node => node.NewRoot).OfType<Change>()];
        if (creates.Count == 0)
        {
            return rows;
        }

        var questions = new StoreQuestions();
        var timeline = turn.Reads.Timeline;
        timeline.Ask(creates, questions);
        await questions.RunAsync(_parts.Store, cancellationToken).ConfigureAwait(false);
        var placement = new TimelinePlacement(_parts.Store, turn.Reads.Find, timeline.Awaiting, timeline.Places, rows);
        await placement.PlaceAsync(creates, cancellationToken).ConfigureAwait(false);
        if (!isOwn)
        {
            MarkLate(turn, creates, rows);
        }

        return rows;
    }

    // A new message that stands above one that was shown before is late, in rooms that were read to their end.
    private void MarkLate(LedgerTurn turn, List<Change> creates, Dictionary<NodeId, NodeRow> rows)
    {
        foreach (var create in creates)
        {
            var row = rows[create.Node];
            if (turn.Reads.Find(create.Node) is null && _parts.Rooms[row.Room.Value].CaughtUp && row.Channel is { } channel
                && turn.Reads.Timeline.Newest.TryGetValue(channel, out var newest) && row.Position.CompareTo(newest) < 0)
            {
                rows[create.Node] = row with { Late = true };
            }
        }
    }

    private static NodeRow RowOf(NodeChange node, NodeRow? before)
    {
        var after = node.After;
        var row = node.NewRoot is { } root
            ? new NodeRow(after.State!, after.Home, root.Fields.Batch?.Index ?? 0, root.WallTime, null, null, before?.Late ?? false)
            : before ?? throw new InvalidOperationException("A node without a row has a new root.");
        return row with { State = after.State!, Room = after.Home, Hidden = after.IsHidden, Refused = after.Refused?.ToCode() };
    }
}
