using System.Collections.Frozen;
using Parley.Ids;

namespace Parley.Access;

/// <summary>
/// The one rule for reads and ordinary changes, called alike by every replica and by the hub (docs/access.md, decide).
/// For an open channel the log is its space's.
/// </summary>
/// <remarks>
/// A function of the request and of the set of operations. It may change its answer when operations arrive:
/// <see cref="Arrivals.Touched"/> tells whose changes to decide anew; nothing is deleted by a verdict.
/// </remarks>
internal static class AccessDecision
{
    private static readonly FrozenSet<string> s_immutable =
        FrozenSet.ToFrozenSet(["members", "kind", "channel", "createdBy", "space", "parley:access"], StringComparer.Ordinal);

    /// <summary>Decides.</summary>
    public static AccessVerdict Decide(MembershipLog log, AccessRequest request)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(request);

        // 1. Reading looks at now alone.
        if (request.Action == AccessAction.Read)
        {
            return log.Now.AccessOf(request.Author) is null ? AccessVerdict.RefusedFor(AccessRefusal.NotAMember) : AccessVerdict.Accepted;
        }

        // 2. What routes a node is written once.
        if (request.PropertiesWritten.Any(s_immutable.Contains))
        {
            return AccessVerdict.RefusedFor(AccessRefusal.ImmutableField);
        }

        // 3. What the author knew.
        var past = Known(log, request, out var fault);
        if (past is null)
        {
            return fault;
        }

        // 4. The seats that it held by that knowledge and still holds as of the change.
        var known = log.StandingOf(past);
        var role = RoleIn(log, known, request, out var refusal);
        if (role is null)
        {
            return AccessVerdict.RefusedFor(refusal);
        }

        if (log.Space is { } space && RoleIn(space, known.Space!, request, out refusal) is null)
        {
            return AccessVerdict.RefusedFor(refusal, isOfSpace: true);
        }

        // 5. Whose node it is must be known before it is judged.
        if (request.Action is AccessAction.Edit or AccessAction.Redact && request.NodeAuthor is null)
        {
            return AccessVerdict.HeldFor(AccessHold.UnknownNode);
        }

        // 6. The action itself.
        return ForAction(log, known, request, role.Value) is { } refused ? AccessVerdict.RefusedFor(refused) : AccessVerdict.Accepted;
    }

    private static OpPast? Known(MembershipLog log, AccessRequest request, out AccessVerdict fault)
    {
        fault = default;
        if (request.Seen is not { } seen)
        {
            return KnownBefore(log, request, out fault);
        }

        if (seen.Count is 0 or > SeenOperations.Max || seen.Any(log.IsRefusedHere))
        {
            fault = AccessVerdict.RefusedFor(AccessRefusal.BadSeen);
            return null;
        }

        if (!seen.All(log.IsValidHere))
        {
            fault = AccessVerdict.HeldFor(AccessHold.MissingOperations);
            return null;
        }

        if (seen.Any(op => LamportOf(log, op) >= request.Lamport))
        {
            fault = AccessVerdict.RefusedFor(AccessRefusal.Lamport);
            return null;
        }

        return log.Graph.PastThrough(seen);
    }

    // Reference clients name nothing; they are taken to have known whatever has a smaller Lamport time.
    private static OpPast? KnownBefore(MembershipLog log, AccessRequest request, out AccessVerdict fault)
    {
        var everSeated = log.Graph.SeatsOf(request.Author).Count > 0;
        fault = everSeated ? default : AccessVerdict.HeldFor(AccessHold.NoGrantKnown);
        return everSeated ? new(Before(log.Graph), log.Space is { } space ? Before(space.Graph) : new()) : null;

        OpSet Before(OpGraph graph)
        {
            var set = new OpSet();
            for (var i = 0; i < graph.Count; i++)
            {
                if (graph[i].Op.Header.Lamport < request.Lamport)
                {
                    set.Add(i);
                }
            }

            return set;
        }
    }

    private static AccessRole? RoleIn(MembershipLog log, Standing known, AccessRequest request, out AccessRefusal refusal)
    {
        AccessRole? best = null;
        refusal = AccessRefusal.NotAMember;
        foreach (var grant in log.Graph.SeatsOf(request.Author))
        {
            if (!known.IsAlive(grant, request.Author))
            {
                continue;
            }

            if (log.Now.IsVoid(grant))
            {
                refusal = refusal == AccessRefusal.Removed ? refusal : AccessRefusal.GrantVoid;
            }
            else if (WasRemovedBy(log, grant, request))
            {
                refusal = AccessRefusal.Removed;
            }
            else if (best is null || log.Graph[grant].Role > best)
            {
                best = log.Graph[grant].Role;
            }
        }

        return best;
    }

    // What the remover had seen stays: all of it has a Lamport time below the removal's.
    private static bool WasRemovedBy(MembershipLog log, int grant, AccessRequest request) =>
        log.Now.Endings(grant, request.Author).Any(cut => log.Graph[cut].Op.Header.Lamport <= request.Lamport)
        || log.Now.SpaceEndings(grant, request.Author).Any(cut => log.Graph.Space![cut].Op.Header.Lamport <= request.Lamport);

    private static AccessRefusal? ForAction(MembershipLog log, Standing known, AccessRequest request, AccessRole role)
    {
        var isOwn = request.NodeAuthor == request.Author;
        var isDirectMessage = log.Kind == AccessDomainKind.DirectMessage;
        var rules = role >= AccessRole.Admin && !isDirectMessage;
        return request.Action switch
        {
            AccessAction.Create => role >= (known.Policy.Post ?? AccessRole.Member) ? null : AccessRefusal.InsufficientRole,
            AccessAction.Edit => isOwn ? null : AccessRefusal.NotAuthor,
            AccessAction.Redact => isOwn || rules ? null : AccessRefusal.NotAuthor,
            AccessAction.Metadata => rules || isDirectMessage || CreatedOpenChannel(log, request) ? null : AccessRefusal.InsufficientRole,
            AccessAction.React or AccessAction.Read => null,
        };
    }

    private static bool CreatedOpenChannel(MembershipLog log, AccessRequest request) =>
        log.Kind == AccessDomainKind.Space && request.ChannelCreator == request.Author;

    private static long LamportOf(MembershipLog log, ChangeHash op) =>
        log.Graph.TryFind(op, out var index) ? log.Graph[index].Op.Header.Lamport
        : log.Space!.Graph.TryFind(op, out index) ? log.Space.Graph[index].Op.Header.Lamport
        : long.MaxValue;
}
