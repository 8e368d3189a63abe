using Parley.Calls;
using Parley.Hub.Connections;

namespace Parley.Hub.Calls;

/// <summary>
/// Which socket speaks for which session of one call. A session id is bound by its first signal; the same person's next socket takes it
/// over, while the hub has not noticed yet that the old one is dead.
/// </summary>
/// <remarks>Nothing of it is ever stored. Guarded by its topic.</remarks>
internal sealed class CallRoom
{
    private readonly Dictionary<SessionId, HubConnection> _owners = [];

    /// <summary>The socket of a session, or null where it has not spoken here.</summary>
    public HubConnection? OwnerOf(SessionId session) => _owners.GetValueOrDefault(session);

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
        _owners[session] = to;
        return true;
    }

    /// <summary>The session said that it left.</summary>
    public void Release(SessionId session)
    {
        if (_owners.Remove(session, out var owner))
        {
            owner.GiveCallSessionBack();
        }
    }

    /// <summary>Forgets a socket that is gone or no longer welcome; the sessions that end with it.</summary>
    public IReadOnlyList<SessionId> Leave(HubConnection owner)
    {
        List<SessionId>? ended = null;
        foreach (var (session, of) in _owners)
        {
            if (ReferenceEquals(of, owner))
            {
                (ended ??= []).Add(session);
            }
        }

        ended?.ForEach(Release);
        return ended ?? [];
    }
}
