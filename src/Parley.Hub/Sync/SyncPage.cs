using Parley.Hub.Connections;
using Parley.Hub.Storage;
using Parley.Json;
using Parley.Sync;

namespace Parley.Hub.Sync;

/// <summary>A page of catch-up while it is filled, bounded in changes and in bytes.</summary>
internal sealed class SyncPage : IPageReader
{
    private const int FirstBytes = 16 * 1024;

    private readonly string _room;
    private readonly HubLimits _limits;
    private readonly int _changesMax;
    private readonly FrameBuilder _frame = FrameBuilder.Rented(FirstBytes);
    private readonly List<Row> _rows = [];

    /// <param name="room">The room.</param>
    /// <param name="limits">The hub's bounds.</param>
    /// <param name="wanted">The most changes that the reader wants at once, where it said so.</param>
    public SyncPage(string room, HubLimits limits, long? wanted)
    {
        _room = room;
        _limits = limits;
        _changesMax = (int)Math.Clamp(wanted ?? limits.PageChangesMax, 1, limits.PageChangesMax);
        _frame.Raw("{\"type\":\"node-sync-response\",\"room\":"u8).Text(room).Raw(",\"changes\":["u8);
    }

    /// <summary>How many changes it has.</summary>
    public int Count => _rows.Count;

    /// <summary>The last change's place.</summary>
    public long LastSeq => _rows[^1].Seq;

    /// <summary>True where it takes no more.</summary>
    public bool IsFull => _rows.Count >= _changesMax || IsFullOfBytes;

    /// <summary>Set for the reference's cursor by Lamport time, which cannot stop between two changes of one time.</summary>
    public LamportPage? Group { get; set; }

    private bool IsFullOfBytes => _frame.PayloadLength >= _limits.PageBytesMax;

    private bool IsCutByBytes { get; set; }

    /// <inheritdoc/>
    public bool Take(long seq, long lamport, ReadOnlySpan<byte> wire)
    {
        if (Group is null ? IsFull : !Fits(lamport))
        {
            return false;
        }

        _frame.Raw(_rows.Count == 0 ? ""u8 : ","u8).Raw(wire);
        _rows.Add(new(seq, lamport, _frame.PayloadLength));
        return true;
    }

    /// <summary>Ends the list of changes at the last row taken.</summary>
    public void End(double highWaterMark, bool hasMore) => _frame
        .Raw("],\"highWaterMark\":"u8).Json(JsonValue.Of(highWaterMark))
        .Raw(",\"hasMore\":"u8).Raw(hasMore ? "true"u8 : "false"u8);

    /// <summary>Ends the list where <see cref="Group"/> says.</summary>
    public void EndGroups(IHubStore store)
    {
        if (IsCutByBytes)
        {
            End(_rows[^1].Lamport, hasMore: true);
            return;
        }

        var count = Group!.Count;
        if (count < _rows.Count)
        {
            _rows.RemoveRange(count, _rows.Count - count);
            _frame.Truncate(_rows[^1].End);
        }

        End(Group.HighWaterMark(Group.HasMore ? 0 : store.MaxLamport(_room)), Group.HasMore);
    }

    /// <summary>The additions of <c>parley.seq/1</c>.</summary>
    public void AddSequence(string epoch, long since)
    {
        _frame.Raw(",\"epoch\":"u8).Text(epoch)
            .Raw(",\"seq\":"u8).Number(_rows.Count == 0 ? since : LastSeq).Raw(",\"seqs\":["u8);
        for (var i = 0; i < _rows.Count; i++)
        {
            _frame.Raw(i == 0 ? ""u8 : ","u8).Number(_rows[i].Seq);
        }

        _frame.Raw("]"u8);
    }

    /// <summary>The finished frame.</summary>
    public OutFrame ToFrame() => _frame.Raw("}"u8).ToFrame();

    private bool Fits(long lamport)
    {
        if (IsFullOfBytes && lamport != _rows[^1].Lamport)
        {
            IsCutByBytes = true;
            return false;
        }

        return Group!.Offer(lamport);
    }

    private readonly record struct Row(long Seq, long Lamport, int End);
}
