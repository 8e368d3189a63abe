using Parley.Cli.Vectors;
using Parley.Json;

namespace Parley.Access;

/// <summary>
/// A random history of one domain: people with their own replicas that meet now and then, so that admins act concurrently and partitions heal;
/// invites, removals and returns; and people who back-date, forge, or name what never arrives. One seed, one history.
/// </summary>
internal sealed partial class RandomHistory
{
    private static readonly string[] s_names = ["ann", "bob", "cat", "dan", "eve", "fay", "yan", "zed"];
    private static readonly string[] s_roles = ["member", "member", "admin", "admin", "owner"];

    private static readonly string[] s_kinds =
        ["create", "grant", "revoke", "leave", "invite", "admit", "revoke-invite", "policy", "expel"];

    private readonly Random _random;
    private readonly string _kind;
    private readonly string[] _people;
    private readonly List<AccessVectorOp> _ops = [];
    private readonly NaiveAccess _model;
    private readonly AccessVector _world;
    private readonly Dictionary<string, HashSet<string>> _replicas;
    private readonly int _meetings;

    private RandomHistory(int seed)
    {
        _random = new Random(seed);
        _kind = Pick("space", "space", "space", "channel", "channel", "channel", "dm");
        _people = s_names[.._random.Next(5, 8)];
        _meetings = _random.Next(15, 60);
        var people = _people.ToDictionary(name => name, name => Convert.ToHexStringLower([.. Enumerable.Repeat((byte)name[0], 32)]));
        _world = new(_kind, people, _kind == "channel" ? "bob" : "ann", "ann", _kind == "dm" ? _people[..^2] : [], [], [], JsonValue.Null);
        _model = new(_world);
        _replicas = _people.ToDictionary(name => name, _ => new HashSet<string>());
    }

    /// <summary>The history of a seed; the member expected is what the naive model says.</summary>
    public static AccessVector Make(int seed)
    {
        var history = new RandomHistory(seed);
        history.Play();
        return history.Finish();
    }

    private void Play()
    {
        if (_kind != "dm")
        {
            Begin();
        }

        for (var left = _random.Next(12, 28); left > 0; left--)
        {
            if (_random.Next(100) < _meetings)
            {
                var (one, other) = (Pick(_people), Pick(_people));
                _replicas[one].UnionWith(_replicas[other]);
                _replicas[other].UnionWith(_replicas[one]);
            }

            Write(Pick(_people));
            if (_kind != "dm" && _random.Next(25) == 0)
            {
                Launder();
                Cancel();
            }
        }
    }

    // Everybody starts from one root and a few seats, or all that is random would be refused.
    private void Begin()
    {
        var first = _kind == "channel" ? "space" : _kind;
        Publish(New(first, "create", "ann", []));
        for (var i = 1; i < _people.Length - 1; i++)
        {
            Publish(New(first, "grant", "ann", Heads("ann")) with { Authority = _ops[0].Id, Subject = _people[i], Role = Pick(s_roles) });
        }

        if (_kind == "channel")
        {
            Publish(New("channel", "create", "bob", Heads("bob")));
            var root = _ops[^1].Id;
            Publish(New("channel", "grant", "bob", Heads("bob")) with { Authority = root, Subject = "cat", Role = Pick("admin", "admin", "owner") });
            Publish(New("channel", "grant", "bob", Heads("bob")) with { Authority = root, Subject = "dan", Role = Pick("member", "admin") });
        }
    }

    private void Publish(AccessVectorOp op)
    {
        Take(op);
        foreach (var replica in _replicas.Values)
        {
            if (_model.IsValid(op.Id))
            {
                replica.Add(op.Id);
            }
        }
    }

    private void Take(AccessVectorOp op)
    {
        _ops.Add(op);
        _model.Add(op);
        if (_model.IsValid(op.Id))
        {
            _replicas[op.Author].Add(op.Id);
            _replicas[op.Author].UnionWith(_model.Past(op.Id));
        }
    }

    // Somebody who was removed back-dates a grant to a puppet, the puppet an invite, and a third comes in by it.
    private void Launder()
    {
        if (Any(op => op.Kind == "revoke" && op.Domain == _kind && _model.IsValid(op.Id)) is not { } cut)
        {
            return;
        }

        var (villain, puppet, third) = (_model.Op(cut).Subject!, Pick(_people), Pick(_people));
        var past = _model.Past(cut);
        var seat = past.FirstOrDefault(g => _model.Op(g).Domain == _kind && _model.Class(g) == 3 && _model.Seats(g).Contains(villain));
        if (seat is not null)
        {
            Take(New(_kind, "grant", villain, HeadsOf(past)) with { Authority = seat, Subject = puppet, Role = "admin" });
            var grant = _ops[^1].Id;
            Take(Complete(New(_kind, "invite", puppet, [grant]) with { Authority = grant }, null, new(_model, past), isForger: false));
            Take(New(_kind, "admit", third, [_ops[^1].Id]) with { Invite = _ops[^1].Id, Subject = third, Proof = "ok" });
        }
    }

    // The creator removes somebody at the same moment as that one removes a third: the third is back, an expulsion for it or not.
    private void Cancel()
    {
        if (Any(IsByAnother) is { } cut)
        {
            var (remover, lost) = (_model.Op(cut).Author, _model.Op(cut).Subject);
            if (_kind == "channel")
            {
                HashSet<string> known = [.. _replicas["cat"], .. _model.Past(cut), cut];
                var seat = _ops.Find(op => op is { Domain: "channel", Kind: "grant", Subject: "cat" })!;
                Take(New("channel", "expel", "cat", HeadsOf(known)) with { Authority = seat.Id, Subject = lost, Citation = cut });
            }

            Take(New("space", "revoke", "ann", HeadsOf(_model.Past(cut))) with { Authority = _ops[0].Id, Subject = remover });
        }

        bool IsByAnother(AccessVectorOp op) => op is { Domain: "space", Kind: "revoke", Author: not "ann" } && _model.IsValid(op.Id);
    }

    private void Write(string author)
    {
        var domain = _kind == "channel" && _random.Next(10) < 4 ? "space" : _kind;
        var known = KnownTo(author, domain);
        var view = new NaiveView(_model, known);
        var isForger = _random.Next(10) == 0;
        var kind = isForger ? Pick(s_kinds) : KindFor(domain, view.Role(domain, author), known);
        var named = kind is "admit" or "revoke-invite" ? Any(op => op.Kind == "invite" && op.Domain == domain && (isForger || _model.IsValid(op.Id)))
            : kind is "expel" ? Any(op => op is { Domain: "space", Kind: "revoke" or "leave" } && (isForger || known.Contains(op.Id)))
            : null;
        if (kind is "admit" or "revoke-invite" or "expel" && named is null && _random.Next(10) > 0)
        {
            return;
        }

        if (kind == "admit" && named is not null && !isForger)
        {
            // A joiner comes with the link and fetches what the link stands on.
            known.UnionWith([.. _model.Past(named), named]);
        }
        else if (kind == "create" && _kind != "dm")
        {
            known.RemoveWhere(o => _model.Op(o).Domain == domain);
        }

        var op = New(domain, kind, author, Named(known, domain));
        op = op with
        {
            Lamport = _random.Next(40) == 0 ? Math.Max(1, op.Lamport - _random.Next(1, 4)) : op.Lamport,
            Authority = kind is "create" or "leave" or "admit" ? null : AuthorityOf(op, known, view, isForger),
        };
        Take(Complete(op, named, view, isForger));
    }

    private string KindFor(string domain, int role, HashSet<string> known) => (domain, role) switch
    {
        ("dm", 0) => "create",
        ("dm", _) => Pick("create", "leave", "leave"),
        (_, 3) => Pick("grant", "grant", "grant", "revoke", "revoke", "revoke", "invite", "revoke-invite", "policy", "policy", Rare("leave"), Expel(domain)),
        (_, 2) => Pick("grant", "grant", "grant", "revoke", "revoke", "invite", "invite", "revoke-invite", Rare("leave"), Expel(domain)),
        (_, 1) => Pick("leave", "admit", "admit", Expel(domain)),
        _ => known.Count > 0 && _random.Next(4) == 0 ? Pick(s_kinds) : "admit",
    };

    private string Rare(string kind) => _random.Next(3) == 0 ? kind : "grant";

    private static string Expel(string domain) => domain == "channel" ? "expel" : "grant";

    // Honest authors act under their highest living seat; others under whatever they find.
    private string AuthorityOf(AccessVectorOp op, HashSet<string> known, NaiveView view, bool isForger)
    {
        var honest = known.Where(g => _model.Op(g).Domain == op.Domain && view.Alive(g, op.Author)).ToArray();
        return !isForger && honest.Length > 0 && _random.Next(12) > 0
            ? honest.MaxBy(_model.Class)!
            : Pick([.. _ops.Where(o => o.Domain == op.Domain).Select(o => o.Id), "nowhere"]);
    }

    // Mostly all that the author's replica holds; sometimes less: back-dated, it says to know only some of it.
    private HashSet<string> KnownTo(string author, string domain)
    {
        var known = _replicas[author].Where(o => domain != "space" || _model.Op(o).Domain == domain).ToHashSet();
        if (known.Count == 0 || _random.Next(6) > 0)
        {
            return known;
        }

        string[] some = [Pick([.. known]), Pick([.. known])];
        return [.. some, .. some.SelectMany(_model.Past)];
    }

    private List<string> Named(HashSet<string> known, string domain)
    {
        var heads = HeadsOf(known);
        if (_random.Next(40) == 0)
        {
            heads.Add(_random.Next(2) == 0 ? $"missing{_ops.Count}" : Pick(_ops.Where(o => domain != "space" || o.Domain == domain).Select(o => o.Id).DefaultIfEmpty("missing").ToArray()));
        }

        return [.. heads.Distinct()];
    }

    private List<string> Heads(string person) => HeadsOf(_replicas[person]);

    private List<string> HeadsOf(IReadOnlyCollection<string> known) =>
        [.. known.Where(o => !known.Any(other => _model.Past(other).Contains(o))).Order(StringComparer.Ordinal)];

    private AccessVectorOp New(string domain, string kind, string author, List<string> depends)
    {
        var lamport = 1 + depends.Select(d => _ops.Find(op => op.Id == d)?.Lamport ?? 0).DefaultIfEmpty().Max();
        return new($"o{_ops.Count + 1:000}", domain, kind, author, lamport + (_random.Next(4) == 0 ? _random.Next(3) : 0), 1000 + _ops.Count, depends);
    }

    private AccessVector Finish()
    {
        var delivered = _ops.Where(_ => _random.Next(60) > 0).ToArray();
        _random.Shuffle(delivered);
        var vector = _world with { Ops = delivered, Queries = [.. Enumerable.Range(0, 8).Select(Query)] };
        return vector with { Expected = NaiveOutcome.Of(new(vector)) };
    }

    private string? Any(Func<AccessVectorOp, bool> matches)
    {
        var found = _ops.Where(matches).ToArray();
        return found.Length == 0 ? null : Pick(found).Id;
    }

    private T Pick<T>(params T[] among) => among[_random.Next(among.Length)];
}
