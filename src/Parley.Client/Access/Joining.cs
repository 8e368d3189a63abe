using Parley.Identity;
using Parley.Nodes;
using Parley.Tabs;

namespace Parley.Access;

/// <summary>Brings the operations of a domain to a replica that is not in it yet, for the holder of an invite.</summary>
internal interface IInviteSource
{
    /// <summary>Asks for them; returns when they are on their way, or here.</summary>
    Task FetchAsync(Invite invite, CancellationToken cancellationToken);
}

/// <summary>The way into a space: fetch its operations, find the invite of the link's key among them, write the admission.</summary>
internal sealed class Joining(RoleHolder role, MembershipViews views, InviteKeys keys, IInviteSource source, TimeProvider time, PersonId me)
{
    /// <summary>How long the operations are waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task JoinAsync(Invite invite, CancellationToken cancellationToken)
    {
        var publicKey = await keys.PublicKeyOfAsync(invite, cancellationToken).ConfigureAwait(false);
        await source.FetchAsync(invite, cancellationToken).ConfigureAwait(false);
        if (await FindAsync(invite.Domain, publicKey, cancellationToken).ConfigureAwait(false) is { } operation)
        {
            var proof = await keys.ProveAsync(invite, operation, me, cancellationToken).ConfigureAwait(false);
            await role.Current.ActAsync(new MembershipCommand.Admit(invite.Domain, operation, proof), cancellationToken).ConfigureAwait(false);
        }
    }

    // Null where one is in already.
    private async Task<ChangeHash?> FindAsync(NodeId domain, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await foreach (var state in views.Of(domain).WatchAsync(either.Token).ConfigureAwait(false))
            {
                if (state.Role is not null)
                {
                    return null;
                }

                if (state.Invites.FirstOrDefault(i => i.PublicKey.Span.SequenceEqual(publicKey.Span)) is { } found)
                {
                    return found.Operation;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Said below.
        }

        throw views.Of(domain).Value.IsHere
            ? new ParleyException(ParleyErrorCode.NotFound, "The space knows no open invite of this link.")
            : new ParleyException(ParleyErrorCode.Timeout, "The space could not be reached.");
    }
}

/// <summary>Fetches by following the domain's room until it was read: for hubs that let everybody read it.</summary>
internal sealed class RoomFollowing(RoleHolder role) : IInviteSource
{
    public Task FetchAsync(Invite invite, CancellationToken cancellationToken)
    {
        role.Current.Expect(invite.Domain);
        return Task.CompletedTask;
    }
}
