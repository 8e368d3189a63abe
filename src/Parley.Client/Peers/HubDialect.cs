using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Peers;

/// <summary>One frame of pushed changes.</summary>
/// <param name="Bytes">The frame.</param>
/// <param name="Hashes">The changes inside.</param>
internal sealed record PushFrame(byte[] Bytes, IReadOnlyList<ChangeHash> Hashes);

/// <summary>
/// The differences between a Parley hub and a hub of the reference: framing, cursors and pacing. Nobody else asks who is at the other end.
/// </summary>
internal abstract class HubDialect
{
    /// <summary>The most changes in a frame.</summary>
    protected const int SlabChangesMax = 1_000;

    /// <summary>The most bytes of changes in a frame; hubs take frames of 5 MiB.</summary>
    protected const int SlabBytesMax = 4_000_000;

    /// <summary>Chooses by what the hub announced.</summary>
    public static HubDialect Of(HubFrame.Handshake handshake, PersonId me, Uri address)
    {
        var features = handshake.Features;
        return features.Contains(Features.Ack) && features.Contains(Features.Seq) && handshake.Epoch is { } epoch
            ? new ParleyDialect(epoch, features.Contains(Features.Commons))
            : new ReferenceDialect(me, $"reference {handshake.HubDid ?? address.GetLeftPart(UriPartial.Path)}", features.Contains(Features.BatchPush));
    }

    /// <summary>Names the hub's database: cursors of another one mean nothing here (W35).</summary>
    public abstract string Epoch { get; }

    /// <summary>The space <c>main</c> is there.</summary>
    public abstract bool HasCommons { get; }

    /// <summary>The most changes pushed in a second.</summary>
    public abstract int ChangesPerSecond { get; }

    /// <summary>The hub acknowledges by hash; otherwise what it shows us again counts as acknowledged.</summary>
    public abstract bool Acknowledges { get; }

    /// <summary>Its pages number each change, so that the change at the cursor tells whether the room still has the history that was read.</summary>
    public abstract bool NumbersChanges { get; }

    /// <summary>After this time without an answer, pushed changes are sent again, or looked for where the hub does not acknowledge.</summary>
    public abstract TimeSpan AnswerTimeout { get; }

    /// <summary>Asks for what a room has after our cursor: by an invite, for its operations alone.</summary>
    public abstract byte[] Request(RoomId room, long cursor, InviteReading? claim);

    /// <summary>The cursor after a page.</summary>
    public abstract long CursorAfter(HubFrame.SyncResponse page, long cursor);

    /// <summary>What to ask the store to find out whether the page shows that the hub has lost what it had (any row says so); null where it cannot.</summary>
    public abstract SqlStatement? LossIn(HubFrame.SyncResponse page);

    /// <summary>Whose changes are offered again to a hub that has lost them; null for everybody's.</summary>
    public abstract PersonId? Refills { get; }

    /// <summary>Where to read the own room from so that everything still unacknowledged would be seen, or null where acknowledgements make that needless.</summary>
    public abstract (RoomId Room, long Cursor)? Confirm(IReadOnlyCollection<OutboxEntry> unacknowledged);

    /// <summary>The frames that push these changes.</summary>
    public abstract IEnumerable<PushFrame> Push(IReadOnlyList<OutboxEntry> entries);

    /// <summary>Cuts entries into slabs within both bounds.</summary>
    protected static IEnumerable<List<OutboxEntry>> Slabs(IEnumerable<OutboxEntry> entries, int changesMax)
    {
        var slab = new List<OutboxEntry>();
        var bytes = 0;
        foreach (var entry in entries)
        {
            if (slab.Count > 0 && (slab.Count == changesMax || bytes + entry.Wire.Length > SlabBytesMax))
            {
                yield return slab;
                slab = [];
                bytes = 0;
            }

            slab.Add(entry);
            bytes += entry.Wire.Length;
        }

        if (slab.Count > 0)
        {
            yield return slab;
        }
    }

    protected static PushFrame Batch(RoomId topic, RoomId room, List<OutboxEntry> slab) => new(
        ClientFrames.NodeChangeBatch(topic, room, slab.ConvertAll(e => (ReadOnlyMemory<byte>)e.Wire)),
        slab.ConvertAll(e => e.Hash));
}

/// <summary>A Parley hub: each change goes into its home room, pages are read by room sequence, acknowledgements name hashes.</summary>
internal sealed class ParleyDialect(string epoch, bool hasCommons) : HubDialect
{
    public override string Epoch => epoch;

    public override bool HasCommons => hasCommons;

    public override int ChangesPerSecond => 4_000;

    public override bool Acknowledges => true;

    public override bool NumbersChanges => true;

    public override TimeSpan AnswerTimeout => TimeSpan.FromSeconds(10);

    // In a browser a page is parsed in one go by the thread that also paints.
    private static readonly int? PageMax = OperatingSystem.IsBrowser() ? 100 : null;

    public override byte[] Request(RoomId room, long cursor, InviteReading? claim) =>
        ClientFrames.SyncRequest(room, 0, cursor, epoch, PageMax, claim);

    public override long CursorAfter(HubFrame.SyncResponse page, long cursor) => page.Seq ?? cursor;

    // The epoch says it before any page does.
    public override SqlStatement? LossIn(HubFrame.SyncResponse page) => null;

    public override PersonId? Refills => null;

    public override (RoomId Room, long Cursor)? Confirm(IReadOnlyCollection<OutboxEntry> unacknowledged) => null;

    public override IEnumerable<PushFrame> Push(IReadOnlyList<OutboxEntry> entries) =>
        from room in entries.GroupBy(e => e.Room)
        from slab in Slabs(room, SlabChangesMax)
        select Batch(room.Key, room.Key, slab);
}

/// <summary>
/// A hub of the reference: everything goes into the author's own room, from which the hub forwards channels and messages to their share
/// rooms; what it would not forward is put on the channel's topic as well (tactics C.2 and C.3). There are no acknowledgements: the echo
/// and the pages of the own room tell what arrived (C.5, C.10).
/// </summary>
internal sealed class ReferenceDialect(PersonId me, string epoch, bool batchPush) : HubDialect
{
    private readonly RoomId _own = RoomNames.Author(me);

    public override string Epoch => epoch;

    public override bool HasCommons => true;

    public override int ChangesPerSecond => batchPush ? 4_000 : 40;

    public override bool Acknowledges => false;

    public override bool NumbersChanges => false;

    public override TimeSpan AnswerTimeout => TimeSpan.FromSeconds(2);

    public override byte[] Request(RoomId room, long cursor, InviteReading? claim) => ClientFrames.SyncRequest(room, cursor, null, null);

    public override long CursorAfter(HubFrame.SyncResponse page, long cursor) => Math.Max(cursor, (long)page.HighWaterMark);

    // The last page of the own room says the highest Lamport time that the hub has there.
    public override SqlStatement? LossIn(HubFrame.SyncResponse page) => page.Room == _own.Value && !page.HasMore
        ? new(
            "SELECT 1 FROM change_log WHERE author = ?1 AND lamport > ?2 AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.seq = change_log.seq) LIMIT 1",
            me.Value, (long)page.HighWaterMark)
        : null;

    public override PersonId? Refills => me;

    public override (RoomId Room, long Cursor)? Confirm(IReadOnlyCollection<OutboxEntry> unacknowledged) =>
        unacknowledged.Count == 0 ? null : (_own, Math.Max(0, unacknowledged.Min(e => e.Lamport) - 1));

    public override IEnumerable<PushFrame> Push(IReadOnlyList<OutboxEntry> entries)
    {
        // Channels and messages are forwarded from the author's room by the hub itself.
        var forwarded = entries.Where(e => Schemas.Is(e.SchemaId, Schemas.Channel) || Schemas.Is(e.SchemaId, Schemas.ChatMessage) || e.Room == _own);
        foreach (var slab in Slabs(forwarded, batchPush ? SlabChangesMax : 1))
        {
            yield return Batch(_own, _own, slab);
        }

        foreach (var entry in entries.Except(forwarded))
        {
            yield return new(ClientFrames.NodeChange(entry.Room, _own, entry.Wire), [entry.Hash]);
        }
    }
}
