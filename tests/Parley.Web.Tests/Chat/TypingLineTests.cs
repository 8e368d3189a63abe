using Parley.Ids;
using Parley.Presence;
using Parley.Web.Chat;
using Xunit;

namespace Parley.Web.Tests.Chat;

public sealed class TypingLineTests
{
    private const long Now = 1_000_000;
    private static readonly NodeId Here = new("oc-hereaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    [Fact]
    public void One_two_and_several_are_named_counted_and_summed_up()
    {
        Assert.Equal("", Line().Text);
        Assert.Equal("Ada is typing…", Line(Peer("Ada")).Text);
        Assert.Equal("Ada and Grace are typing…", Line(Peer("Ada"), Peer("Grace")).Text);
        Assert.Equal(Strings.Typing_Several, Line(Peer("Ada"), Peer("Grace"), Peer("Alan")).Text);
    }

    [Fact]
    public void A_person_who_types_in_two_tabs_is_one() => Assert.Equal("Ada is typing…", Line(Peer("Ada"), Peer("Ada", client: 2)).Text);

    [Fact]
    public void Oneself_other_channels_and_what_lapsed_do_not_count()
    {
        Assert.Equal(TypingLine.Nobody, Line(Peer("me")));
        Assert.Equal(TypingLine.Nobody, Line(Peer("Ada", channel: "oc-thereaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
        Assert.Equal(TypingLine.Nobody, Line(Peer("Ada", until: Now)));
    }

    [Fact]
    public void It_says_when_the_first_of_them_lapses() =>
        Assert.Equal(Now + 500, Line(Peer("Ada", until: Now + 2_000), Peer("Grace", until: Now + 500)).NextChangeMs);

    [Fact]
    public void A_clock_that_is_ahead_does_not_type_for_ever() =>
        Assert.Equal(Now + TypingLine.LastsMs, Line(Peer("Ada", until: Now + 3_600_000)).NextChangeMs);

    private static TypingLine Line(params PresencePeer[] peers) => TypingLine.For(peers, Here, "did:me", Now, p => p.Name!);

    private static PresencePeer Peer(string name, long until = Now + 3_000, string channel = "oc-hereaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ulong client = 1) =>
        new(client, "did:" + name, name, new PresenceState { Typing = new Typing(new NodeId(channel), until) }, Now);
}
