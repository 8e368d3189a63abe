using Parley.Access;
using Parley.Frames;
using Parley.Nodes;
using Xunit;

namespace Parley.Errors;

public sealed class ReasonTests
{
    // They stand on the wire, in stores and between tabs of different builds.
    private static readonly string[] Spellings =
    [
        "malformed", "wrong-domain", "not-in-dm", "invalid-dep", "lamport", "not-creator", "create-with-deps", "not-in-space",
        "not-a-member", "unknown-invite", "not-joiner", "bad-proof", "invite-expired", "invite-closed", "invite-used-up", "no-authority",
        "insufficient-role", "self-revoke", "not-outranked", "bad-citation", "authority-cut", "invite-revoked", "void-invite",
        "void-authority", "citation-void", "immutable-field", "bad-seen", "removed", "grant-void", "not-author", "space-removed",
        "space-grant-void", "space-not-a-member", "missing-deps", "update-needed", "missing-ops", "no-grant-known", "unknown-node",
        "write-once", "too-many-knocks", "foreign-session", "too-many-sessions", "INVALID_CHANGE", "INVALID_HASH", "INVALID_SIGNATURE",
        "INVALID_LAMPORT", "INVALID_ROOM", "INVALID_WALL_TIME", "INVALID_SIGNAL", "WRITE_FORBIDDEN", "QUOTA_EXCEEDED", "STORAGE_FULL",
        "NOT_ADMITTED", "UNAUTHORIZED", "TOKEN_EXPIRED", "TOKEN_REVOKED", "REPLAY_REJECTED", "BILLING_READ_ONLY", "token-too-long",
        "wrong-audience", "banned", "not-listed",
    ];

    [Fact]
    public void Every_reason_has_one_spelling_that_does_not_change()
    {
        var all = Enum.GetValues<Reason>();

        Assert.Equal(Spellings, all.Select(reason => reason.ToCode()));
        Assert.Equal(all.Length, Spellings.Distinct().Count());
        Assert.Equal(all, Spellings.Select(code => Reasons.Find(code)!.Value));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("REMOVED")]
    [InlineData("Removed")]
    [InlineData("write_forbidden")]
    [InlineData("It is refused: removed")]
    public void Anything_else_is_no_reason(string? code)
    {
        Assert.False(Reasons.TryParse(code, out _));
        Assert.Null(Reasons.Find(code));
    }

    [Fact]
    public void Every_verdict_has_its_reason_and_no_two_have_the_same()
    {
        Distinct(Enum.GetValues<OpRefusal>().Select(refusal => OpVerdict.RefusedFor(refusal).Reason));
        Distinct(Enum.GetValues<OpHold>().Select(hold => OpVerdict.HeldFor(hold).Reason));
        Distinct(Enum.GetValues<VoidReason>().Except([VoidReason.None]).Select(reason => reason.ToReason()));
        Distinct(Enum.GetValues<AccessRefusal>().Select(refusal => AccessVerdict.RefusedFor(refusal).Reason));
        Distinct(Enum.GetValues<AccessHold>().Select(hold => AccessVerdict.HeldFor(hold).Reason));
        Distinct(Enum.GetValues<Refusal>().Select(refusal => (Reason?)refusal.ToReason()));
        Assert.Null(OpVerdict.Valid.Reason);
        Assert.Null(AccessVerdict.Accepted.Reason);
        Assert.Null(VoidReason.None.ToReason());
    }

    [Theory]
    [InlineData(AccessRefusal.Removed, Reason.SpaceRemoved)]
    [InlineData(AccessRefusal.GrantVoid, Reason.SpaceGrantVoid)]
    [InlineData(AccessRefusal.NotAMember, Reason.SpaceNotAMember)]
    public void What_the_space_refuses_in_a_private_channel_says_so(AccessRefusal refusal, Reason reason) =>
        Assert.Equal(reason, AccessVerdict.RefusedFor(refusal, isOfSpace: true).Reason);

    [Theory]
    [InlineData("Invalid UCAN: Token expired", Reason.TokenExpired)]
    [InlineData("Token expired", Reason.TokenExpired)]
    [InlineData("Invalid UCAN: Token lifetime too long", Reason.TokenTooLong)]
    [InlineData("Invalid UCAN: Invalid audience", Reason.WrongAudience)]
    [InlineData("Token revoked", Reason.TokenRevoked)]
    [InlineData("You are banned from this hub.", Reason.Banned)]
    [InlineData("This hub is for people whom its owner listed.", Reason.NotListed)]
    [InlineData("Invalid UCAN: Invalid signature", null)]
    [InlineData("Missing UCAN token", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_a_hub_closes_with_is_read(string? text, Reason? reason) => Assert.Equal(reason, CloseReasons.Find(text));

    private static void Distinct(IEnumerable<Reason?> reasons)
    {
        var all = reasons.ToArray();
        Assert.DoesNotContain(null, all);
        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
