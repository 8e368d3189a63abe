using Parley.Cli.Vectors;
using Parley.Json;

namespace Parley.Access;

// What operations and queries hold once kind and author are chosen.
internal sealed partial class RandomHistory
{
    private AccessVectorOp Complete(AccessVectorOp op, string? named, NaiveView view, bool isForger) => op.Kind switch
    {
        "create" when op.Domain == "dm" => op with
        {
            Owners = isForger ? [op.Author, op.Author == _people[^1] ? _people[0] : _people[^1]] : _world.DirectMessagePeople,
        },
        "grant" => op with { Subject = Pick(_people), Role = isForger ? Pick("none", "owner") : view.Role(op.Domain, op.Author) == 2 ? "member" : Pick(s_roles) },
        "revoke" => op with { Subject = VictimOf(op, view) },
        "revoke-invite" => op with { Invite = named ?? "nowhere" },
        "invite" => op with
        {
            Role = isForger ? Pick("admin", "member") : "member",
            ExpiresAt = op.WallTime + _random.Next(2, 30),
            Uses = isForger ? 0 : _random.Next(1, 4),
            KeySeed = Convert.ToHexStringLower([.. Enumerable.Repeat((byte)_ops.Count, 32)]),
        },
        "admit" => op with
        {
            Invite = named ?? "nowhere",
            Subject = isForger ? Pick(_people) : op.Author,
            Proof = isForger || _random.Next(12) == 0 ? Pick("wrong-key", "wrong-subject", "missing") : "ok",
            WallTime = op.WallTime - (_random.Next(10) == 0 ? _random.Next(1, 10) : 0),
        },
        "policy" => op with { Policy = Policy(isForger) },
        "expel" => LostBy(named ?? "nowhere", op),
        _ => op,
    };

    private string VictimOf(AccessVectorOp op, NaiveView view)
    {
        var others = _people.Where(p => p != op.Author && view.Role(op.Domain, p) > 0).ToArray();
        return others.Length == 0 || _random.Next(8) == 0 ? Pick(_people) : Pick(others);
    }

    private AccessVectorOp LostBy(string citation, AccessVectorOp op)
    {
        var cut = _ops.Find(o => o.Id == citation);
        return op with { Citation = citation, Subject = cut is not null && _random.Next(10) > 0 ? cut.Subject ?? cut.Author : Pick(_people) };
    }

    private JsonValue Policy(bool isForger) => isForger
        ? JsonValue.Object(("colour", JsonValue.Of("red")))
        : JsonValue.Object(
            ("post", _random.Next(3) > 0 ? JsonValue.Of(Pick("member", "admin", "owner")) : null),
            ("hist", _random.Next(2) > 0 ? JsonValue.Of(Pick("shared", "join")) : null));

    private AccessVectorQuery Query(int number)
    {
        var author = Pick(_people);
        var action = Pick("read", "create", "create", "react", "edit", "redact", "metadata");
        var known = _replicas[_random.Next(3) > 0 ? author : Pick(_people)];
        var last = _ops.Max(op => (int)op.Lamport);
        var lamport = _random.Next(3) == 0 ? _random.Next(1, last + 4) : _random.Next(Math.Max(1, last - 4), last + 4);
        return new($"q{number}", action, author, lamport)
        {
            Seen = _random.Next(5) == 0 ? null
                : _random.Next(8) == 0 ? [.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => Pick(_ops.Select(op => op.Id).ToArray()))]
                : _random.Next(3) == 0 && known.Count > 0 ? [Pick([.. known])]
                : Heads(author),
            NodeAuthor = _random.Next(4) == 0 ? null : Pick(author, Pick(_people)),
            ChannelCreator = _random.Next(2) == 0 ? author : Pick(_people),
            Fields = action == "metadata" ? [Pick("name", "name", "name", "topic", "members", "space")] : [],
        };
    }
}
