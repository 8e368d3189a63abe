using Parley.Ids;
using Parley.Json;
using Xunit;

namespace Parley.Identity;

/// <summary>Two devices meet: what each learns, and what somebody who listens, forges or repeats gets.</summary>
public sealed class PairingTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly byte[] Entropy = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private readonly PairingHost _host = Host(1);
    private readonly PairingGuest _guest;

    public PairingTests() => _guest = Guest(_host.Link, 7);

    public void Dispose()
    {
        _host.Dispose();
        _guest.Dispose();
    }

    [Fact]
    public void The_key_goes_over_after_the_yes_and_both_show_the_same_code()
    {
        var seen = _host.Receive(_guest.Hello, Start);
        Assert.Equal((PairingHostPhase.Asked, "Chromium on Android"), (_host.Phase, _host.GuestName));
        _guest.Receive(seen!, Start);
        Assert.Equal((PairingGuestPhase.Seen, "Ann"), (_guest.Phase, _guest.HostName));
        Assert.Equal(_guest.Code, _host.Code);
        Assert.Matches("^[0-9]{6}$", _guest.Code);
        Assert.Null(_guest.Secret);

        _guest.Receive(_host.Approve(Start)!, Start);
        using var secret = _guest.Secret!;
        Assert.Equal(RecoveryPhrase.FromEntropy(Entropy).Words, secret.ToWords()!.Words);
        Assert.Equal(PairingHostPhase.Given, _host.Phase);
        _host.Receive(_guest.Confirm(), Start);
        Assert.Equal(PairingHostPhase.Done, _host.Phase);
    }

    [Fact]
    public void Nothing_of_the_key_leaves_before_the_yes_or_after_the_no()
    {
        Assert.Null(_host.Approve(Start));
        _host.Receive(_guest.Hello, Start);
        var no = _host.Refuse()!;

        Assert.Null(_host.Approve(Start));
        _guest.Receive(no, Start);
        Assert.Equal((PairingHostPhase.Refused, PairingGuestPhase.Refused), (_host.Phase, _guest.Phase));
        Assert.Null(_host.Receive(_guest.Hello, Start));
    }

    [Fact]
    public void What_was_lost_is_said_again_and_said_twice_changes_nothing()
    {
        var seen = _host.Receive(_guest.Hello, Start);
        Assert.Equal(seen, _host.Receive(_guest.Hello, Start));
        var given = _host.Approve(Start)!;
        Assert.Equal(given, _host.Receive(_guest.Hello, Start));
        Assert.Null(_guest.Receive(given, Start));
        var secret = _guest.Secret;

        // Kept, and the confirmation was lost.
        var done = _guest.Confirm();
        Assert.Equal(done, _guest.Receive(given, Start));
        Assert.Same(secret, _guest.Secret);
        _host.Receive(done, Start);
        Assert.Null(_host.Receive(done, Start));
        Assert.Equal(PairingHostPhase.Done, _host.Phase);
    }

    [Fact]
    public void Two_devices_that_come_by_one_link_are_both_turned_away()
    {
        _host.Receive(_guest.Hello, Start);
        using var second = Guest(_host.Link, 8);

        var no = _host.Receive(second.Hello, Start)!;

        Assert.Equal(PairingHostPhase.Rivals, _host.Phase);
        Assert.Null(_host.Approve(Start));
        _guest.Receive(no, Start);
        Assert.Equal(PairingGuestPhase.Refused, _guest.Phase);
        Assert.NotEqual(_guest.Code, second.Code);
    }

    [Fact]
    public void Whoever_comes_after_the_yes_gets_nothing()
    {
        _host.Receive(_guest.Hello, Start);
        var given = _host.Approve(Start)!;
        using var second = Guest(_host.Link, 8);

        Assert.Null(_host.Receive(second.Hello, Start));
        second.Receive(given, Start);

        Assert.Null(second.Secret);
        Assert.Equal(PairingHostPhase.Given, _host.Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_link_with_another_secret_or_another_key_opens_nothing(bool otherKey)
    {
        using var other = Host(2);
        var keys = new byte[64];
        var (mine, theirs) = (_host.Link, other.Link);
        (otherKey ? mine : theirs).Secret.CopyTo(keys);
        (otherKey ? theirs : mine).HostKey.CopyTo(keys.AsSpan(32));
        using var eve = Guest(new(keys.AsSpan(0, 32), keys.AsSpan(32), null), 9);

        Assert.Null(_host.Receive(eve.Hello, Start));
        Assert.Equal(PairingHostPhase.Waiting, _host.Phase);

        _guest.Receive(_host.Receive(_guest.Hello, Start)!, Start);
        eve.Receive(_host.Approve(Start)!, Start);
        Assert.Null(eve.Secret);
    }

    [Fact]
    public void A_message_of_one_step_or_meeting_does_not_stand_for_another()
    {
        using var otherHost = Host(2);
        using var otherGuest = Guest(otherHost.Link, 7);
        var otherSeen = otherHost.Receive(otherGuest.Hello, Start)!;
        var otherGiven = otherHost.Approve(Start)!;
        var seen = _host.Receive(_guest.Hello, Start)!;

        _guest.Receive(otherSeen, Start);
        _guest.Receive(otherGiven, Start);
        foreach (var step in new[] { "give", "refuse", "done", "leave" })
        {
            _guest.Receive(seen.With("do", JsonValue.Of(step)), Start);
            _host.Receive(seen.With("do", JsonValue.Of(step)), Start);
        }

        Assert.Equal((PairingGuestPhase.Calling, PairingHostPhase.Asked), (_guest.Phase, _host.Phase));
    }

    [Theory]
    [InlineData("""{"do":"hello"}""")]
    [InlineData("""{"do":"hello","box":"AAAA"}""")]
    [InlineData("""{"do":"hello","box":"AAAA","key":"AAAA"}""")]
    [InlineData("""{"do":"hello","box":"****","key":"****"}""")]
    [InlineData("""{"do":"hello","box":"AAAAAAAAAAAAAAAAAAAAAAAA","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"do":"give","box":7}""")]
    [InlineData("""{"do":"done","box":""}""")]
    [InlineData("""{"do":"what","box":"AAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("[]")]
    public void What_is_no_message_changes_nothing(string text)
    {
        var message = JsonReader.Read(text);

        Assert.Null(_host.Receive(message, Start));
        Assert.Null(_guest.Receive(message, Start));
        Assert.Equal((PairingHostPhase.Waiting, PairingGuestPhase.Calling), (_host.Phase, _guest.Phase));
    }

    [Fact]
    public void It_is_over_after_five_minutes()
    {
        var late = Start + PairingHost.Lifetime;
        _host.Receive(_guest.Hello, late - TimeSpan.FromMilliseconds(1));
        Assert.Equal(PairingHostPhase.Asked, _host.Phase);

        Assert.Null(_host.Approve(late));
        _guest.Tick(late);

        Assert.Equal((PairingHostPhase.Expired, PairingGuestPhase.Expired), (_host.Phase, _guest.Phase));
        Assert.Null(_host.Receive(_guest.Hello, late));
    }

    [Fact]
    public void A_key_that_was_given_and_never_confirmed_is_said_to_be_so()
    {
        _host.Receive(_guest.Hello, Start);
        _host.Approve(Start);

        _host.Tick(Start + PairingHost.Lifetime);

        Assert.Equal(PairingHostPhase.Unconfirmed, _host.Phase);
    }

    [Fact]
    public void The_new_device_may_give_up()
    {
        _host.Receive(_guest.Hello, Start);
        _host.Receive(_guest.Leave()!, Start);

        Assert.Equal((PairingHostPhase.Left, PairingGuestPhase.Left), (_host.Phase, _guest.Phase));
        Assert.Null(_host.Approve(Start));
        Assert.Null(_guest.Leave());
    }

    [Fact]
    public void A_name_is_one_line_of_bounded_length()
    {
        using var guest = PairingGuest.Begin(_host.Link, "Phone\n\u0007" + new string('x', 500), new byte[32], Start)!;

        _host.Receive(guest.Hello, Start);

        Assert.Equal("Phone" + new string('x', 115), _host.GuestName);
    }

    [Fact]
    public void A_link_is_read_as_it_was_written_and_its_room_tells_nothing()
    {
        var hub = new Uri("wss://hub.example.org/sync");
        using var host = new PairingHost(KeySecret.From(KeyOrigin.Words, Entropy), "Ann", hub, new byte[64], Start);

        Assert.True(PairingLink.TryParse("https://app.example.org/#" + host.Link, out var read));
        Assert.Equal((host.Link.ToString(), hub, host.Link.Room), (read.ToString(), read.Hub, read.Room));
        Assert.True(RoomNames.IsPairing(read.Room));
        Assert.DoesNotContain(read.Room.Value[5..], read.ToString(), StringComparison.Ordinal);
        Assert.True(PairingLink.TryParse(_host.Link.ToString(), out read));
        Assert.Null(read.Hub);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pair=")]
    [InlineData("#pair=AAAA")]
    [InlineData("https://app.example.org/#join=sp-x.AAAA")]
    [InlineData("#pair={0}A")]
    [InlineData("#pair={0}.")]
    [InlineData("#pair={0}.aHR0cHM6Ly9leGFtcGxlLm9yZw")]
    public void What_is_no_link_is_not_taken(string text)
    {
        Assert.False(PairingLink.TryParse(string.Format(null, text, new string('A', 86)), out _));
    }

    [Fact]
    public void A_link_whose_key_is_a_point_of_small_order_leads_nowhere()
    {
        Assert.True(PairingLink.TryParse("#pair=" + new string('A', 86), out var link));

        Assert.Null(PairingGuest.Begin(link, "x", new byte[32], Start));
    }

    private static PairingHost Host(byte seed) => new(KeySecret.From(KeyOrigin.Words, Entropy), "Ann", null, Random(seed, PairingHost.RandomBytes), Start);

    private static PairingGuest Guest(PairingLink link, byte seed) => PairingGuest.Begin(link, "Chromium on Android", Random(seed, PairingGuest.RandomBytes), Start)!;

    private static byte[] Random(byte seed, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(seed + (i * 31)))];
}
