using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>
/// Reads the operation out of its carrying change: a ChatMessage node of one change with <c>channel</c> (the domain id),
/// the fixed content <c>[membership]</c> and the property <c>sc</c> (docs/access.md, operations). Shape and bounds alone; no log is needed.
/// </summary>
internal static class MembershipOpReader
{
    /// <summary>The content that stands in every carrier, for clients that know nothing of operations.</summary>
    public const string CarrierContent = "[membership]";

    /// <summary>The property that holds the operation.</summary>
    public const string Property = "sc";

    /// <summary>The most bytes of canonical JSON that the property may take.</summary>
    public const int BytesMax = 24 * 1024;

    /// <summary>The most dependencies of one operation.</summary>
    public const int DependenciesMax = 256;

    private const int Version = 1;

    /// <summary>True when the change carries an operation, good or bad; such nodes are written once and never merged.</summary>
    public static bool IsCarrier(Change change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Schemas.Is(change.SchemaId, Schemas.ChatMessage)
            && change.Properties["content"]?.Text == CarrierContent
            && change.Properties[Property] is not null;
    }

    /// <summary>Reads the operation that a domain's log is offered.</summary>
    /// <param name="change">A change whose hash and signature hold.</param>
    /// <param name="domain">The domain judged.</param>
    /// <param name="op">The operation, where the answer is valid.</param>
    /// <returns>Valid (shape alone: the log decides the rest), held for an update, or refused.</returns>
    public static OpVerdict Read(Change change, NodeId domain, out MembershipOp? op)
    {
        ArgumentNullException.ThrowIfNull(change);
        op = null;
        if (!IsCarrier(change) || change.Fields.Payload.Deleted is not null
            || change.Properties[Property] is not { Kind: JsonKind.Object } sc
            || CanonicalJson.ToBytes(sc).Length > BytesMax
            || sc["v"]?.Integer is not { } version
            || sc["t"]?.Text is not { } type)
        {
            return OpVerdict.RefusedFor(OpRefusal.Malformed);
        }

        if (version != Version || !IsKnown(type))
        {
            return OpVerdict.HeldFor(OpHold.UpdateNeeded);
        }

        if (Dependencies(sc["d"], isRequired: type != "create") is not { } depends)
        {
            return OpVerdict.RefusedFor(OpRefusal.Malformed);
        }

        if (sc["dom"]?.Text is not { } named || named != domain.Value)
        {
            return OpVerdict.RefusedFor(OpRefusal.WrongDomain);
        }

        var kind = AccessDomains.KindOf(domain);
        if (kind == AccessDomainKind.DirectMessage && type is not ("create" or "leave"))
        {
            return OpVerdict.RefusedFor(OpRefusal.NotInDirectMessage);
        }

        var header = new OpHeader(change.Hash, change.Author, change.Lamport, change.WallTime, domain, depends);
        var isGood = kind is not null
            && change.Properties["channel"]?.Text == named
            && (type == "create" || depends.Count > 0)
            && (type != "expel" || kind == AccessDomainKind.Channel);
        op = isGood ? Fields(type, header, sc) : null;
        return op is null ? OpVerdict.RefusedFor(OpRefusal.Malformed) : OpVerdict.Valid;
    }

    private static bool IsKnown(string type) =>
        type is "create" or "grant" or "revoke" or "leave" or "invite" or "admit" or "policy" or "expel";

    private static MembershipOp? Fields(string type, OpHeader header, JsonValue sc)
    {
        var authority = OpFields.Hash(sc["a"]);
        var subject = OpFields.Person(sc["s"]);
        return (type, authority, subject) switch
        {
            ("create", _, _) => Create(header, sc),
            ("leave", _, _) => new LeaveOp(header),
            ("grant", { } a, { } s) when AccessRoles.TryParse(sc["role"]?.Text, out var role) => new GrantOp(header, a, s, role),
            ("revoke", { } a, { } s) when sc["inv"] is null => new RevokeOp(header, a, s),
            ("revoke", { } a, _) when sc["s"] is null && OpFields.Hash(sc["inv"]) is { } invite => new RevokeInviteOp(header, a, invite),
            ("invite", { } a, _) => Invite(header, a, sc),
            ("admit", _, { } s) => Admit(header, s, sc),
            ("policy", { } a, _) when AccessPolicy.TryRead(sc["set"]) is { } set => new PolicyOp(header, a, set),
            ("expel", { } a, { } s) when OpFields.Hash(sc["sp"]) is { } citation => new ExpelOp(header, a, s, citation),
            _ => null,
        };
    }

    private static CreateOp? Create(OpHeader header, JsonValue sc)
    {
        AccessDomainKind? kind = sc["kind"]?.Text switch
        {
            "space" => AccessDomainKind.Space,
            "channel" => AccessDomainKind.Channel,
            "dm" => AccessDomainKind.DirectMessage,
            _ => null,
        };
        var owners = kind == AccessDomainKind.DirectMessage ? People(sc["owners"]) : [];
        var space = kind == AccessDomainKind.Channel && sc["space"]?.Text is { Length: > 0 and <= AccessDomains.IdLengthMax } id
            ? new NodeId(id)
            : (NodeId?)null;
        return kind is not null && owners is not null && (kind == AccessDomainKind.Channel) == space.HasValue
            && OpFields.Person(sc["by"]) is { } by && OpFields.Bytes(sc["n"], 16) is { } nonce
            ? new(header, kind.Value, by, nonce, space, owners)
            : null;
    }

    private static InviteOp? Invite(OpHeader header, ChangeHash authority, JsonValue sc) =>
        OpFields.Bytes(sc["pk"], 32) is { } key && sc["role"]?.Text == "member"
            && sc["exp"]?.Integer is >= 0 and { } expires && sc["uses"]?.Integer is >= 1 and <= InviteOp.UsesMax and { } uses
            ? new(header, authority, key, expires, (int)uses)
            : null;

    private static AdmitOp? Admit(OpHeader header, PersonId subject, JsonValue sc) =>
        OpFields.Hash(sc["inv"]) is { } invite && OpFields.Bytes(sc["proof"], InviteProof.Length) is { } proof
            ? new(header, invite, subject, proof, sc["card"] is { } card ? Blake3.Hash(CanonicalJson.ToBytes(card)).ToBytes() : default(ReadOnlyMemory<byte>))
            : null;

    // Sorted by code unit, so distinct too. Order and spelling are fixed: one set of dependencies is written in one way.
    private static List<ChangeHash>? Dependencies(JsonValue? field, bool isRequired)
    {
        if (field is null)
        {
            return isRequired ? null : [];
        }

        if (field is not { Kind: JsonKind.Array, Items.Count: <= DependenciesMax })
        {
            return null;
        }

        var hashes = new List<ChangeHash>(field.Items.Count);
        string? last = null;
        foreach (var item in field.Items)
        {
            if (OpFields.Hash(item) is not { } hash || string.CompareOrdinal(last, item.Text) >= 0)
            {
                return null;
            }

            hashes.Add(hash);
            last = item.Text;
        }

        return hashes;
    }

    private static List<PersonId>? People(JsonValue? field)
    {
        if (field is not { Kind: JsonKind.Array, Items.Count: >= AccessDomains.DirectMessagePeopleMin and <= AccessDomains.DirectMessagePeopleMax })
        {
            return null;
        }

        var people = new List<PersonId>(field.Items.Count);
        foreach (var item in field.Items)
        {
            if (OpFields.Person(item) is not { } person || (people.Count > 0 && person.CompareTo(people[^1]) <= 0))
            {
                return null;
            }

            people.Add(person);
        }

        return people;
    }
}
