using Parley.Ids;

namespace Parley.Access;

/// <summary>The latest refusals: hash and reason, so that what comes again is answered without judging. The oldest are forgotten first.</summary>
internal sealed class RefusedOps(int max)
{
    private readonly Dictionary<ChangeHash, OpRefusal> _reasons = [];
    private readonly Queue<ChangeHash> _oldestFirst = new();

    public bool Has(ChangeHash hash) => _reasons.ContainsKey(hash);

    public OpRefusal? ReasonOf(ChangeHash hash) => _reasons.TryGetValue(hash, out var reason) ? reason : null;

    public void Add(ChangeHash hash, OpRefusal reason)
    {
        if (!_reasons.TryAdd(hash, reason))
        {
            return;
        }

        _oldestFirst.Enqueue(hash);
        if (_oldestFirst.Count > max)
        {
            _reasons.Remove(_oldestFirst.Dequeue());
        }
    }
}
