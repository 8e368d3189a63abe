using Parley.Calls;

namespace Parley.Hub.Connections;

/// <summary>
/// Which socket speaks for which session of one call. A session id is bound by its first signal; the same person's next socket takes it
/// over. A session whose socket dropped has a moment to come back before it is said to have left: a reference peer, once told so, never
/// takes it in again.
/// </summary>
/// <remarks>Nothing of it is ever stored. Guarded by its topic.</remarks>
internal sealed class CallRoom
{
    /// <summary>How long a session may be without a socket: for a link that is made anew.</summary>
    public const long ReturnMs = 3_000;

    private readonly Dictionary<SessionId, Speaker> _speakers = [];

    /// <summary>The socket of a session, or null where it has none, or has not spoken here.</summary>
    public HubConnection? OwnerOf(SessionId session) => _speakers.GetValueOrDefault(session).Owner;

    /// <summary>Binds a session to the socket that speaks for it; false where that socket has as many as it may.</summary>
    /// <remarks>Whose session it is was checked before: an owner that differs is another socket of the same person.</remarks>
    public bool TryBind(SessionId session, HubConnection to)
    {
        var owner = OwnerOf(session);
        if (ReferenceEquals(owner, to))
        {
            return true;
        }

        if (!to.TryTakeCallSession())
        {
            return false;
        }

        owner?.GiveCallSessionBack();
        _speakers[session] = new(to, 0);
        return true;
    }

    /// <summary>The session left.</summary>
    public void Release(SessionId session)
    {
        if (_speakers.Remove(session, out var speaker))
        {
            speaker.Owner?.GiveCallSessionBack();
        }
    }

    /// <summary>A socket leaves, or is no longer welcome; the sessions that end with it.</summary>
    public IReadOnlyList<SessionId> Leave(HubConnection owner)
    {
        var ended = Of(owner);
        ended.ForEach(Release);
        return ended;
    }

    /// <summary>A socket dropped: its sessions end unless another speaks for them soon.</summary>
    public void Drop(HubConnection owner, long nowMs)
    {
        foreach (var session in Of(owner))
        {
            owner.GiveCallSessionBack();
            _speakers[session] = new(null, nowMs + ReturnMs);
        }
    }

    /// <summary>The sessions for which nobody came back.</summary>
    public IReadOnlyList<SessionId> Expire(long nowMs)
    {
        List<SessionId> ended = [.. _speakers.Where(one => one.Value.Owner is null && one.Value.EndsMs <= nowMs).Select(static one => one.Key)];
        ended.ForEach(Release);
        return ended;
    }

    private List<SessionId> Of(HubConnection owner) =>
        [.. _speakers.Where(one => ReferenceEquals(one.Value.Owner, owner)).Select(static one => one.Key)];

    private readonly record struct Speaker(HubConnection? Owner, long EndsMs);
}
