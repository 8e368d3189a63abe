using Parley.Ids;
using Parley.Nodes;
using Parley.Presence;

namespace Parley.Calls;

/// <summary>What is seen of a call from outside: presence while it goes on, and what to write down when it is over.</summary>
/// <remarks>Its calls come one at a time.</remarks>
internal sealed class CallTrace(NodeId channel, PresenceSession here, PresenceSession? space) : IDisposable
{
    private CallPresence? _shown;
    private int _othersLast;
    private CallStory? _story;
    private bool _wasIn;
    private EndReason? _end;

    /// <summary>The call became this.</summary>
    public void Follow(CallState state)
    {
        if (state.Phase == CallPhase.Seated)
        {
            (_wasIn, _othersLast) = (true, state.Peers.Count);
        }

        (_story, _end) = (state.Story ?? _story, state.End);
        Show(state.Phase == CallPhase.Seated ? new(channel, state.Media.Audio, state.Media.Video, state.Media.Screen) : null);
    }

    /// <summary>
    /// What to write down: the last one out tells of the call, and where two go at once, both. Of one who was alone in it only a direct
    /// message hears: there it is a call that nobody took.
    /// </summary>
    public NodeDraft? Record(bool isDirectMessage, long nowMs) =>
        _wasIn && _othersLast <= 1 && _end is not (null or EndReason.NotAMember) && _story is { } story && (isDirectMessage || story.People.Count > 1)
            ? CallRecord.Draft(channel, story, nowMs)
            : null;

    public void Dispose()
    {
        Show(null);
        here.Dispose();
        space?.Dispose();
    }

    private void Show(CallPresence? call)
    {
        if (call != _shown)
        {
            _shown = call;
            here.Show(state => state with { Call = call });
            space?.Show(state => state with { Call = call });
        }
    }
}
