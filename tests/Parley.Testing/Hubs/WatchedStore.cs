using System.Collections.Concurrent;
using Parley.Storage;

namespace Parley.Testing.Hubs;

/// <summary>
/// A replica's store that is looked at after each commit: no cursor may stand above a change that is neither filed, nor held, nor to be read
/// again. What a replica refuses for good is named by the test.
/// </summary>
public sealed class WatchedStore(ISqlDriver inner, FakeParleyHub hub) : ISqlDriver
{
    private const string Prefix = "cid:blake3:";

    private readonly ConcurrentQueue<string> _passedOver = new();
    private readonly HashSet<string> _filed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Losses, long Number)> _here = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _seen;

    /// <summary>Hashes of changes that no honest replica takes.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>True where a commit said that something is to be read again.</summary>
    public bool HasEverDropped { get; private set; }

    /// <summary>What was passed over, one line each.</summary>
    public IReadOnlyCollection<string> PassedOver => _passedOver;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(statements, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default)
    {
        if (statements.Any(statement => statement.Sql.StartsWith("PRAGMA user_version", StringComparison.Ordinal)))
        {
            // A store that is only being made.
            return await inner.WriteAsync(statements, cancellationToken);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            // The questions stand in the same transaction, so that nothing comes between.
            var answer = await inner.WriteAsync([.. statements, Rooms, Filed(_seen), Held], cancellationToken);
            foreach (var row in answer[^2].Rows)
            {
                _seen = (long)row[0]!;
                _filed.Add(Prefix + (string)row[1]!);
            }

            Look(answer[^3], answer[^1]);
            return [.. answer.Take(statements.Count)];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The followed rooms that were not read to the hub's end.</summary>
    public async Task<IReadOnlyList<string>> UnreadAsync() =>
        [.. (await RoomsAsync()).Where(row => (long)row[1]! != hub.HashesOf((string)row[0]!).Count).Select(row => (string)row[0]!)];

    /// <summary>The followed rooms of which something is to be read again.</summary>
    public async Task<IReadOnlyList<string>> DroppedAsync() => [.. (await RoomsAsync()).Where(row => row[3] is not null).Select(row => (string)row[0]!)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return inner.DisposeAsync();
    }

    private static SqlStatement Rooms { get; } = new("SELECT name, cursor, lower(hex(last)), redo, lower(hex(redo_hash)) FROM room WHERE followed = 1 ORDER BY name");

    private static SqlStatement Filed(long after) => new("SELECT seq, lower(hex(hash)) FROM change_log WHERE seq > ?1 ORDER BY seq", after);

    private static SqlStatement Held { get; } = new("SELECT lower(hex(hash)) FROM held");

    private async Task<IReadOnlyList<object?[]>> RoomsAsync() => (await inner.ReadAsync([Rooms]))[0].Rows;

    private void Look(SqlResult rooms, SqlResult held)
    {
        var waiting = held.Rows.Select(row => Prefix + (string)row[0]!).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rooms.Rows)
        {
            var (room, cursor, last, redo) = ((string)row[0]!, (long)row[1]!, (string?)row[2], (long?)row[3]);
            HasEverDropped |= redo is not null;

            // Up to here everything is in the log, from which nothing goes; only a hub that is set back numbers anew.
            var losses = hub.Losses;
            var here = _here.TryGetValue(room, out var known) && known.Losses == losses ? known.Number : 0;
            var hashes = hub.HashesOf(room, here);
            if (losses != hub.Losses || cursor > here + hashes.Count || (cursor > here && last is { Length: > 0 } && hashes[(int)(cursor - here) - 1] != Prefix + last))
            {
                // A cursor of a history that the hub has not any more is found out with the next page, and says nothing before.
                continue;
            }

            var isWhole = true;
            for (var number = here + 1; number <= cursor; number++)
            {
                var hash = hashes[(int)(number - here) - 1];
                var isFiled = _filed.Contains(hash) || Refused.Contains(hash);
                isWhole &= isFiled;
                if (isWhole)
                {
                    _here[room] = (losses, number);
                }

                if (!isFiled && !waiting.Contains(hash) && !(number >= redo))
                {
                    _passedOver.Enqueue($"{room} {number} (cursor {cursor}, redo {redo}, losses {losses}, last {last}, redohash {row[4]} at hub {hub.HashesOf(room)[(int)(redo ?? 1) - 1]})");
                }
            }
        }
    }
}
