using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

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

    public virtual Known Load(Needs needs) => _inner.Load(needs);

    public void Release() => _inner.Release();

    public IReadOnlyCollection<WaitKey> Awaited() => _inner.Awaited();

    public virtual IReadOnlyList<Place> Commit(Decision decision, in Alongside alongside) => _inner.Commit(decision, alongside);

    public virtual StoredMember? FindMember(NodeId domain, PersonId person) => _inner.FindMember(domain, person);

    public virtual IReadOnlyList<StoredMember> MembershipsOf(PersonId person) => _inner.MembershipsOf(person);

    public virtual StoredDomain? FindDomain(NodeId domain) => _inner.FindDomain(domain);

    public IReadOnlyList<(StoredDomain Domain, int Members)> Domains() => _inner.Domains();

    public virtual IReadOnlyList<Change> ReadLogs(NodeId domain) => _inner.ReadLogs(domain);

    public virtual bool IsKnownTo(PersonId person, PersonId stranger) => _inner.IsKnownTo(person, stranger);

    public bool HasMembers() => _inner.HasMembers();

    public void ForgetWaiting(long beforeWallMs) => _inner.ForgetWaiting(beforeWallMs);

    public IReadOnlyList<Change> Operations() => _inner.Operations();

    public bool ReadOperations(string room, long afterSeq, IPageReader reader) => _inner.ReadOperations(room, afterSeq, reader);

    public virtual KnownNode? Find(NodeId id) => _inner.Find(id);

    public long Clear(string room) => _inner.Clear(room);

    public bool Read(string room, long afterSeq, IPageReader reader) => _inner.Read(room, afterSeq, reader);

    public bool ReadByLamport(string room, double sinceLamport, IPageReader reader) => _inner.ReadByLamport(room, sinceLamport, reader);

    public long MaxLamport(string room) => _inner.MaxLamport(room);

    public virtual void Dispose() => _inner.Dispose();
}
