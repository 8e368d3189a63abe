using Parley.Access;
using Parley.Cli.Vectors;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>Who is in an access scope by the rules of docs/access.md as they are written a second time, for the tests of the log: slowly and from scratch.</summary>
internal static class NaiveMembers
{
    /// <summary>Everybody with access and their role.</summary>
    public static IEnumerable<string> Of(MemoryLedgerStore store, NodeId domain)
    {
        var own = Read(store, domain);
        var space = own.OfType<CreateOp>().First().Space;
        List<MembershipOp> all = [.. space is { } over ? Read(store, over) : [], .. own];
        var kind = NameOf(own.OfType<CreateOp>().First().Kind);
        var spaceMaker = all.OfType<CreateOp>().FirstOrDefault(create => create.Kind == AccessDomainKind.Space)?.By.Value;
        var maker = own.OfType<CreateOp>().First();
        List<string> people = [.. all.Select(op => op.Author.Value).Concat(all.OfType<GrantOp>().Select(grant => grant.Subject.Value)).Concat(maker.Owners.Select(owner => owner.Value)).Distinct()];
        var world = new AccessVector(
            kind, people.ToDictionary(person => person, _ => ""), maker.By.Value, space is null ? null : spaceMaker, [.. maker.Owners.Select(owner => owner.Value)],
            [.. all.Select(op => Of(op, NameOf(op.Header.Domain == domain ? maker.Kind : AccessDomainKind.Space)))], [], JsonValue.Object());
        var model = new NaiveAccess(world);
        var view = new NaiveView(model, model.Valid());
        return from person in people
               let role = space is null || view.Role("space", person) > 0 ? view.Role(kind, person) : 0
               where role > 0
               select $"{person} {role switch { 1 => AccessRole.Member, 2 => AccessRole.Admin, _ => AccessRole.Owner }}";
    }

    private static List<MembershipOp> Read(MemoryLedgerStore store, NodeId domain) =>
        [.. store.OperationsOf(domain).Select(change => MembershipOpReader.Read(change, domain, out var op).Status == OpStatus.Valid ? op! : throw new SimulationException("a filed operation is malformed"))];

    private static AccessVectorOp Of(MembershipOp op, string domain)
    {
        var common = new AccessVectorOp(
            op.Hash.ToString(), domain, KindOf(op), op.Author.Value, op.Header.Lamport, op.Header.WallTime, [.. op.Header.Depends.Select(hash => hash.ToString())])
        {
            Authority = op.Authority?.ToString(),
        };
        return op switch
        {
            CreateOp create => common with { Owners = create.Owners.Count == 0 ? null : [.. create.Owners.Select(owner => owner.Value)] },
            GrantOp grant => common with { Subject = grant.Subject.Value, Role = grant.Role.Code() },
            RevokeOp revoke => common with { Subject = revoke.Subject.Value },
            RevokeInviteOp revoke => common with { Invite = revoke.Invite.ToString() },
            InviteOp invite => common with { Role = "member", Uses = invite.Uses, ExpiresAt = invite.ExpiresAt },
            AdmitOp admit => common with { Invite = admit.Invite.ToString(), Subject = admit.Subject.Value, Proof = "ok" },
            ExpelOp expel => common with { Subject = expel.Subject.Value, Citation = expel.Citation.ToString() },
            PolicyOp => common with { Policy = JsonValue.Object() },
            _ => common,
        };
    }

    private static string KindOf(MembershipOp op) => op switch
    {
        CreateOp => "create",
        GrantOp => "grant",
        RevokeOp => "revoke",
        RevokeInviteOp => "revoke-invite",
        LeaveOp => "leave",
        InviteOp => "invite",
        AdmitOp => "admit",
        PolicyOp => "policy",
        ExpelOp => "expel",
        _ => throw new InvalidOperationException("No such operation."),
    };

    private static string NameOf(AccessDomainKind kind) => kind switch
    {
        AccessDomainKind.Space => "space",
        AccessDomainKind.Channel => "channel",
        _ => "dm",
    };
}
