namespace Parley.Calls;

/// <summary>What each connection of a call may carry of the own pictures: by how many share, and by how well each carries.</summary>
internal sealed class PictureShares(TimeProvider time)
{
    private readonly Dictionary<SessionId, VideoBudget> _budgets = [];
    private readonly Dictionary<SessionId, VideoLimit> _said = [];
    private readonly long _started = time.GetTimestamp();

    /// <summary>These are in the call now.</summary>
    public void Become(IReadOnlyList<CallPeer> peers)
    {
        foreach (var gone in _budgets.Keys.Except(peers.Select(peer => peer.Session)).ToList())
        {
            _budgets.Remove(gone);
            _said.Remove(gone);
        }

        foreach (var peer in peers)
        {
            _budgets.TryAdd(peer.Session, new());
        }
    }

    /// <summary>A connection was measured.</summary>
    public void Measured(StatsMeasured measured, bool sendsPictures)
    {
        if (_budgets.TryGetValue(measured.Peer, out var budget))
        {
            budget.Take(measured.Stats, sendsPictures, (long)time.GetElapsedTime(_started).TotalMilliseconds);
        }
    }

    /// <summary>How much a connection gets.</summary>
    public VideoStep StepOf(SessionId peer) => _budgets.TryGetValue(peer, out var budget) ? budget.Step : VideoStep.Full;

    /// <summary>The limits that are others than when this was asked last.</summary>
    public List<(SessionId Peer, VideoLimit Limit)> TakeChanges()
    {
        List<(SessionId Peer, VideoLimit Limit)> changed = [];
        foreach (var (peer, budget) in _budgets)
        {
            var limit = VideoLimit.Of(budget.Step, _budgets.Count);
            if (!_said.TryGetValue(peer, out var said) || said != limit)
            {
                _said[peer] = limit;
                changed.Add((peer, limit));
            }
        }

        return changed;
    }
}
