namespace Parley.Scenarios.Simulation;

/// <summary>A fault that the oracles must find. Each one takes away something that the ledger, or whoever carries its changes, promises.</summary>
public enum SimMutant
{
    /// <summary>None.</summary>
    None,

    /// <summary>What must wait is forgotten.</summary>
    NothingWaits,

    /// <summary>A write that failed is taken for done: memory goes ahead of the disk, and others are told.</summary>
    EffectsBeforeCommit,

    /// <summary>A node is folded from what came last, not from all its changes.</summary>
    RootsByArrival,

    /// <summary>What a membership log turned is not judged anew.</summary>
    NothingTurns,

    /// <summary>A hub does not ask who hands a change in.</summary>
    SenderNotAsked,

    /// <summary>What a hub still lacks is remembered in memory alone.</summary>
    NoOutbox,

    /// <summary>A room is read by Lamport time: what was written earlier and comes later is never asked for.</summary>
    LamportCursor,

    /// <summary>What was dropped for a bound is not read again.</summary>
    CursorPastADrop,

    /// <summary>Nobody looks whether a hub still has the history that was read.</summary>
    AnyHistory,

    /// <summary>A refusal, or word that a change waits, ends its pushing.</summary>
    AnyAnswerEnds,

    /// <summary>Subscriptions of people who were removed go on.</summary>
    RemovedAreServed,

    /// <summary>The bounds of what waits are not looked at.</summary>
    NoBounds,

    /// <summary>A row of members is written only while it lets in.</summary>
    RemovalsAreNotRows,
}
