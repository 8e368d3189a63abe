namespace Parley.Connection;

/// <summary>Where a client stands with its hub.</summary>
public enum ConnectionPhase
{
    /// <summary>No hub is configured.</summary>
    Alone,
    /// <summary>Dialling.</summary>
    Connecting,
    /// <summary>Connected, catching up.</summary>
    Syncing,
    /// <summary>Connected; everything the hub has is here.</summary>
    Online,
    /// <summary>Not connected; another try follows.</summary>
    Offline,
    /// <summary>The hub speaks no version of ours, or does not admit this person; another try follows only where a time for it is given.</summary>
    Refused,
    /// <summary>Connected, and not let in: the hub takes people by invitation. The link of an invite leads in (<see cref="ParleyClient.JoinAsync"/>).</summary>
    Lobby,
    /// <summary>The person signed this device out: no further try with its key.</summary>
    SignedOut,
}

/// <summary>The state of the connection.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Unsent">Own changes that no hub has acknowledged.</param>
/// <param name="RetryAt">When the next try is due, while offline or refused.</param>
/// <param name="Why">A short sentence for developers, while offline or refused.</param>
/// <param name="HasCommons">The space <c>main</c> is there: the hub that was met last has it, or there is no hub.</param>
/// <param name="Reason">Why the hub does not admit this person or token, while refused; null where it gave no reason that is known.</param>
public sealed record ConnectionStatus(
    ConnectionPhase Phase, int Unsent = 0, DateTimeOffset? RetryAt = null, string? Why = null, bool HasCommons = false, Reason? Reason = null);
