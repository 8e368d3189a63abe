using Parley.Cli.Vectors;

namespace Parley.Access;

/// <summary>
/// The rules of docs/access.md written a second time, slowly and from scratch: verdicts by recursion over pasts, every question over a plain set.
/// It works on the labels of a vector and shares no code with the product.
/// </summary>
internal sealed class NaiveAccess(AccessVector world, NaiveFault fault = NaiveFault.None)
{
    private readonly Dictionary<string, AccessVectorOp> _ops = world.Ops.ToDictionary(op => op.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _pasts = [];
    private readonly Dictionary<string, (string Status, string? Reason)> _verdicts = [];

    public NaiveFault Fault => fault;

    public AccessVector World => world;

    public AccessVectorOp Op(string id) => _ops[id];

    /// <summary>Lets a history grow; what was said of older operations stays.</summary>
    public void Add(AccessVectorOp op) => _ops.Add(op.Id, op);

    public bool IsValid(string id) => Verdict(id).Status == "valid";

    public bool IsRefused(string id) => _ops.ContainsKey(id) && Verdict(id).Status == "refused";

    public HashSet<string> Valid() => [.. _ops.Keys.Where(IsValid)];

    /// <summary>All that is reachable through dependencies.</summary>
    public HashSet<string> Past(string id)
    {
        if (!_pasts.TryGetValue(id, out var past))
        {
            past = [];
            foreach (var dependency in Op(id).Depends.Where(_ops.ContainsKey))
            {
                past.Add(dependency);
                past.UnionWith(Past(dependency));
            }

            _pasts.Add(id, past);
        }

        return past;
    }

    public int Class(string id) => Op(id) switch
    {
        { Kind: "create" } => 3,
        { Kind: "grant", Role: "owner" } => 3,
        { Kind: "grant", Role: "admin" } => 2,
        { Kind: "grant" or "admit" } => 1,
        _ => 0,
    };

    public IReadOnlyList<string> Seats(string id) => Op(id) switch
    {
        { Kind: "create", Domain: "dm" } c =>
            [.. c.Owners!.Where(p => p == c.Author || !Past(id).Any(l => Op(l) is { Kind: "leave" } leave && leave.Author == p))],
        { Kind: "create" } c => [c.Author],
        { Kind: "grant" or "admit" } g => [g.Subject!],
        _ => [],
    };

    public string? Auth(string id) => Op(id).Kind == "admit" ? Op(Op(id).Invite!).Authority : Op(id).Authority;

    public string Actor(string id) => Op(id).Kind == "admit" ? Op(Op(id).Invite!).Author : Op(id).Author;

    public bool Outranks(string a, string g)
    {
        if (fault == NaiveFault.NoAuthorityOrder)
        {
            return true;
        }

        if (Class(a) != 3 || Class(g) != 3)
        {
            return Class(a) > Class(g);
        }

        return Auth(g) is { } above && (above == a || Outranks(a, above));
    }

    public bool Kills(string r, string g, string s)
    {
        var (cut, grant) = (Op(r), Op(g));
        if (r == g || cut.Kind is not ("revoke" or "leave" or "expel") || (cut.Kind == "leave" ? cut.Author : cut.Subject) != s)
        {
            return false;
        }

        var measured = grant.Kind == "admit" && cut.Kind != "leave" && fault != NaiveFault.OldLinkReadmits ? grant.Invite! : g;
        if (Past(measured).Contains(r))
        {
            return false;
        }

        return cut.Domain == grant.Domain
            ? cut.Kind is "leave" or "expel" || Outranks(cut.Authority!, g)
            : cut.Domain == "space" && grant.Domain == "channel" && cut.Kind is "revoke" or "leave" && fault != NaiveFault.SpaceCutIgnored;
    }

    public (string Status, string? Reason) Verdict(string id)
    {
        if (!_ops.TryGetValue(id, out var op))
        {
            return ("held", "missing-deps");
        }

        if (!_verdicts.TryGetValue(id, out var verdict))
        {
            verdict = Judge(op);
            _verdicts.Add(id, verdict);
        }

        return verdict;
    }

    private (string, string?) Judge(AccessVectorOp op)
    {
        var shape = Shape(op);
        if (shape is not null)
        {
            return ("refused", shape);
        }

        if (op.Depends.Any(d => IsRefused(d) || (_ops.ContainsKey(d) && Op(d).Domain != op.Domain && !(op.Domain == "channel" && Op(d).Domain == "space"))))
        {
            return ("refused", "invalid-dep");
        }

        if (op.Depends.Any(d => !IsValid(d)) && fault != NaiveFault.NoCausalGate)
        {
            return ("held", "missing-deps");
        }

        return Refusal(op) is { } reason ? ("refused", reason) : ("valid", null);
    }

    private string? Shape(AccessVectorOp op)
    {
        if (op.Domain != world.Kind && !(world.Kind == "channel" && op.Domain == "space"))
        {
            return "wrong-domain";
        }

        if (world.Kind == "dm" && op.Kind is not ("create" or "leave"))
        {
            return "not-in-dm";
        }

        var isBad = op.Kind switch
        {
            "grant" => op.Role is not ("owner" or "admin" or "member"),
            "invite" => op.Role != "member" || op.Uses is < 1 or > 10_000,
            "policy" => op.Policy!.Members.Any(m => !((m.Key == "post" && m.Value.Text is "member" or "admin" or "owner") || (m.Key == "hist" && m.Value.Text is "shared" or "join"))),
            "expel" => op.Domain != "channel",
            _ => false,
        };
        return isBad || (op.Kind != "create" && op.Depends.Count == 0) ? "malformed" : null;
    }

    private string? Refusal(AccessVectorOp op)
    {
        var past = Past(op.Id);
        var known = new NaiveView(this, past);
        if (op.Depends.Any(d => _ops.ContainsKey(d) && Op(d).Lamport >= op.Lamport))
        {
            return "lamport";
        }

        var outsideSpace = op.Domain == "channel" && known.Role("space", op.Author) == 0;
        switch (op.Kind)
        {
            case "create":
                var isMaker = op.Domain == "dm"
                    ? op.Owners!.ToHashSet().SetEquals(world.DirectMessagePeople) && op.Owners!.Contains(op.Author)
                    : op.Author == (op.Domain == "space" && world.Kind == "channel" ? world.SpaceCreator : world.Creator);
                return !isMaker ? "not-creator"
                    : op.Domain != "dm" && past.Any(d => Op(d).Domain == op.Domain) ? "create-with-deps"
                    : outsideSpace ? "not-in-space" : null;
            case "leave":
                return known.Role(op.Domain, op.Author) == 0 ? "not-a-member" : null;
            case var _ when outsideSpace:
                return "not-in-space";
            case "admit":
                return Admit(op, past, known);
        }

        return !past.Contains(op.Authority!) || Op(op.Authority!).Domain != op.Domain || !known.Alive(op.Authority!, op.Author)
            ? "no-authority"
            : UnderAuthority(op, past, known);
    }

    private string? Admit(AccessVectorOp op, HashSet<string> past, NaiveView known)
    {
        if (!past.Contains(op.Invite!) || Op(op.Invite!) is not { Kind: "invite" } invite || invite.Domain != op.Domain)
        {
            return "unknown-invite";
        }

        return op.Subject != op.Author ? "not-joiner"
            : op.Proof != "ok" && fault != NaiveFault.AdmitWithoutProof ? "bad-proof"
            : op.WallTime < invite.WallTime || op.WallTime > invite.ExpiresAt ? "invite-expired"
            : !known.Open(invite.Id) ? "invite-closed"
            : known.Joiners(invite.Id).Count(p => p != op.Author) >= invite.Uses ? "invite-used-up"
            : null;
    }

    private string? UnderAuthority(AccessVectorOp op, HashSet<string> past, NaiveView known)
    {
        var rank = Class(op.Authority!);
        var needed = op.Kind switch
        {
            "grant" => op.Role == "member" ? 2 : 3,
            "policy" => 3,
            "expel" => 0,
            _ => 2,
        };
        if (rank < needed)
        {
            return "insufficient-role";
        }

        switch (op.Kind)
        {
            case "revoke" when op.Subject == op.Author:
                return "self-revoke";
            case "revoke":
                return past.Any(g => Op(g).Domain == op.Domain && Seats(g).Contains(op.Subject!) && Outranks(op.Authority!, g)) ? null : "not-outranked";
            case "revoke-invite":
                return past.Contains(op.Invite!) && Op(op.Invite!) is { Kind: "invite" } invite && invite.Domain == op.Domain ? null : "unknown-invite";
            case "expel":
                var isLoss = past.Contains(op.Citation!) && Op(op.Citation!) is { Domain: "space", Kind: "revoke" or "leave" } cited
                    && (cited.Kind == "leave" ? cited.Author : cited.Subject) == op.Subject && known.Effective(cited.Id) && op.Subject != op.Author;
                var othersRule = world.People.Keys.Any(p => p != op.Subject && known.Role("channel", p) >= 2);
                return !isLoss ? "bad-citation" : rank >= 2 || !othersRule ? null : "insufficient-role";
            default:
                return null;
        }
    }
}
