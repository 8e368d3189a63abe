using Parley.Ids;

namespace Parley.Hub.Storage;

/// <summary>What is served. Read by anybody.</summary>
internal interface IPageStore
{
    /// <summary>The id of this database: a new one where it is new (W35).</summary>
    string Epoch { get; }

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
