using Parley.Connection;
using Parley.Identity;
using Parley.Native.Identity;
using Parley.Platform;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Identity;

/// <summary>A new device is taken in over a real hub, by the parts that the app uses.</summary>
public sealed class MeetingTests : IAsyncDisposable
{
    private static readonly byte[] Entropy = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
    private readonly SodiumSigner _ann = new(RecoveryPhrase.FromEntropy(Entropy).ToSeed());
    private readonly Person _tablet = new("a new tablet");
    private readonly Person _other = new("somebody else's");

    public async ValueTask DisposeAsync()
    {
        _ann.Dispose();
        await _tablet.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_new_device_that_knows_only_the_link_becomes_the_persons()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var invitation = Invite(hub);
        Assert.True(PairingLink.TryParse("https://app/#" + invitation.Link, out var link));
        await using var arrival = Arrive(hub, link, _tablet);

        var asked = await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Asked);
        var seen = await SeesAsync(arrival.View, view => view.Phase == PairingGuestPhase.Seen);
        Assert.Equal(("Tablet", "Ann"), (asked.GuestName, seen.HostName));
        Assert.Equal(asked.Code, seen.Code);
        Assert.False(arrival.Secret.IsCompleted);

        invitation.Approve();
        using var secret = await arrival.Secret.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        using var signer = SodiumSigner.Of(secret);
        Assert.Equal(_ann.Person, signer.Person);
        arrival.Confirm();
        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Done);
    }

    [Fact]
    public async Task Each_side_hears_that_the_other_goes()
    {
        await using var hub = await HubFixture.StartAsync();
        await using (var invitation = Invite(hub))
        {
            var arrival = Arrive(hub, invitation.Link, _tablet);
            await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Asked);
            await arrival.DisposeAsync();
            await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Left);
        }

        var second = Invite(hub);
        await using var next = Arrive(hub, second.Link, _tablet);
        await SeesAsync(next.View, view => view.Phase == PairingGuestPhase.Seen);
        await second.DisposeAsync();
        await SeesAsync(next.View, view => view.Phase == PairingGuestPhase.Refused);
    }

    [Fact]
    public async Task A_lost_connection_on_either_side_is_made_anew_and_nothing_is_lost()
    {
        await using var hub = await HubFixture.StartAsync();
        var (here, there) = (new PartitionableLinks(WebSocketLinks.Instance), new PartitionableLinks(WebSocketLinks.Instance));
        await using var invitation = Invite(hub, here);
        await using var arrival = Arrive(hub, invitation.Link, _tablet, there);
        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Asked);

        there.Cut();
        await SeesAsync(arrival.View, view => !view.IsConnected);
        invitation.Approve();
        there.Heal();

        using var secret = await arrival.Secret.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        here.Cut();
        await SeesAsync(invitation.View, view => !view.IsConnected);
        here.Heal();
        await SeesAsync(invitation.View, view => view.IsConnected);
        arrival.Confirm();
        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Done);
    }

    [Fact]
    public async Task At_a_hub_that_takes_people_by_invitation_they_meet_in_its_lobby()
    {
        await using var hub = await HubFixture.StartAsync(static o => (o.Admission, o.Commons) = (Parley.Hub.AdmissionMode.InviteOnly, false));
        await using var invitation = Invite(hub);
        await using var arrival = Arrive(hub, invitation.Link, _tablet);

        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Asked);
        invitation.Approve();

        using var secret = await arrival.Secret.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.NotNull(secret.ToWords());
    }

    [Fact]
    public async Task It_ends_after_five_minutes_on_both_sides()
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        await using var invitation = Invite(hub, time: time);

        // What is said before anybody is there to hear it is said again after 3 s, and here no time passes.
        await SeesAsync(invitation.View, view => view.IsConnected);
        await using var arrival = Arrive(hub, invitation.Link, _tablet, time: time);
        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Asked);

        time.Advance(PairingHost.Lifetime);

        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Expired);
        await SeesAsync(arrival.View, view => view.Phase == PairingGuestPhase.Expired);
        invitation.Approve();
        Assert.False(arrival.Secret.IsCompleted);
    }

    [Fact]
    public async Task A_third_that_read_the_link_stays_outside_while_two_are_in()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var invitation = Invite(hub);
        await using var arrival = Arrive(hub, invitation.Link, _tablet);
        await SeesAsync(arrival.View, view => view.Phase == PairingGuestPhase.Seen);
        await using var third = Arrive(hub, invitation.Link, _other);

        invitation.Approve();
        using var secret = await arrival.Secret.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        arrival.Confirm();
        await SeesAsync(invitation.View, view => view.Phase == PairingHostPhase.Done);

        Assert.Equal(PairingGuestPhase.Calling, third.View.Value.Phase);
        Assert.False(third.Secret.IsCompleted);
    }

    private DeviceInvitation Invite(HubFixture hub, ILinkFactory? links = null, TimeProvider? time = null) => DeviceInvitation.Open(
        new() { Hub = hub.Socket, Signer = _ann, Links = links, Time = time ?? TimeProvider.System }, KeySecret.From(KeyOrigin.Words, Entropy), "Ann");

    private static DeviceArrival Arrive(HubFixture hub, PairingLink link, Person device, ILinkFactory? links = null, TimeProvider? time = null) => DeviceArrival.Open(
        new() { Hub = hub.Socket, Signer = device.Signer, Links = links, Time = time ?? TimeProvider.System }, link, "Tablet");

    private static Task<T> SeesAsync<T>(Live<T> live, Func<T, bool> satisfies) => Eventually.SeesAsync(live, satisfies);
}
