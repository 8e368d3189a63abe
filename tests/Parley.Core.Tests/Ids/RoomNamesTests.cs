using Xunit;

namespace Parley.Ids;

public sealed class RoomNamesTests
{
    private static readonly PersonId A = PersonId.Parse("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH");
    private static readonly PersonId B = PersonId.Parse("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX");

    [Fact]
    public void A_direct_message_has_one_id_whoever_begins_it()
    {
        Assert.Equal("dm-7d115214d016ee52e93123c0a73d7c2c4a9c14df", RoomNames.DirectMessage([A, B]).Value);
        Assert.Equal(RoomNames.DirectMessage([A, B]), RoomNames.DirectMessage([B, A, B]));
        Assert.Throws<ArgumentException>(() => RoomNames.DirectMessage([A, A]));
    }

    [Fact]
    public void Derived_nodes_and_rooms_are_spelt_as_the_protocol_has_them()
    {
        Assert.Equal("profile-" + A.Value, RoomNames.ProfileNode(A).Value);
        Assert.Equal("inbox-" + A.Value, RoomNames.InboxNode(A).Value);
        Assert.Equal("xnet-workspace-main", RoomNames.Space(RoomNames.MainSpace).Value);
        Assert.Equal("xnet-channel-c", RoomNames.Channel(new("c")).Value);
        Assert.Equal("xnet-doc-presence-main", RoomNames.Presence(RoomNames.SpacePresence("main")).Value);
        Assert.Equal("call:c", RoomNames.Call(new("c")).Value);
        Assert.Matches("^room-[0-9a-f]{40}$", RoomNames.ThreadOf(new("main")).Value);
        Assert.NotEqual(RoomNames.ThreadOf(new("main")), RoomNames.ThreadOf(new("other")));
    }

    [Fact]
    public void An_open_channels_id_depends_on_its_maker_its_nonce_and_its_space()
    {
        byte[] nonce = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        byte[] other = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        var ids = new[]
        {
            RoomNames.OpenChannel(A, nonce, "main"), RoomNames.OpenChannel(B, nonce, "main"),
            RoomNames.OpenChannel(A, other, "main"), RoomNames.OpenChannel(A, nonce, "maim"),
        };
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^oc-[a-z2-7]{32}$", id.Value));
        Assert.Equal(22, RoomNames.OpenChannelProof(A, nonce, "main")["n"]!.Text!.Length);
    }

    [Theory]
    [InlineData("xnet-doc-presence-main", true)]
    [InlineData("call:c", true)]
    [InlineData("xnet-channel-c", false)]
    [InlineData("did:key:zA", false)]
    [InlineData("xnet-do", false)]
    public void Nothing_is_stored_in_presence_and_call_rooms(string room, bool ephemeral) =>
        Assert.Equal(ephemeral, RoomNames.IsEphemeral(new(room)));

    [Theory]
    [InlineData("call:c", true)]
    [InlineData("call:", true)]
    [InlineData("calls:c", false)]
    [InlineData("xnet-doc-call:c", false)]
    public void A_call_has_a_room_of_its_own(string room, bool isCall) => Assert.Equal(isCall, RoomNames.IsCall(new(room)));

    [Fact]
    public void An_id_names_its_subject_only_with_a_whole_DID()
    {
        Assert.Equal(A, RoomNames.SubjectOf(RoomNames.ProfileNode(A)));
        Assert.Equal(B, RoomNames.SubjectOf(RoomNames.InboxNode(B)));
        Assert.Null(RoomNames.SubjectOf(new("profile-ann")));
        Assert.Null(RoomNames.SubjectOf(new("notes-" + A.Value)));
    }
}
