using Parley.Hub.Storage;
using Parley.Ids;

namespace Parley.Hub.Sync;

/// <summary>What waits of everybody who is no member where they brought it, by who brought it, oldest first.</summary>
internal sealed class OthersPool
{
    private readonly Dictionary<string, List<WaitingRow>> _rows = new(StringComparer.Ordinal);
    private int _count;
    private long _bytes;

    public void Add(in WaitingRow row)
    {
        if (!_rows.TryGetValue(row.Payer, out var rows))
        {
            _rows[row.Payer] = rows = [];
        }

        rows.Add(row);
        _count++;
        _bytes += row.Bytes;
    }

    public void Remove(string payer, ChangeHash hash)
    {
        if (_rows.TryGetValue(payer, out var rows) && rows.FindIndex(row => row.Hash == hash) is >= 0 and var at)
        {
            _count--;
            _bytes -= rows[at].Bytes;
            rows.RemoveAt(at);
            if (rows.Count == 0)
            {
                _rows.Remove(payer);
            }
        }
    }

    /// <summary>What goes next while it is too much: the oldest of this payer, or of whoever has the most rows, or bytes. Null while it fits.</summary>
    public WaitingRow? TooMuch(string payer, HubLimits limits) =>
        _rows.TryGetValue(payer, out var own) && own.Count > limits.HeldByOthersEachMax ? own[0]
        : _count > limits.HeldByOthersMax ? _rows.Values.MaxBy(static rows => rows.Count)![0]
        : _bytes > limits.HeldByOthersBytesMax ? _rows.Values.MaxBy(static rows => rows.Sum(static row => row.Bytes))![0]
        : null;
}
