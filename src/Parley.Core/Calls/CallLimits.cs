namespace Parley.Calls;

/// <summary>The numbers of a call (docs/protocol.md, parley.calls/1). Times are ms.</summary>
public static class CallLimits
{
    /// <summary>Seats while anybody's camera is on.</summary>
    public const int VideoSeatsMax = 4;
    /// <summary>Seats while no camera is on.</summary>
    public const int AudioSeatsMax = 8;
    /// <summary>A seat is renewed this often.</summary>
    public const long HeartbeatMs = 3_000;
    /// <summary>A seat lapses when nothing was heard of it for this long and no media flow from it.</summary>
    public const long LeaseMs = 12_000;
    /// <summary>One that others say sits, and that was not heard itself, counts this long after it was last named.</summary>
    public const long RumourMs = 4_000;
    /// <summary>What is left of a lease when a hub says that the socket dropped.</summary>
    public const long DroppedLeaseMs = 4_000;
    /// <summary>How long one who hears nobody waits before taking the first seat.</summary>
    public const long EntryMs = 1_000;
    /// <summary>An unanswered claim is said again after this.</summary>
    public const long HelloMs = 300;
    /// <summary>A consent counts this long for the one who got it; the one who gave it keeps the seat free for a whole lease.</summary>
    public const long GrantMs = 4_000;
    /// <summary>A claim that gave way is made again after this.</summary>
    public const long RetryMs = 900;
    /// <summary>A claim for a seat that nobody decided for this long is given up.</summary>
    public const long AskMsMax = 30_000;
    /// <summary>An unanswered offer is said again after this.</summary>
    public const long ResendMs = 1_000;
    /// <summary>A connection that got no further for this long is tried anew.</summary>
    public const long ConnectMs = 8_000;
    /// <summary>An interrupted connection has this long to find its way back by itself.</summary>
    public const long InterruptedMs = 2_000;
    /// <summary>
    /// A connection over which nothing came in for this long by two measurements, and that is not said to be interrupted, gets fresh ICE. With
    /// one measurement a second, that is when it was silent for two to three seconds.
    /// </summary>
    public const long SilenceMs = 1_500;
    /// <summary>What rose with every measurement for this long, is missed when it stops.</summary>
    public const long SteadyMs = 4_000;
    /// <summary>Attempts at a connection before it is given up.</summary>
    public const int AttemptsMax = 4;
    /// <summary>More than the seats, after a network was split, are borne this long before somebody gives way.</summary>
    public const long OverfullMs = 6_000;
    /// <summary>Candidates that wait for a description.</summary>
    public const int CandidatesMax = 128;
    /// <summary>Sessions that are remembered; words of further ones are ignored until leases lapse.</summary>
    public const int SessionsMax = 1_024;

    /// <summary>The seats of a call.</summary>
    public static int SeatsMax(bool isVideo) => isVideo ? VideoSeatsMax : AudioSeatsMax;
}
