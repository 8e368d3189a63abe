using Parley.Access;
using Parley.Ids;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class WritingRuleTests
{
    private static readonly PersonId Me = People.Ada;
    private static readonly PersonId Ann = People.Grace;

    [Theory]
    [InlineData(null, AccessRole.Member, true)]
    [InlineData(AccessRole.Member, AccessRole.Member, true)]
    [InlineData(AccessRole.Admin, AccessRole.Member, false)]
    [InlineData(AccessRole.Admin, AccessRole.Admin, true)]
    [InlineData(AccessRole.Admin, AccessRole.Owner, true)]
    [InlineData(AccessRole.Owner, AccessRole.Admin, false)]
    [InlineData(AccessRole.Owner, AccessRole.Owner, true)]
    public void The_rules_of_a_space_say_who_writes(AccessRole? post, AccessRole mine, bool writes) =>
        Assert.Equal(writes, Why(State with { Role = mine, Policy = new() { Post = post } }) is null);

    [Fact]
    public void Who_left_and_who_was_removed_are_told_apart()
    {
        Assert.StartsWith("You left The workshop.", Why(State with { Role = null, HasLeft = true, EndedBy = Me }), StringComparison.Ordinal);
        Assert.StartsWith("Ann removed you from The workshop.", Why(State with { Role = null, HasLeft = true, EndedBy = Ann }), StringComparison.Ordinal);
        Assert.NotNull(Why(State with { Role = null }));
    }

    [Fact]
    public void While_nothing_is_known_nothing_is_said() => Assert.Null(Why(State with { IsHere = false, Role = null }));

    private static MembershipState State { get; } = new(
        new NodeId("sp-x"), IsHere: true, AccessRole.Member, HasLeft: false, EndedBy: null, new Dictionary<PersonId, AccessRole>(), [], [], AccessPolicy.Empty, []);

    private static string? Why(MembershipState state) => WritingRule.Why(state, "The workshop", Me, person => person == Ann ? "Ann" : "somebody");
}
