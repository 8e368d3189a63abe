using Parley.Access;
using Parley.Ids;
using Parley.Web.Contacts;
using Parley.Web.Rooms;
using Xunit;

namespace Parley.Web.Tests.Contacts;

public sealed class ConversationTests
{
    private static readonly PersonId Me = People.Ada;

    [Fact]
    public void The_liveliest_conversation_stands_first_and_those_with_blocked_people_alone_nowhere()
    {
        var old = Of("a", 10, ChannelKind.Direct, People.Alan);
        var lively = Of("b", 30, ChannelKind.Direct, People.Grace);
        var group = Of("c", 20, ChannelKind.Group, People.Alan, People.Grace);

        Assert.Equal([lively, group, old], Conversation.Listed([old, lively, group], []));
        Assert.Equal([group, old], Conversation.Listed([old, lively, group], [People.Grace]));
    }

    [Theory]
    [InlineData(true, AccessRole.Member, false, false, true)]
    [InlineData(true, null, true, false, true)]
    [InlineData(true, null, true, true, false)]
    [InlineData(true, null, false, false, false)]
    [InlineData(false, null, false, false, true)]
    public void What_one_left_is_gone_from_the_lists_and_what_one_was_removed_from_is_not(bool isHere, AccessRole? role, bool hasLeft, bool byMyself, bool listed)
    {
        var state = new MembershipState(
            new NodeId("sc-x"), isHere, role, hasLeft, byMyself ? Me : People.Grace, new Dictionary<PersonId, AccessRole>(), [], [], AccessPolicy.Empty, []);

        Assert.Equal(listed, Conversation.BelongsInLists(state, Me));
    }

    private static Conversation Of(string id, long at, ChannelKind kind, params PersonId[] others) => new(new NodeId(id), new ChannelFace(kind, id, others), at);
}
