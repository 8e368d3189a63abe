using System.Runtime.InteropServices;
using Parley.Ids;

namespace Parley.Access;

/// <summary>An operation on its way into a log.</summary>
/// <param name="Hash">Of the carrying change.</param>
/// <param name="Author">Of the carrying change.</param>
/// <param name="Shape">What reading it said.</param>
/// <param name="Op">Set where that was valid.</param>
internal sealed record ArrivingOp(ChangeHash Hash, PersonId Author, OpVerdict Shape, MembershipOp? Op)
{
    /// <summary>For an admission: the answer to its signature check, once its invite was known.</summary>
    public bool? ProofHolds { get; set; }
}

/// <summary>Operations that wait for others: bounded per author and in all, the oldest evicted first.</summary>
internal sealed class HeldOps(int perAuthorMax, int max)
{
    private sealed record Waiting(ArrivingOp Arriving, OpHold Reason, HashSet<ChangeHash> Missing);

    private readonly Dictionary<ChangeHash, LinkedListNode<Waiting>> _byHash = [];
    private readonly Dictionary<ChangeHash, List<ChangeHash>> _waiters = [];
    private readonly Dictionary<PersonId, LinkedList<ChangeHash>> _byAuthor = [];
    private readonly LinkedList<Waiting> _oldestFirst = new();

    public IEnumerable<ArrivingOp> All => _oldestFirst.Select(waiting => waiting.Arriving);

    /// <summary>What somebody should be asked for: everything that is waited for and not itself here waiting.</summary>
    public IEnumerable<ChangeHash> Wanted => _waiters.Keys.Where(hash => !_byHash.ContainsKey(hash));

    public bool Waits(ChangeHash hash) => _byHash.ContainsKey(hash);

    public OpHold? ReasonOf(ChangeHash hash) => _byHash.TryGetValue(hash, out var node) ? node.Value.Reason : null;

    public ArrivingOp? Find(ChangeHash hash) => _byHash.TryGetValue(hash, out var node) ? node.Value.Arriving : null;

    /// <summary>Keeps an operation. Returns the one that had to go for it, if any, and what that one waited for.</summary>
    public (ArrivingOp Op, OpHold Reason)? Add(ArrivingOp arriving, OpHold reason, IEnumerable<ChangeHash> missing)
    {
        var evicted = MakeRoom(arriving.Author);
        var waiting = new Waiting(arriving, reason, [.. missing]);
        _byHash.Add(arriving.Hash, _oldestFirst.AddLast(waiting));
        Author(arriving.Author).AddLast(arriving.Hash);
        foreach (var hash in waiting.Missing)
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiters, hash, out _);
            (list ??= []).Add(arriving.Hash);
        }

        return evicted;
    }

    /// <summary>Tells that an operation is valid now. Returns those that wait for nothing any more; they are held no longer.</summary>
    public List<ArrivingOp> Arrived(ChangeHash hash) => Settle(hash, waiting => waiting.Missing.Remove(hash) && waiting.Missing.Count == 0);

    /// <summary>Tells that an operation is refused. Returns all that waited for it; they are held no longer.</summary>
    public List<ArrivingOp> Refused(ChangeHash hash) => Settle(hash, _ => true);

    private List<ArrivingOp> Settle(ChangeHash hash, Func<Waiting, bool> isSettled)
    {
        var settled = new List<ArrivingOp>();
        foreach (var waiter in _waiters.Remove(hash, out var list) ? list : [])
        {
            if (_byHash.TryGetValue(waiter, out var node) && isSettled(node.Value))
            {
                settled.Add(node.Value.Arriving);
                Remove(node);
            }
        }

        return settled;
    }

    private (ArrivingOp Op, OpHold Reason)? MakeRoom(PersonId author)
    {
        var victim = Author(author).Count >= perAuthorMax ? _byHash[Author(author).First!.Value]
            : _byHash.Count >= max ? _oldestFirst.First!
            : null;
        if (victim is null)
        {
            return null;
        }

        Remove(victim);
        return (victim.Value.Arriving, victim.Value.Reason);
    }

    private void Remove(LinkedListNode<Waiting> node)
    {
        var (arriving, _, missing) = node.Value;
        _oldestFirst.Remove(node);
        _byHash.Remove(arriving.Hash);
        Author(arriving.Author).Remove(arriving.Hash);
        if (Author(arriving.Author).Count == 0)
        {
            _byAuthor.Remove(arriving.Author);
        }

        foreach (var hash in missing)
        {
            if (_waiters.TryGetValue(hash, out var list) && list.Remove(arriving.Hash) && list.Count == 0)
            {
                _waiters.Remove(hash);
            }
        }
    }

    private LinkedList<ChangeHash> Author(PersonId author)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_byAuthor, author, out _);
        return list ??= new();
    }
}
