using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Commands;

/// <summary>What a client does with commands: carry them out, or hand them to the tab that leads.</summary>
internal abstract class Role : IAsyncDisposable
{
    /// <summary>Writes drafts as one batch.</summary>
    public abstract Task<IReadOnlyList<NodeId>> WriteAsync(IReadOnlyList<NodeDraft> drafts, CancellationToken cancellationToken);

    /// <summary>Changes memberships; the answer is an id or a hash.</summary>
    public abstract Task<string> ActAsync(MembershipCommand command, CancellationToken cancellationToken);

    /// <summary>Looks into a domain that this person may be in, or come into: by an invite, where the hub shows it to members only.</summary>
    public abstract void Expect(NodeId domain, InviteReading? claim = null);

    /// <summary>Follows a room from now on. Best effort: what fails is asked for again when it is opened again.</summary>
    public abstract void Follow(RoomId room);

    /// <summary>Dials the hub at once if the link is down.</summary>
    public abstract void RetryNow();

    public abstract ValueTask DisposeAsync();
}

/// <summary>The role of now; a following tab's changes when it takes over.</summary>
internal sealed class RoleHolder
{
    private Role? _current;

    public bool HasCurrent => Volatile.Read(ref _current) is not null;

    public Role Current
    {
        get => Volatile.Read(ref _current) ?? throw new ObjectDisposedException("ParleyClient");
        set => Volatile.Write(ref _current, value);
    }
}
