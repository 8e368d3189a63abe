using Parley.Hub.Storage;
using Parley.Ids;

namespace Parley.Scenarios.Hub;

/// <summary>A store in memory of which a test alters what it is about.</summary>
internal abstract class AlteredStore(string epoch) : IHubStore
{
    private readonly MemoryHubStore _inner = new(epoch);

    public string Epoch => _inner.Epoch;

    public long SinceMs => _inner.SinceMs;

    public virtual void Revoke(string name, long wallMs) => _inner.Revoke(name, wallMs);

    public IReadOnlyList<Revocation> Revoked() => _inner.Revoked();

    public void Unrevoke(string name) => _inner.Unrevoke(name);

    public string? Setting(string name) => _inner.Setting(name);

    public void Set(string name, string? value) => _inner.Set(name, value);

    public IReadOnlyList<StoredStanding> Standings() => _inner.Standings();

    public void SetStanding(string did, Standing? standing, long wallMs) => _inner.SetStanding(did, standing, wallMs);

    public IReadOnlyList<AuthorTotal> AuthorTotals(int limit) => _inner.AuthorTotals(limit);

    public IReadOnlyList<RoomTotal> RoomTotals(int limit) => _inner.RoomTotals(limit);

    public StoreFacts Look(IReadOnlyCollection<ChangeHash> changes, IReadOnlyCollection<NodeId> nodes) => _inner.Look(changes, nodes);

    public long NextSeq(string room) => _inner.NextSeq(room);

    public AuthorUsage Usage(string author) => _inner.Usage(author);

    public virtual void Commit(StoreWrites writes) => _inner.Commit(writes);

    public HeldChange? FindHeld(ChangeHash hash) => _inner.FindHeld(hash);

    public IReadOnlyList<WaitingRow> Waiting(string scope, string? payer) => _inner.Waiting(scope, payer);

    public void ForgetWaiting(long beforeWallMs) => _inner.ForgetWaiting(beforeWallMs);

    public (IReadOnlyList<byte[]> Filed, IReadOnlyList<HeldChange> Held) Operations() => _inner.Operations();

    public bool ReadOperations(string room, long afterSeq, IPageReader reader) => _inner.ReadOperations(room, afterSeq, reader);

    public KnownNode? Find(NodeId id) => _inner.Find(id);

    public long Clear(string room) => _inner.Clear(room);

    public bool Read(string room, long afterSeq, IPageReader reader) => _inner.Read(room, afterSeq, reader);

    public bool ReadByLamport(string room, double sinceLamport, IPageReader reader) => _inner.ReadByLamport(room, sinceLamport, reader);

    public long MaxLamport(string room) => _inner.MaxLamport(room);

    public virtual void Dispose() => _inner.Dispose();
}
