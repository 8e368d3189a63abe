using Parley.Cli.Vectors;

namespace Parley.Access;

/// <summary>The decision about reads and ordinary changes, from docs/access.md §11, over the naive model.</summary>
internal static class NaiveDecision
{
    private static readonly string[] s_roles = ["", "member", "admin", "owner"];

    public static (string Status, string? Reason) Decide(NaiveAccess model, AccessVectorQuery query)
    {
        var kind = model.World.Kind;
        var all = model.Valid();
        var now = new NaiveView(model, all);
        if (query.Action == "read")
        {
            var isIn = now.Role(kind, query.Author) > 0 && (kind != "channel" || now.Role("space", query.Author) > 0);
            return isIn ? ("accepted", null) : ("refused", "not-a-member");
        }

        if (query.Fields.Any(f => f is "members" or "kind" or "channel" or "createdBy" or "space" or "parley:access"))
        {
            return ("refused", "immutable-field");
        }

        HashSet<string> seen;
        if (query.Seen is { } heads)
        {
            if (heads.Count is 0 or > 16 || heads.Any(model.IsRefused))
            {
                return ("refused", "bad-seen");
            }

            if (!heads.All(all.Contains))
            {
                return ("held", "missing-ops");
            }

            if (heads.Any(h => model.Op(h).Lamport >= query.Lamport))
            {
                return ("refused", "lamport");
            }

            seen = [.. heads, .. heads.SelectMany(model.Past)];
        }
        else if (!all.Any(g => model.Op(g).Domain == kind && model.Seats(g).Contains(query.Author)))
        {
            return ("held", "no-grant-known");
        }
        else
        {
            seen = [.. all.Where(o => model.Op(o).Lamport < query.Lamport)];
        }

        var known = new NaiveView(model, seen);
        var (role, reason) = RoleIn(model, now, known, seen, kind, query);
        if (role == 0)
        {
            return ("refused", reason);
        }

        if (kind == "channel" && RoleIn(model, now, known, seen, "space", query) is (0, var outer))
        {
            return ("refused", "space-" + outer);
        }

        if (query.Action is "edit" or "redact" && query.NodeAuthor is null)
        {
            return ("held", "unknown-node");
        }

        var rules = role >= 2 && kind != "dm";
        var refusal = query.Action switch
        {
            "create" => role >= Math.Max(1, Array.IndexOf(s_roles, known.Policy(kind, "post"))) ? null : "insufficient-role",
            "edit" => query.NodeAuthor == query.Author ? null : "not-author",
            "redact" => query.NodeAuthor == query.Author || rules ? null : "not-author",
            "metadata" => rules || kind == "dm" || (kind == "space" && query.ChannelCreator == query.Author) ? null : "insufficient-role",
            _ => null,
        };
        return refusal is null ? ("accepted", null) : ("refused", refusal);
    }

    private static (int Role, string Reason) RoleIn(
        NaiveAccess model, NaiveView now, NaiveView known, HashSet<string> seen, string log, AccessVectorQuery query)
    {
        var held = seen.Where(g => model.Op(g).Domain == log && known.Alive(g, query.Author)).ToList();
        var isVoid = held.ToLookup(g => now.Void(g).Reason is not null);
        var isRemoved = isVoid[false].ToLookup(g => model.Fault != NaiveFault.DecideBySeenOnly
            && now.Endings(g, query.Author).Any(r => model.Op(r).Lamport <= query.Lamport));
        var best = isRemoved[false].Select(model.Class).DefaultIfEmpty().Max();
        return (best, isRemoved[true].Any() ? "removed" : isVoid[true].Any() ? "grant-void" : "not-a-member");
    }
}
