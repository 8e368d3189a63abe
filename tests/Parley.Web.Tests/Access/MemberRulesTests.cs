using Parley.Access;
using Parley.Ids;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class MemberRulesTests
{
    [Theory]
    [InlineData(AccessRole.Owner, AccessRole.Owner, true)]
    [InlineData(AccessRole.Owner, AccessRole.Admin, true)]
    [InlineData(AccessRole.Admin, AccessRole.Member, true)]
    [InlineData(AccessRole.Admin, AccessRole.Admin, false)]
    [InlineData(AccessRole.Member, AccessRole.Member, false)]
    [InlineData(null, AccessRole.Member, false)]
    public void Removing_is_offered_where_the_log_may_allow_it(AccessRole? mine, AccessRole theirs, bool offered) =>
        Assert.Equal(offered, MemberRules.MayRemove(mine, theirs));

    [Fact]
    public void Roles_are_given_by_owners()
    {
        Assert.Equal(3, MemberRules.RolesFor(AccessRole.Owner, AccessRole.Member).Count);
        Assert.Equal([AccessRole.Member], MemberRules.RolesFor(AccessRole.Admin, AccessRole.Member));
        Assert.Equal([AccessRole.Owner], MemberRules.RolesFor(null, AccessRole.Owner));
    }

    [Fact]
    public void The_highest_come_first_then_by_name()
    {
        var state = State(AccessRole.Member, (People.Ada, AccessRole.Member), (People.Grace, AccessRole.Owner), (People.Alan, AccessRole.Member));
        Assert.Equal(["Grace Hopper", "Ada", "Alan"], MemberRules.Ordered(state, People.NameOf).Select(member => member.Name));
    }

    [Fact]
    public void The_last_owner_is_told()
    {
        Assert.True(MemberRules.IsLastOwner(State(AccessRole.Owner, (People.Ada, AccessRole.Owner), (People.Grace, AccessRole.Admin))));
        Assert.False(MemberRules.IsLastOwner(State(AccessRole.Owner, (People.Ada, AccessRole.Owner), (People.Grace, AccessRole.Owner))));
        Assert.False(MemberRules.IsLastOwner(State(AccessRole.Admin, (People.Ada, AccessRole.Admin), (People.Grace, AccessRole.Owner))));
    }

    [Fact]
    public void That_somebody_is_not_below_one_has_a_sentence_of_its_own() => Assert.NotEqual(
        MemberRules.Sentence(new ParleyException(ParleyErrorCode.Forbidden, Reason.NotOutranked)),
        MemberRules.Sentence(new ParleyException(ParleyErrorCode.Forbidden, Reason.InsufficientRole)));

    private static MembershipState State(AccessRole mine, params (PersonId Person, AccessRole Role)[] members) => new(
        new NodeId("sp-x"), IsHere: true, mine, HasLeft: false, EndedBy: null, members.ToDictionary(m => m.Person, m => m.Role), [], [], AccessPolicy.Empty, []);
}
