using Parley.Access;
using Parley.Ids;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class CancelledWordsTests
{
    [Fact]
    public void A_removal_that_was_cancelled_says_by_whose() => Assert.Equal(
        "Ada’s removal of Alan was cancelled, because Grace Hopper had removed Ada.",
        Say(Revoke(People.Ada, People.Alan), VoidReason.AuthorityCut, Revoke(People.Grace, People.Ada)));

    [Fact]
    public void Who_came_by_an_invite_that_was_ended_meanwhile_did_not_come() => Assert.Equal(
        "Alan’s coming in by an invite was cancelled, because Ada had ended the invite.",
        Say(new AdmitOp(Header(People.Alan), default, People.Alan, default, default), VoidReason.InviteRevoked, new RevokeInviteOp(Header(People.Ada), default, default)));

    [Fact]
    public void A_chain_of_causes_is_told_by_its_removal() => Assert.Equal(
        "That Alan made Grace Hopper member was cancelled, because Grace Hopper had removed Ada.",
        Say(
            new GrantOp(Header(People.Alan), default, People.Grace, AccessRole.Member), VoidReason.VoidAuthority,
            new GrantOp(Header(People.Ada), default, People.Alan, AccessRole.Admin), Revoke(People.Grace, People.Ada)));

    [Fact]
    public void Where_no_removal_is_named_the_sentence_is_whole_all_the_same() => Assert.Equal(
        "Ada’s change of the rules was cancelled, because Ada was not in any more.",
        Say(new PolicyOp(Header(People.Ada), default, AccessPolicy.Empty), VoidReason.VoidAuthority, new GrantOp(Header(People.Grace), default, People.Ada, AccessRole.Owner)));

    private static string Say(MembershipOp operation, VoidReason reason, params MembershipOp[] by) =>
        CancelledWords.Sentence(new CancelledOperation(operation, reason, by), People.NameOf);

    private static RevokeOp Revoke(PersonId author, PersonId subject) => new(Header(author), default, subject);

    private static OpHeader Header(PersonId author) => new(default, author, 1, 0, new NodeId("sp-x"), []);
}
