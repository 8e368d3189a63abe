using Parley.Ids;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class CurrentSpaceTests
{
    private static readonly NodeId One = new("sp-one");
    private static readonly NodeId Two = new("sp-two");

    private readonly MemoryOfDevice _memory = new();

    [Fact]
    public void The_space_shown_last_is_shown_again()
    {
        Assert.Equal(One, CurrentSpace.First(_memory, [One, Two], []));
        CurrentSpace.Keep(_memory, Two);
        Assert.Equal(Two, CurrentSpace.First(_memory, [One, Two], []));
    }

    [Fact]
    public void A_space_that_was_left_stays_to_read_until_another_one_is_chosen()
    {
        CurrentSpace.Keep(_memory, Two);
        Assert.Equal(Two, CurrentSpace.First(_memory, [One], [Two]));
        CurrentSpace.Keep(_memory, null);
        Assert.Equal(One, CurrentSpace.First(_memory, [One], [Two]));
        Assert.Null(CurrentSpace.First(_memory, [], [Two]));
    }

    [Fact]
    public void What_this_device_knows_nothing_of_is_not_shown()
    {
        CurrentSpace.Keep(_memory, new NodeId("main"));
        Assert.Equal(One, CurrentSpace.First(_memory, [One], []));
        Assert.Null(CurrentSpace.First(_memory, [], []));
    }
}
