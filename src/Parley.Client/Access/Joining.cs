using Parley.Commands;
using Parley.Connection;
using Parley.Ids;

namespace Parley.Access;

/// <summary>The way into a space: fetch its operations, find the invite of the link's key among them, write the admission.</summary>
internal sealed class Joining(
    RoleHolder role, MembershipViews views, InviteKeys keys, Live<ConnectionStatus> connection, TimeProvider time, PersonId me)
{
    /// <summary>How long the operations are waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long the hub's word on the admission is waited for.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    public async Task JoinAsync(Invite invite, CancellationToken cancellationToken)
    {
        var publicKey = await keys.PublicKeyOfAsync(invite, cancellationToken).ConfigureAwait(false);
        var claim = await keys.ClaimAsync(invite, me, cancellationToken).ConfigureAwait(false);
        var mayBeOld = views.Of(invite.Domain).Value.IsHere;
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
            if (mayBeOld)
            {
                await ConfirmAsync(invite.Domain, claim, publicKey, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The invite may have been open when this was read last, and be over since: the hub is asked once more, and what it has by then counts.
    private async Task ConfirmAsync(NodeId domain, InviteReading claim, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken)
    {
        role.Current.Expect(domain, claim);
        await AnsweredAsync(cancellationToken).ConfigureAwait(false);
        if (views.Of(domain).Value is { Role: null } state && InviteOf(state.InvitesOver, publicKey) is { } over)
        {
            throw new ParleyException(ParleyErrorCode.Forbidden, WhyOver(over));
        }
    }

    // Where no hub answers, what is here counts until one does.
    private async Task AnsweredAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(AnswerPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await foreach (var status in connection.WatchAsync(either.Token).ConfigureAwait(false))
            {
                if (status is { Phase: ConnectionPhase.Online, Unsent: 0 }
                    or { Phase: not (ConnectionPhase.Online or ConnectionPhase.Syncing or ConnectionPhase.Lobby) })
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The same: it is slow.
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

                if (InviteOf(state.Invites, publicKey) is { } found)
                {
                    return found.Operation;
                }

                if (InviteOf(state.InvitesOver, publicKey) is { } over)
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

    private static OpenInvite? InviteOf(IEnumerable<OpenInvite> invites, ReadOnlyMemory<byte> publicKey) =>
        invites.FirstOrDefault(invite => invite.PublicKey.Span.SequenceEqual(publicKey.Span));

    // Owners' and admins' clients end what ran out: then that is what to say, not that somebody ended it.
    private Reason WhyOver(OpenInvite invite) =>
        invite.ExpiresAt <= time.GetUtcNow() ? Reason.InviteExpired
        : invite.Used >= invite.Uses ? Reason.InviteUsedUp
        : Reason.InviteClosed;
}
