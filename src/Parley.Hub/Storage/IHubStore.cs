using Parley.Ids;

namespace Parley.Hub.Storage;

/// <summary>
/// What a hub keeps. One thread asks and writes (<see cref="Look"/>, <see cref="NextSeq"/>, <see cref="Usage"/>,
/// <see cref="FindHeld"/>, <see cref="Waiting"/>, <see cref="Commit"/>, <see cref="Clear"/>, <see cref="Revoke"/>, <see cref="Set"/>, <see cref="SetStanding"/>), so that reading first
/// and writing after is safe; pages and nodes are read by anybody beside it.
/// </summary>
/// <remarks>A contract suite says what every store must do. Failures of the disk are <see cref="ParleyException"/> (Storage).</remarks>
internal interface IHubStore : IDisposable
{
    /// <summary>The id of this database: a new one where it is new (W35).</summary>
    string Epoch { get; }

    /// <summary>When this database was made, ms: what ended before cannot have been seen here in time. 0 in one from before this was kept.</summary>
    long SinceMs { get; }

    /// <summary>What is known about these changes and nodes.</summary>
    StoreFacts Look(IReadOnlyCollection<ChangeHash> changes, IReadOnlyCollection<NodeId> nodes);

    /// <summary>The sequence number that the room's next entry gets; 1 in a room that was never written.</summary>
    long NextSeq(string room);

    /// <summary>What is kept of one author.</summary>
    AuthorUsage Usage(string author);

    /// <summary>A change that waits, or null.</summary>
    HeldChange? FindHeld(ChangeHash hash);

    /// <summary>What waits in a scope, the oldest first.</summary>
    /// <param name="scope">As <see cref="Access.SenderRule.ScopeOf"/> says it.</param>
    /// <param name="payer">Of one person alone, without what their log keeps of it: its operations. Null for all of it.</param>
    IReadOnlyList<WaitingRow> Waiting(string scope, string? payer);

    /// <summary>Forgets what waits since before a time.</summary>
    void ForgetWaiting(long beforeWallMs);

    /// <summary>Every membership operation that was filed, in the order of filing, and every one that waits, in the order of arrival.</summary>
    (IReadOnlyList<byte[]> Filed, IReadOnlyList<HeldChange> Held) Operations();

    /// <summary>Writes all of it in one transaction. It is on disk when this returns; on failure nothing of it is.</summary>
    void Commit(StoreWrites writes);

    /// <summary>Deletes a room's entries and the changes that have their home in it; its sequence goes on. Returns how many entries.</summary>
    long Clear(string room);

    /// <summary>What was revoked: ids of tokens, DIDs of those who sign them, and devices of a person, oldest first. As <see cref="Look"/>, the writer's.</summary>
    IReadOnlyList<Revocation> Revoked();

    /// <summary>Adds to <see cref="Revoked"/>, durably; nothing where it is among them.</summary>
    /// <param name="name">The id, DID or device.</param>
    /// <param name="wallMs">When that was.</param>
    void Revoke(string name, long wallMs);

    /// <summary>Takes one out of <see cref="Revoked"/>, durably; nothing where it is not among them.</summary>
    void Unrevoke(string name);

    /// <summary>Something that the hub remembers about itself, or null. The writer's.</summary>
    string? Setting(string name);

    /// <summary>Remembers it durably, or forgets it where the value is null.</summary>
    void Set(string name, string? value);

    /// <summary>Whom the hub's owner listed or banned, oldest first. The writer's.</summary>
    IReadOnlyList<StoredStanding> Standings();

    /// <summary>Lists or bans a person durably, or neither where the standing is null.</summary>
    void SetStanding(string did, Standing? standing, long wallMs);

    /// <summary>What is kept of each author, the most first, at most so many. Read by anybody.</summary>
    IReadOnlyList<AuthorTotal> AuthorTotals(int limit);

    /// <summary>What is kept at home in each room, the most first, at most so many. Looks at everything; read by anybody.</summary>
    IReadOnlyList<RoomTotal> RoomTotals(int limit);

    /// <summary>Hands out a room's entries after a sequence number, in that order, until the reader has enough.</summary>
    /// <returns>False where the reader stopped it.</returns>
    bool Read(string room, long afterSeq, IPageReader reader);

    /// <summary>Hands out a room's entries above a Lamport time, ordered by it, until the reader has enough.</summary>
    /// <returns>False where the reader stopped it.</returns>
    bool ReadByLamport(string room, double sinceLamport, IPageReader reader);

    /// <summary>As <see cref="Read"/>, of the membership operations that have their home in the room.</summary>
    bool ReadOperations(string room, long afterSeq, IPageReader reader);

    /// <summary>A node as it was last committed, or null.</summary>
    KnownNode? Find(NodeId id);

    /// <summary>The highest Lamport time in a room, 0 where it is empty.</summary>
    long MaxLamport(string room);
}

/// <summary>Takes entries as a store hands them out.</summary>
internal interface IPageReader
{
    /// <summary>Takes one entry; false says that it was not taken and is the end.</summary>
    /// <param name="seq">Its place in the room.</param>
    /// <param name="lamport">Its Lamport time.</param>
    /// <param name="wire">The bytes to serve, valid during the call.</param>
    bool Take(long seq, long lamport, ReadOnlySpan<byte> wire);
}
