using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Access;

/// <summary>Why a hub does not take an operation now. It says nothing about the operation itself: another hub, or another sender, may.</summary>
internal enum OpTransport
{
    /// <summary>It is taken to its log.</summary>
    Fine,

    /// <summary>Its Lamport time would leave no honest clock a next one.</summary>
    Lamport,

    /// <summary>An admission that comes after the invite's end.</summary>
    InviteExpired,

    /// <summary>An admission by an invite that has let in as many as it is for.</summary>
    InviteUsedUp,

    /// <summary>The log or its author's share of it is full.</summary>
    Full,
}

/// <summary>The bounds and spellings of <see cref="OpTransport"/>.</summary>
internal static class OpTransports
{
    /// <summary>How long after an invite's end an admission may come, for clocks and slow lines, ms.</summary>
    public const long LateAdmitMs = 300_000;

    // No honest clock reaches the first; above it each operation may go only so far, so that nobody brings the log to the end of time.
    private const long LamportFree = 1L << 32;
    private const long LamportStep = 1L << 20;

    /// <summary>The highest Lamport time taken where the log's next one is given.</summary>
    public static long LamportMax(long next) => Math.Max(next, LamportFree) + LamportStep;

    /// <summary>The refusal and its reason.</summary>
    public static (Refusal Refusal, string Why) Answer(this OpTransport transport) => transport switch
    {
        OpTransport.Lamport => (Refusal.Lamport, Reason.Lamport.ToCode()),
        OpTransport.InviteExpired => (Refusal.Forbidden, Reason.InviteExpired.ToCode()),
        OpTransport.InviteUsedUp => (Refusal.Forbidden, Reason.InviteUsedUp.ToCode()),
        OpTransport.Full => (Refusal.Quota, "The membership log is full for now."),
        OpTransport.Fine => throw new InvalidOperationException("It is no refusal."),
    };
}
