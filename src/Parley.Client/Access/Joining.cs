using Parley.Identity;
using Parley.Nodes;
using Parley.Tabs;

namespace Parley.Access;

/// <summary>The way into a space: fetch its operations, find the invite of the link's key among them, write the admission.</summary>
internal sealed class Joining(RoleHolder role, MembershipViews views, InviteKeys keys, TimeProvider time, PersonId me)
{
    /// <summary>How long the operations are waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    public async Task JoinAsync(Invite invite, CancellationToken cancellationToken)
    {
        var publicKey = await keys.PublicKeyOfAsync(invite, cancellationToken).ConfigureAwait(false);
        var claim = await keys.ClaimAsync(invite, me, cancellationToken).ConfigureAwait(false);
        var finding = FindAsync(invite.Domain, publicKey, cancellationToken);
        do
        {
            role.Current.Expect(invite.Domain, claim);
        }
        while (!await IsDoneAsync(finding, cancellationToken).ConfigureAwait(false));

        if (await finding.ConfigureAwait(false) is { } operation)
        {
            var proof = await keys.ProveAsync(invite, operation, me, cancellationToken).ConfigureAwait(false);
            await role.Current.ActAsync(new MembershipCommand.Admit(invite.Domain, operation, proof), cancellationToken).ConfigureAwait(false);
        }
    }

    // A link may be quicker than the operation that makes it good: until patience ends the hub is asked again.
    private async Task<bool> IsDoneAsync(Task finding, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var done = await Task.WhenAny(finding, Task.Delay(AskAgainAfter, time, either.Token)).ConfigureAwait(false) == finding;
        await either.CancelAsync().ConfigureAwait(false);
        return done;
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

                if (state.InvitesOver.FirstOrDefault(i => i.PublicKey.Span.SequenceEqual(publicKey.Span)) is { } over)
                {
                    throw new ParleyException(ParleyErrorCode.Forbidden, WhyOver(over));
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Said below.
        }

        throw views.Of(domain).Value.IsHere
            ? new ParleyException(ParleyErrorCode.NotFound, "The space knows no invite of this link.")
            : new ParleyException(ParleyErrorCode.Timeout, "The space could not be reached.");
    }

    // Owners' and admins' clients end what ran out: then that is what to say, not that somebody ended it.
    private string WhyOver(OpenInvite invite) =>
        invite.ExpiresAt <= time.GetUtcNow() ? "invite-expired"
        : invite.Used >= invite.Uses ? "invite-used-up"
        : "invite-closed";
}
