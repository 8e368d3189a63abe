using Parley.Cli.Vectors;

namespace Parley.Access;

/// <summary>
/// What a set of operations says, by recursion straight from docs/access.md §6: no indexes, no bitsets, no order of computation.
/// It shares no code with the product.
/// </summary>
internal sealed class NaiveView(NaiveAccess model, IReadOnlySet<string> set)
{
    private readonly Dictionary<string, (string? Reason, List<string> By)> _voids = [];
    private readonly HashSet<string> _open = [];

    public bool Effective(string o) => set.Contains(o) && Void(o).Reason is null;

    public (string? Reason, List<string> By) Void(string o)
    {
        if (_voids.TryGetValue(o, out var answer))
        {
            return answer;
        }

        if (!_open.Add(o))
        {
            // Recursion climbs to a strictly higher authority, so it ends; a faulty model may go round in circles.
            return model.Fault != NaiveFault.None ? (null, []) : throw new InvalidOperationException($"The rules are circular at {o}.");
        }

        return _voids[o] = Judge(o);
    }

    public bool Alive(string g, string s) => set.Contains(g) && model.Seats(g).Contains(s) && Void(g).Reason is null && Endings(g, s).Count == 0;

    public List<string> Endings(string g, string s) => [.. set.Where(r => model.Kills(r, g, s) && Effective(r)).Order(StringComparer.Ordinal)];

    public int Role(string log, string person)
    {
        var best = 0;
        foreach (var g in set.Where(g => model.Op(g).Domain == log && model.Seats(g).Contains(person)))
        {
            best = Math.Max(best, Alive(g, person) ? model.Class(g) : 0);
        }

        return best;
    }

    public bool Open(string invite)
    {
        var op = model.Op(invite);
        return Effective(invite) && Endings(op.Authority!, op.Author).Count == 0
            && (model.Fault == NaiveFault.InviteEndIgnored || !set.Any(r => Ends(r, invite) && Effective(r)));
    }

    public IEnumerable<string> Joiners(string invite) =>
        set.Select(model.Op).Where(a => a.Kind == "admit" && a.Invite == invite).Select(a => a.Subject!).Distinct();

    public string? Policy(string log, string key)
    {
        string[] order = key == "post" ? ["member", "admin", "owner"] : ["shared", "join"];
        var setting = set.Where(p => model.Op(p) is { Kind: "policy" } op && op.Domain == log && op.Policy![key] is not null && Effective(p)).ToList();
        var latest = setting.Where(p => !setting.Any(q => model.Past(q).Contains(p)));
        return latest.Select(p => model.Op(p).Policy![key]!.Text!).MaxBy(value => Array.IndexOf(order, value));
    }

    private (string? Reason, List<string> By) Judge(string id)
    {
        var o = model.Op(id);
        if (o.Kind is "create" or "leave")
        {
            return (null, []);
        }

        if (o.Kind == "expel")
        {
            return Effective(o.Citation!) ? (null, []) : ("citation-void", [o.Citation!]);
        }

        var (auth, actor) = (model.Auth(id)!, model.Actor(id));
        var cuts = Sorted(r => model.Op(r).Domain == o.Domain && !model.Past(r).Contains(id) && model.Kills(r, auth, actor)
            && !(model.Fault == NaiveFault.LeaveVoidsNothing && model.Op(r).Kind == "leave") && Effective(r));
        if (cuts.Count > 0 && model.Fault != NaiveFault.NoStrongRemoval)
        {
            return ("authority-cut", cuts);
        }

        if (o.Kind == "admit")
        {
            var ends = Sorted(r => Ends(r, o.Invite!) && !model.Past(r).Contains(id) && Effective(r));
            if (ends.Count > 0 && model.Fault != NaiveFault.InviteEndIgnored)
            {
                return ("invite-revoked", ends);
            }

            if (Void(o.Invite!).Reason is not null)
            {
                return ("void-invite", [o.Invite!]);
            }
        }

        return Void(auth).Reason is not null && model.Fault != NaiveFault.VoidNotTransitive ? ("void-authority", [auth]) : (null, []);
    }

    private bool Ends(string r, string invite) => model.Op(r) is { Kind: "revoke-invite" } op && op.Invite == invite;

    private List<string> Sorted(Func<string, bool> isCause) => [.. set.Where(isCause).Order(StringComparer.Ordinal)];
}
