using Parley.Hub.Storage;

namespace Parley.Hub.Sync;

/// <summary>The next sequence number of each room and the usage of each author, as they will be once the group is committed. The writer's.</summary>
internal sealed class RoomLedger(IHubStore store)
{
    private readonly Dictionary<string, long> _nextSeqs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuthorUsage> _usage = new(StringComparer.Ordinal);

    /// <summary>Gives out a room's next number.</summary>
    public long TakeSeq(string room)
    {
        var seq = _nextSeqs.TryGetValue(room, out var next) ? next : store.NextSeq(room);
        _nextSeqs[room] = seq + 1;
        return seq;
    }

    /// <summary>What is kept of an author.</summary>
    public AuthorUsage UsageOf(string author) => _usage.TryGetValue(author, out var usage) ? usage : _usage[author] = store.Usage(author);

    /// <summary>Changes it, also among the writes.</summary>
    public void SetUsage(StoreWrites writes, string author, in AuthorUsage usage) => _usage[author] = writes.Usage[author] = usage;

    /// <summary>Adds the next numbers of all rooms that were written.</summary>
    public void Close(StoreWrites writes)
    {
        foreach (var filed in writes.Filed)
        {
            writes.NextSeqs[filed.Home] = _nextSeqs[filed.Home];
        }

        foreach (var listing in writes.Listed)
        {
            writes.NextSeqs[listing.Room] = _nextSeqs[listing.Room];
        }
    }

    /// <summary>Forgets everything, since nothing of it was committed.</summary>
    public void Forget()
    {
        _nextSeqs.Clear();
        _usage.Clear();
    }
}
