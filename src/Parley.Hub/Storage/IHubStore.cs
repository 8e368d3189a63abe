using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>
/// What a hub keeps. One thread asks and writes (<see cref="Look"/>, <see cref="NextSeq"/>, <see cref="Usage"/>,
/// <see cref="FindHeld"/>, <see cref="Waiting"/>, <see cref="Commit"/>, <see cref="Clear"/>, <see cref="Revoke"/>), so that reading first
/// and writing after is safe; pages and nodes are read by anybody beside it.
/// </summary>
/// <remarks>A contract suite says what every store must do. Failures of the disk are <see cref="ParleyException"/> (Storage).</remarks>
internal interface IHubStore : IDisposable
{
    /// <summary>The id of this database: a new one where it is new (W35).</summary>
    string Epoch { get; }

    /// <summary>What is known about these changes and nodes.</summary>
    StoreFacts Look(IReadOnlyCollection<ChangeHash> changes, IReadOnlyCollection<NodeId> nodes);

    /// <summary>The sequence number that the room's next entry gets; 1 in a room that was never written.</summary>
    long NextSeq(string room);

    /// <summary>What is kept of one author.</summary>
    AuthorUsage Usage(string author);

    /// <summary>A change that waits, or null.</summary>
    HeldChange? FindHeld(ChangeHash hash);

    /// <summary>How many changes wait for the same.</summary>
    WaitingCount Waiting(NodeId waitsFor, string author);

    /// <summary>Every membership operation that was filed, in the order of filing, and every one that waits, in the order of arrival.</summary>
    (IReadOnlyList<byte[]> Filed, IReadOnlyList<HeldChange> Held) Operations();

    /// <summary>Writes all of it in one transaction. It is on disk when this returns; on failure nothing of it is.</summary>
    void Commit(StoreWrites writes);

    /// <summary>Deletes a room's entries and the changes that have their home in it; its sequence goes on. Returns how many entries.</summary>
    long Clear(string room);

    /// <summary>What was revoked: ids of tokens, DIDs of those who sign them, and devices of a person. Asked once, before anything is written.</summary>
    IReadOnlyCollection<string> Revoked();

    /// <summary>Adds to <see cref="Revoked"/>, durably; nothing where it is among them.</summary>
    /// <param name="name">The id, DID or device.</param>
    /// <param name="wallMs">When that was.</param>
    void Revoke(string name, long wallMs);

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
