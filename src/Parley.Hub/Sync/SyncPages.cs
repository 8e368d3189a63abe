using System.Collections.Concurrent;
using System.Text;
using Parley.Frames;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Sync;

namespace Parley.Hub.Sync;

/// <summary>Answers catch-up requests by putting stored bytes one behind another (docs/protocol.md, catch-up).</summary>
internal sealed class SyncPages(IHubStore store, HubOptions options, HubMetrics metrics)
{
    private const int PlacesMax = 10_000;

    private readonly ConcurrentDictionary<ChangeHash, long> _places = new();

    /// <summary>The page that a request asks for, as a frame for its socket alone.</summary>
    public OutFrame Read(ClientFrame.SyncRequest request)
    {
        var limits = options.Limits;
        var page = new SyncPage(request.Room, limits, request.SinceSeq is null ? null : request.Limit);
        if (request.SinceSeq is { } sinceSeq)
        {
            // A cursor of another database says nothing about this one: from the start (W35).
            var since = string.Equals(request.Epoch, store.Epoch, StringComparison.Ordinal) ? sinceSeq : 0;
            var hasMore = !store.Read(request.Room, since, page) || page.IsFull;
            page.End(page.Count == 0 ? since : page.LastSeq, hasMore);
            page.AddSequence(store.Epoch, since);
        }
        else if (IsShareRoom(request.Room))
        {
            store.Read(request.Room, ToSeq(request.SinceLamport), page);
            page.End(page.Count == 0 ? request.SinceLamport : page.LastSeq, page.IsFull);
        }
        else
        {
            page.Group = new LamportPage(limits.PageChangesMax);
            store.ReadByLamport(request.Room, request.SinceLamport, page);
            page.EndGroups(store);
        }

        metrics.PageServed(page.Count);
        return page.ToFrame();
    }

    /// <summary>The same of the membership log alone, always by sequence, and no further than through an operation where one is given.</summary>
    public OutFrame ReadLog(ClientFrame.SyncRequest request, ChangeHash? through)
    {
        var page = new SyncPage(request.Room, options.Limits, request.Limit);
        var since = string.Equals(request.Epoch, store.Epoch, StringComparison.Ordinal) ? request.SinceSeq ?? 0 : 0;
        var end = through is { } last ? PlaceOf(last, request.Room) : long.MaxValue;
        var bounded = new LogPage(page, end);
        var hasMore = !store.ReadOperations(request.Room, since, bounded) && !bounded.IsOver || page.IsFull;
        page.End(page.Count == 0 ? since : page.LastSeq, hasMore);
        page.AddSequence(store.Epoch, since);
        metrics.PageServed(page.Count);
        return page.ToFrame();
    }

    // Looked for once: whoever was removed may ask often.
    private long PlaceOf(ChangeHash operation, string room)
    {
        if (_places.TryGetValue(operation, out var known))
        {
            return known;
        }

        if (_places.Count >= PlacesMax)
        {
            _places.Clear();
        }

        var search = new LogSearch(operation);
        store.ReadOperations(room, 0, search);
        return _places[operation] = search.Place;
    }

    /// <summary>A page that ends with a place of its room.</summary>
    private sealed class LogPage(SyncPage page, long end) : IPageReader
    {
        public bool IsOver { get; private set; }

        public bool Take(long seq, long lamport, ReadOnlySpan<byte> wire)
        {
            IsOver = seq > end;
            return !IsOver && page.Take(seq, lamport, wire);
        }
    }

    /// <summary>Finds an operation's place by the name that stands in its wire form; 0 where it is not there.</summary>
    private sealed class LogSearch(ChangeHash operation) : IPageReader
    {
        private readonly byte[] _member = Encoding.UTF8.GetBytes($"\"hash\":\"{operation}\"");

        public long Place { get; private set; }

        public bool Take(long seq, long lamport, ReadOnlySpan<byte> wire)
        {
            if (wire.IndexOf(_member) < 0)
            {
                return true;
            }

            Place = seq;
            return false;
        }
    }

    /// <summary>Rooms in which the reference's cursor is a sequence number, not a Lamport time.</summary>
    private static bool IsShareRoom(string room) =>
        room.StartsWith(RoomNames.ChannelPrefix, StringComparison.Ordinal) || room.StartsWith(RoomNames.SpacePrefix, StringComparison.Ordinal);

    private static long ToSeq(double since) => since <= 0 ? 0 : since >= long.MaxValue ? long.MaxValue : (long)since;
}
