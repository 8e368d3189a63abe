using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Web.Rooms;
using Xunit;

namespace Parley.Web.Tests.Rooms;

public sealed class ChannelRightsTests
{
    private static readonly PersonId Me = People.Ada;

    [Theory]
    [InlineData(ChannelKind.Open, AccessRole.Member, true, true, false, false)]
    [InlineData(ChannelKind.Open, AccessRole.Member, false, false, false, false)]
    [InlineData(ChannelKind.Open, AccessRole.Admin, false, true, false, false)]
    [InlineData(ChannelKind.Private, AccessRole.Owner, true, true, true, true)]
    [InlineData(ChannelKind.Private, AccessRole.Member, true, false, false, true)]
    [InlineData(ChannelKind.Group, AccessRole.Owner, false, true, false, true)]
    [InlineData(ChannelKind.Direct, AccessRole.Owner, true, false, false, false)]
    [InlineData(ChannelKind.Private, null, true, false, false, false)]
    [InlineData(ChannelKind.Group, null, true, false, false, false)]
    public void Roles_and_authorship_say_what_is_offered(ChannelKind kind, AccessRole? role, bool mine, bool rename, bool add, bool leave)
    {
        var rights = Of(kind, role, mine ? Me : People.Grace);

        Assert.Equal((rename, add, leave), (rights.MayRename, rights.MayAdd, rights.MayLeave));
    }

    private static ChannelRights Of(ChannelKind kind, AccessRole? role, PersonId by)
    {
        var id = new NodeId("channel");
        var node = new Node(id, Schemas.Channel, RoomNames.Channel(id), by, 1, 1, false, JsonValue.EmptyObject, "", Delivery.Stored, null, false);
        var state = new MembershipState(id, true, role, false, null, new Dictionary<PersonId, AccessRole>(), [], [], AccessPolicy.Empty, []);
        return ChannelRights.Of(kind, node, state, Me);
    }
}
