using Parley.Calls;
using Parley.Ids;
using Parley.Platform;
using Parley.Presence;
using Parley.Web.Calls;
using Xunit;

namespace Parley.Web.Tests.Calls;

public sealed class CallStageTests
{
    private static readonly SessionId Grace = SessionId.Of(People.Grace, "g");
    private static readonly SessionId Alan = SessionId.Of(People.Alan, "a");

    [Fact]
    public void Everybody_has_a_face_or_a_picture_oneself_last()
    {
        var stage = Lay(View(new(Audio: true), Other(Grace, new(true, Video: true)), Other(Alan, new(true))));

        Assert.Null(stage.Featured);
        Assert.Equal([(Grace, true), (Alan, false), ((SessionId?)null, false)], stage.Others.Select(tile => (tile.Session, tile.HasPicture)));
    }

    [Fact]
    public void A_screen_of_somebody_else_is_large_and_ones_own_is_not()
    {
        var theirs = Lay(View(new(true), Other(Grace, new(true, Screen: true))));
        Assert.Equal((MediaSource.Screen, Grace), (theirs.Featured!.Source, theirs.Featured.Session));
        Assert.Equal(3, theirs.All.Count());

        Assert.Null(Lay(View(new(true, Screen: true), Other(Grace, new(true)))).Featured);
    }

    [Fact]
    public void What_was_pinned_goes_before_a_screen_and_is_forgotten_when_it_is_gone()
    {
        var key = CallStage.KeyOf(Alan, MediaSource.Camera);
        Assert.Equal(Alan, Lay(View(new(true), Other(Grace, new(true, Screen: true)), Other(Alan, new(true))), pinned: key).Featured!.Session);
        Assert.Null(Lay(View(new(true), Other(Grace, new(true))), pinned: key).Featured);
    }

    [Fact]
    public void Whoever_spoke_last_is_large_where_that_is_wished()
    {
        var view = View(new(true), Other(Grace, new(true)), Other(Alan, new(true)));

        Assert.Equal(Alan, Lay(view, showsSpeaker: true, spokeLast: Alan).Featured!.Session);
        Assert.Equal(Grace, Lay(view, showsSpeaker: true).Featured!.Session);
        Assert.Null(Lay(View(new(true)), showsSpeaker: true).Featured);
    }

    [Fact]
    public void A_session_that_does_not_say_whose_it_is_has_no_name()
    {
        Assert.True(SessionId.TryParse("4f0e", out var foreign));
        var tile = Lay(View(new(true), new CallParticipant(foreign, null, new(true), LinkHealth.Connected, false, CallQuality.Good, QualityCause.Nothing, false))).Others[0];
        Assert.Equal((Strings.Call_Guest, "4f0e"), (tile.Name, tile.Did));
    }

    [Fact]
    public void What_happens_is_said_once_and_speaking_only_on_wish()
    {
        var alone = View(new(true));
        Assert.Equal(Strings.Call_Said_InAlone, Say(null, alone));
        var two = View(new(true), Other(Grace, new(true)));
        Assert.Equal("Grace Hopper came in.", Say(alone, two));
        Assert.Null(Say(two, two));
        var speaks = View(new(true), Other(Grace, new(true, Speaking: true)));
        Assert.Null(Say(two, speaks));
        Assert.Equal("Grace Hopper speaks.", Say(two, speaks, saysSpeaking: true));
        Assert.Equal("Grace Hopper left. Microphone off.", Say(two, View(default)));
        Assert.Equal(Strings.Call_Said_Left, Say(two, two with { Phase = CallPhase.Ended, End = EndReason.Left }));
        Assert.Equal("You are in the call with Grace Hopper.", Say(two with { Phase = CallPhase.Asking }, two));
    }

    [Fact]
    public void Who_is_in_is_told_by_the_call_where_one_is_in_it_and_by_presence_where_not_once_each()
    {
        var view = View(new(true), Other(Grace, new(true, Speaking: true)));
        PresencePeer Seen(ulong client, string did, string channel) =>
            new(client, did, "a name", new() { Call = new(new NodeId(channel), Audio: false, Video: true, Screen: false) }, 0);
        PresencePeer[] peers = [Seen(1, People.Grace.Value, "c"), Seen(2, People.Alan.Value, "d"), Seen(3, People.Alan.Value, "d"), Seen(4, People.Ada.Value, "d")];

        Assert.Equal([(People.Ada.Value, true, false), (People.Grace.Value, false, true)], Guests("c", view).Select(g => (g.Did, g.IsSelf, g.Media.Speaking)));
        Assert.Equal([(People.Ada.Value, true), (People.Alan.Value, false)], Guests("d", view).Select(g => (g.Did, g.IsSelf)));
        Assert.Equal(new CallMedia(Audio: false, Video: true), Assert.Single(Guests("c", null)).Media);
        Assert.Empty(Guests("e", view));

        // In with two devices, or beside what a reload left behind: one person, who sends what any of them sends.
        var (laptop, phone, own) = (Other(Grace, new(Audio: true)), Other(SessionId.Of(People.Grace, "phone"), new(Audio: false, Video: true)), Other(SessionId.Of(People.Ada, "phone"), new(Audio: true)));
        Assert.Equal(
            [(People.Ada.Value, new CallMedia(Audio: true)), (People.Grace.Value, new CallMedia(Audio: true, Video: true))],
            Guests("c", View(new(Audio: false), laptop, phone, own)).Select(guest => (guest.Did, guest.Media)));
        Assert.Equal("You are in the call with Grace Hopper.", Say(null, View(new(true), laptop, phone)));

        IReadOnlyList<CallGuest> Guests(string channel, CallView? call) => CallGuest.Of(new NodeId(channel), call, peers, People.Ada.Value);
    }

    [Theory]
    [InlineData(7, "0:07")]
    [InlineData(750, "12:30")]
    [InlineData(3_723, "1:02:03")]
    [InlineData(-5, "0:00")]
    public void A_length_is_short_to_read(int seconds, string text) => Assert.Equal(text, CallWords.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Every_code_has_words()
    {
        Assert.All(Enum.GetValues<EndReason>().Except([EndReason.Left]), reason => Assert.NotEmpty(CallWords.Of(reason)!));
        Assert.All(Enum.GetValues<RejectReason>(), reason => Assert.NotEmpty(CallWords.Of(reason)));
        Assert.All(
            from source in Enum.GetValues<MediaSource>() from fault in Enum.GetValues<MediaFault>() select new DeviceFault(source, fault),
            fault => Assert.NotEmpty(CallWords.Of(fault)));
        Assert.All(
            from quality in Enum.GetValues<CallQuality>() from cause in Enum.GetValues<QualityCause>() select (quality, cause),
            pair => Assert.NotEmpty(CallWords.Of(pair.quality, pair.cause)));
        Assert.All(Enum.GetValues<LinkHealth>().Except([LinkHealth.Connected]), health => Assert.NotEmpty(CallWords.Of(health, false)!));
    }

    private static string? Say(CallView? before, CallView now, bool saysSpeaking = false) =>
        CallAnnouncer.Next(before, now, other => People.NameOf(other.Person!.Value), saysSpeaking);

    private static CallStage Lay(CallView view, string? pinned = null, bool showsSpeaker = false, SessionId? spokeLast = null) =>
        CallStage.Of(view, People.Ada.Value, did => did, pinned, showsSpeaker, spokeLast);

    private static CallView View(CallMedia media, params CallParticipant[] others) =>
        new(new NodeId("c"), CallPhase.Seated, null, media, null, null, true, null, others, []);

    private static CallParticipant Other(SessionId session, CallMedia media) =>
        new(session, session.TryPerson(out var person) ? person : null, media, LinkHealth.Connected, false, CallQuality.Good, QualityCause.Nothing, false);
}
