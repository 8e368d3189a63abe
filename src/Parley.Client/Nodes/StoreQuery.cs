using Parley.Ids;
using Parley.Views;

namespace Parley.Nodes;

/// <summary>A live answer from the store: one re-read under way, one more at most behind it.</summary>
internal sealed class StoreQuery : LiveQuery
{
    private readonly Lock _gate = new();
    private readonly NodeStore _store;
    private readonly IDisposable _listening;
    private readonly CancellationTokenSource _disposed = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodeQuery _query;
    private bool _reading;
    private bool _again;

    public StoreQuery(NodeStore store, AdvanceSignal advanced, NodeQuery query)
    {
        _store = store;
        _query = query;
        _listening = advanced.Listen(OnAdvanced);
        Refresh();
    }

    public override Task Ready => _ready.Task;

    public override NodeQuery Query
    {
        get
        {
            lock (_gate)
            {
                return _query;
            }
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            lock (_gate)
            {
                _query = value;
            }

            Refresh();
        }
    }

    public override void Dispose()
    {
        _listening.Dispose();
        if (!_disposed.IsCancellationRequested)
        {
            _disposed.Cancel();
            _disposed.Dispose();
            _ready.TrySetCanceled(CancellationToken.None);
        }
    }

    private void OnAdvanced(Advance advance)
    {
        var query = Query;
        var touched = advance.TouchesSchema(query.SchemaId)
            && (query.Ids is not { } ids || ids.Any(id => advance.TouchesNode(id.Value)))
            && (RoomOf(query) is not { } room || advance.TouchesRoom(room));
        if (touched)
        {
            Refresh();
        }
    }

    // Messages stay in their channel's room, so a commit elsewhere cannot change this answer.
    private static string? RoomOf(NodeQuery query) =>
        query.SchemaId == Schemas.ChatMessage
        && query.Conditions.FirstOrDefault(c => c is { Property: "channel", Comparison: Comparison.Is }) is { Value.Text: { } channel }
            ? RoomNames.OfMessages(new(channel)).Value
            : null;

    private void Refresh()
    {
        lock (_gate)
        {
            _again = true;
            if (_reading || _disposed.IsCancellationRequested)
            {
                return;
            }

            _reading = true;
        }

        // Ends by itself: it reads until nothing newer was asked for, or until the query is disposed.
        _ = ReadAsync(_disposed.Token);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (Next() is { } query)
            {
                var rows = await _store.FindAsync(query, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                Set(Keep(Value, rows));
                _ready.TrySetResult();
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            _ready.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The next commit asks again; who waits for the first answer is told.
            _store.ReadFailed(failure);
            _ready.TrySetException(failure);
            lock (_gate)
            {
                _reading = false;
            }
        }
    }

    private NodeQuery? Next()
    {
        lock (_gate)
        {
            if (!_again)
            {
                _reading = false;
                return null;
            }

            _again = false;
            return _query;
        }
    }

    // Rows that did not change stay the same objects, and an answer that did not change the same list: screens compare by reference.
    private static IReadOnlyList<Node> Keep(IReadOnlyList<Node> before, IReadOnlyList<Node> rows)
    {
        var byId = before.ToDictionary(node => node.Id);
        var kept = new Node[rows.Count];
        var same = before.Count == rows.Count;
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = byId.TryGetValue(rows[i].Id, out var old) && old == rows[i] ? old : rows[i];
            same = same && ReferenceEquals(kept[i], before[i]);
        }

        return same ? before : kept;
    }
}
