using Parley.Commands;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Store;

namespace Parley.Replica;

// Own writes are judged by the rule that everybody judges them by, so that nothing leaves here that others would refuse.
internal sealed partial class NodeWriter
{
    /// <summary>
    /// Carries out a command about memberships in one transaction; one that was carried out already is only answered again.
    /// Throws <see cref="ParleyException"/>: Invalid, Forbidden, NotFound, Storage.
    /// </summary>
    /// <returns>The one answer: an id, or a hash as text.</returns>
    public async Task<IReadOnlyList<NodeId>> ActAsync(MembershipCommand act, string? command, CancellationToken cancellationToken)
    {
        using (await apply.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            await apply.Memberships.RefreshAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var turn = new MembershipTurn(apply, SignAsync, signer.Person, random);
                if ((await ReadAsync([], command, cancellationToken).ConfigureAwait(false)).Answer is { } answered)
                {
                    return answered;
                }

                List<NodeId> answer = [new(await act.RunAsync(turn, cancellationToken).ConfigureAwait(false))];
                var known = await ReadAsync(turn.Drafts, null, cancellationToken).ConfigureAwait(false);
                var changes = await SignAsync(Draft(turn.Drafts, known), cancellationToken).ConfigureAwait(false);
                CheckRights(changes, known);
                await apply.CommitAsync(
                    [.. changes.Select(c => new OfferedChange(c, null))], new(Own: true, Effects: turn.Effects, Alongside: command is null ? null : () => Remember(command, answer)), null,
                    cancellationToken).ConfigureAwait(false);
                return answer;
            }
            catch
            {
                // What the logs took in is not on disk.
                apply.Memberships.Invalidate();
                throw;
            }
        }
    }

    private RoomRights? RightsOf(NodeDraft draft, NodeRow? row)
    {
        if (row is not null)
        {
            return apply.Memberships.Rights.Of(row.Room);
        }

        var isInChannel = Schemas.Is(draft.SchemaId, Schemas.ChatMessage) || Schemas.Is(draft.SchemaId, Schemas.Reaction);
        if (isInChannel && NodeId.TryParse(draft.Properties["channel"]?.Text, out var channel))
        {
            return apply.Memberships.Rights.Of(RoomNames.OfMessages(channel));
        }

        // Where a node of any other kind lives, its whole create says.
        var change = Canonical(new("draft", new(draft.Node ?? new("draft"), draft.SchemaId, draft.Properties, draft.Deleted), null, signer.Person, 0, 0))
            .Complete(new byte[SignatureCheck.SignatureBytes]);
        return HomeRoom.Of(change) is { } home ? apply.Memberships.Rights.Of(home) : null;
    }

    private void CheckRights(List<Change> changes, Known known)
    {
        foreach (var node in changes.GroupBy(change => change.Node))
        {
            var rights = apply.Memberships.Rights;
            if (known.Rows.TryGetValue(node.Key, out var row) && !row.Hidden)
            {
                foreach (var change in node)
                {
                    if (NodeJudgement.DecideLater(rights.Of(row.Room), row.State, change) is { IsAccepted: false } verdict)
                    {
                        throw Forbidden(verdict);
                    }
                }
            }
            else if (NodeJudgement.Of([.. node], rights, signer.Person) is { } judged)
            {
                foreach (var change in node.Where(change => !judged[change].IsAccepted))
                {
                    throw Forbidden(judged[change]);
                }
            }
        }
    }

    private static ParleyException Forbidden(RightVerdict verdict) =>
        verdict.Refusal is { } reason ? new(ParleyErrorCode.Forbidden, reason) : new(ParleyErrorCode.Forbidden, "Who may write here is not known yet.");
}
