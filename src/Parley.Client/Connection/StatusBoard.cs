namespace Parley.Connection;

/// <summary>Puts the connection's phase and the outbox's count together.</summary>
internal sealed class StatusBoard
{
    private readonly Lock _gate = new();
    private ConnectionStatus _status = new(ConnectionPhase.Alone);

    public Live<ConnectionStatus> Live { get; } = new(new ConnectionStatus(ConnectionPhase.Alone));

    /// <summary>The link's side changed; its count and its commons are ignored.</summary>
    public void Link(ConnectionStatus status) => Change(old => status with { Unsent = old.Unsent, HasCommons = old.HasCommons });

    /// <summary>The space <c>main</c> is followed from now on, or no longer.</summary>
    public void Commons(bool hasCommons) => Change(old => old with { HasCommons = hasCommons });

    /// <summary>The outbox's side changed.</summary>
    public void Unsent(int count) => Change(old => old with { Unsent = count });

    /// <summary>Everything is here, or not any more; only means something while connected.</summary>
    public void CaughtUp(bool caughtUp) => Change(old => old.Phase is ConnectionPhase.Syncing or ConnectionPhase.Online
        ? old with { Phase = caughtUp ? ConnectionPhase.Online : ConnectionPhase.Syncing }
        : old);

    /// <summary>The hub has not let us in, or has now; only means something while connected.</summary>
    public void Lobby(bool isInLobby) => Change(old => old.Phase is ConnectionPhase.Syncing or ConnectionPhase.Online or ConnectionPhase.Lobby
        ? old with { Phase = isInLobby ? ConnectionPhase.Lobby : ConnectionPhase.Syncing }
        : old);

    /// <summary>All of it, as another tab has it.</summary>
    public void Mirror(ConnectionStatus status) => Change(_ => status);

    private void Change(Func<ConnectionStatus, ConnectionStatus> change)
    {
        lock (_gate)
        {
            _status = change(_status);
            Live.Set(_status);
        }
    }
}
