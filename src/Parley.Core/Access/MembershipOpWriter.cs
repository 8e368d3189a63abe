using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>The written form of operations; what <see cref="MembershipOpReader"/> reads.</summary>
internal static class MembershipOpWriter
{
    /// <summary>The object of the property <c>sc</c>. Of the header only domain and dependencies stand in it.</summary>
    public static JsonValue ToJson(MembershipOp op)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op switch
        {
            CreateOp create => Create(create),
            GrantOp grant => Write("grant", op, ("s", OpFields.Of(grant.Subject)), ("role", JsonValue.Of(grant.Role.Code()))),
            RevokeOp revoke => Write("revoke", op, ("s", OpFields.Of(revoke.Subject))),
            RevokeInviteOp end => Write("revoke", op, ("inv", OpFields.Of(end.Invite))),
            LeaveOp => Write("leave", op),
            InviteOp invite => Write(
                "invite", op,
                ("pk", OpFields.Of(invite.PublicKey.Span)),
                ("role", JsonValue.Of("member")),
                ("exp", JsonValue.Of(invite.ExpiresAt)),
                ("uses", JsonValue.Of(invite.Uses))),
            AdmitOp admit => Write(
                "admit", op,
                ("inv", OpFields.Of(admit.Invite)),
                ("s", OpFields.Of(admit.Subject)),
                ("proof", OpFields.Of(admit.Proof.Span))),
            PolicyOp policy => Write("policy", op, ("set", policy.Set.ToJson())),
            ExpelOp expel => Write("expel", op, ("s", OpFields.Of(expel.Subject)), ("sp", OpFields.Of(expel.Citation))),
            _ => throw new ArgumentException("Not an operation of this version.", nameof(op)),
        };
    }

    /// <summary>The properties of the carrying node's one change.</summary>
    public static JsonValue Carrier(NodeId domain, JsonValue sc) => JsonValue.Object(
        ("channel", JsonValue.Of(domain.Value)),
        ("content", JsonValue.Of(MembershipOpReader.CarrierContent)),
        (MembershipOpReader.Property, sc));

    private static JsonValue Create(CreateOp op) => Write(
        "create", op,
        ("kind", JsonValue.Of(op.Kind.Code())),
        ("by", OpFields.Of(op.By)),
        ("n", OpFields.Of(op.Nonce.Span)),
        ("space", op.Space is { } space ? JsonValue.Of(space.Value) : null),
        ("owners", op.Kind == AccessDomainKind.DirectMessage ? JsonValue.Array([.. op.Owners.Select(OpFields.Of)]) : null));

    private static JsonValue Write(string type, MembershipOp op, params ReadOnlySpan<(string Name, JsonValue? Value)> fields) => JsonValue.Object(
    [
        ("v", JsonValue.Of(1)),
        ("t", JsonValue.Of(type)),
        ("dom", JsonValue.Of(op.Header.Domain.Value)),
        ("d", op.Header.Depends.Count > 0 || op is not CreateOp ? Dependencies(op.Header.Depends) : null),
        ("a", op.Authority is { } authority ? OpFields.Of(authority) : null),
        .. fields,
    ]);

    // By code unit of the spelling, which is not the order of the bytes.
    private static JsonValue Dependencies(IReadOnlyList<ChangeHash> depends) =>
        JsonValue.Array([.. depends.Distinct().Select(OpFields.Of).OrderBy(field => field.Text, StringComparer.Ordinal)]);
}
