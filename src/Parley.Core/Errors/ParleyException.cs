namespace Parley;

/// <summary>What went wrong, as a closed list; the wire's codes where one exists (docs/protocol.md, errors).</summary>
public enum ParleyErrorCode
{
    /// <summary>The store could not read or write.</summary>
    Storage,
    /// <summary>The other side could not be reached or closed.</summary>
    Disconnected,
    /// <summary>It took longer than allowed.</summary>
    Timeout,
    /// <summary>The other side speaks no version that we speak.</summary>
    Incompatible,
    /// <summary>The person may not do this.</summary>
    Forbidden,
    /// <summary>A value breaks a documented limit or shape.</summary>
    Invalid,
    /// <summary>No such node, room or person here.</summary>
    NotFound,
    /// <summary>A quota or limit is exhausted.</summary>
    Quota,
    /// <summary>This platform cannot do it.</summary>
    Unsupported,
    /// <summary>The store was written by a newer Parley.</summary>
    NewerStore,
    /// <summary>Another process or tab holds the store.</summary>
    StoreInUse,
    /// <summary>The person signed this device out.</summary>
    SignedOut,
}

/// <summary>An operation that failed for the world's reasons, not through a caller's mistake.</summary>
/// <remarks>The message is for developers and holds no user data.</remarks>
public sealed class ParleyException : Exception
{
    /// <summary>A failure.</summary>
    public ParleyException(ParleyErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>A refusal by a rule that has a name.</summary>
    public ParleyException(ParleyErrorCode code, Reason reason)
        : base($"Refused: {reason.ToCode()}.") => (Code, Reason) = (code, reason);

    /// <summary>What went wrong.</summary>
    public ParleyErrorCode Code { get; }

    /// <summary>Which rule refused; null where none with a name did.</summary>
    public Reason? Reason { get; init; }

    /// <summary>True where trying again later may work without a change.</summary>
    public bool IsTransient => Code is ParleyErrorCode.Disconnected or ParleyErrorCode.Timeout or ParleyErrorCode.StoreInUse;
}
