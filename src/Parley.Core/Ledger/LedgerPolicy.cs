using Parley.Ids;

namespace Parley.Ledger;

/// <summary>What differs between a hub and a replica. Everything else of the ledger is the same for both.</summary>
internal sealed record LedgerPolicy
{
    private LedgerPolicy()
    {
    }

    /// <summary>
    /// A hub keeps nodes as root and home, asks who hands a change in, refuses what is refused for now, and judges nothing twice. A replica
    /// folds nodes, believes its hub's relay about nobody, keeps what is refused for now and judges it again.
    /// </summary>
    public bool IsHub { get; private init; }

    /// <summary>On a replica: whose it is. Their own refused nodes stay visible, with the reason.</summary>
    public PersonId? Me { get; private init; }

    /// <summary>The space <c>main</c> is everybody's.</summary>
    public bool HasCommons { get; private init; }

    /// <summary>At a hub: since when it keeps what it is given, ms since the Unix epoch. 0: for ever.</summary>
    public long SinceMs { get; init; }

    /// <summary>Quotas and bounds.</summary>
    public LedgerLimits Limits { get; init; } = new();

    /// <summary>The policy of a person's replica.</summary>
    public static LedgerPolicy Replica(PersonId me) => new() { Me = me, HasCommons = true };

    /// <summary>The policy of a hub.</summary>
    public static LedgerPolicy Hub(bool hasCommons) => new() { IsHub = true, HasCommons = hasCommons };
}

/// <summary>The bounds of a ledger. Those of a hub's quotas do not hold on a replica.</summary>
internal sealed record LedgerLimits
{
    /// <summary>The most changes of one payer of the member pool that wait in one room.</summary>
    public int WaitingPerMemberMax { get; init; } = 256;

    /// <summary>On a replica: the most changes of everybody else that wait in one room.</summary>
    public int WaitingOthersPerRoomMax { get; init; } = 512;

    /// <summary>The most changes of everybody else that wait.</summary>
    public int WaitingOthersMax { get; init; } = 4_096;

    /// <summary>Their bytes; a replica does not count them.</summary>
    public long WaitingOthersBytesMax { get; init; } = 16 << 20;

    /// <summary>At a hub: the most of these of one payer.</summary>
    public int WaitingPerOtherMax { get; init; } = 64;

    /// <summary>The most changes that one transaction sets free; the rest waits for the next.</summary>
    public int ReleasedMax { get; init; } = 2_000;

    /// <summary>The bytes of membership logs that stay in memory from one transaction to the next (<see cref="LogCache.BytesOf"/>).</summary>
    public long LogBytesKeptMax { get; init; } = long.MaxValue;

    /// <summary>At a hub: operations of one log.</summary>
    public int OperationsMax { get; init; } = 20_000;

    /// <summary>At a hub: operations of one log by one person who is no admin of it.</summary>
    public int OperationsPerMemberMax { get; init; } = 64;

    /// <summary>At a hub: bytes kept of one author.</summary>
    public long AuthorBytesMax { get; init; } = 1L << 30;

    /// <summary>At a hub: changes kept of one author.</summary>
    public long AuthorChangesMax { get; init; } = 2_000_000;

    /// <summary>At a hub: spaces made by one person.</summary>
    public int SpacesPerPersonMax { get; init; } = 1_000;

    /// <summary>At a hub: how long after an invite's end an admission may come, for clocks and slow lines, ms.</summary>
    public long LateAdmissionMsMax { get; init; } = 300_000;
}
