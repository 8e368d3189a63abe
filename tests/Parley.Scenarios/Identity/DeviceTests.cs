using Parley.Connection;
using Parley.Identity;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Identity;

/// <summary>One person on several devices: each knows of all, and one that is signed out is out, at once and for good.</summary>
public sealed class DeviceTests : IAsyncDisposable
{
    private readonly Person _laptopKey = new("Ann's laptop");
    private readonly Person _phoneKey = new("Ann's phone");
    private readonly Person _laptop = new("Ann");
    private readonly Person _phone = new("Ann");

    public async ValueTask DisposeAsync()
    {
        await _laptop.DisposeAsync();
        await _phone.DisposeAsync();
        await _laptopKey.DisposeAsync();
        await _phoneKey.DisposeAsync();
    }

    [Fact]
    public async Task Each_device_lists_all_and_a_name_is_the_same_everywhere()
    {
        await using var hub = await HubFixture.StartAsync();
        await OpenAsync(_laptop, _laptopKey, hub.Socket);
        await OpenAsync(_phone, _phoneKey, hub.Socket);

        foreach (var person in new[] { _laptop, _phone })
        {
            var seen = await SeesAsync(person, devices => devices.Count == 2);
            Assert.Equal(person == _laptop ? _laptopKey.Id : _phoneKey.Id, seen.Single(d => d.IsThis).Key);
        }

        var phone = _laptop.Client.Devices.All.Value.Single(d => !d.IsThis);
        await _laptop.Client.Devices.RenameAsync(phone, "  Pocket  ");
        await SeesAsync(_phone, devices => devices.Any(d => d is { IsThis: true, Name: "Pocket" }));
        await Assert.ThrowsAsync<ParleyException>(() => _laptop.Client.Devices.RenameAsync(phone, " "));

        // Opened again, with nothing but its key, it is the same device under the name that it was given.
        await _phone.CloseAsync();
        await OpenAsync(_phone, _phoneKey, hub.Socket);
        await SeesAsync(_phone, devices => devices.Count == 2 && devices.Any(d => d is { IsThis: true, Name: "Pocket" }));
    }

    [Fact]
    public async Task A_device_that_is_signed_out_is_closed_at_once_and_comes_in_no_more_after_a_restart_of_the_hub_either()
    {
        using var folder = new TemporaryFolder();
        int port;
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]))
        {
            port = hub.Http.Port;
            await OpenAsync(_laptop, _laptopKey, hub.Socket);
            await OpenAsync(_phone, _phoneKey, hub.Socket);
            var all = await SeesAsync(_laptop, devices => devices.Count == 2);

            await _laptop.Client.Devices.SignOutAsync(all.Single(d => !d.IsThis));

            await PhaseAsync(_phone, ConnectionPhase.SignedOut);
            Assert.Equal(1, await Eventually.SeesAsync(hub.ConnectionsAsync, count => count == 1));
            await PhaseAsync(_laptop, ConnectionPhase.Online);
        }

        await _phone.CloseAsync();
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"], port))
        {
            await _phone.OpenAsync(_phone.Options(hub: hub.Socket) with { Device = new(_phoneKey.Signer, "phone") });
            Assert.Null((await PhaseAsync(_phone, ConnectionPhase.SignedOut)).RetryAt);
            await PhaseAsync(_laptop, ConnectionPhase.Online);
        }
    }

    [Fact]
    public async Task Under_another_key_the_same_device_comes_back_with_all_that_it_kept()
    {
        await using var hub = await HubFixture.StartAsync();
        using var folder = new TemporaryFolder();
        await using var anew = new Person("Ann's phone again");
        await OpenAsync(_laptop, _laptopKey, hub.Socket);
        await _phone.OpenAsync(_phone.Options(SqliteStore.At(folder["phone.db"]), hub.Socket) with { Device = new(_phoneKey.Signer, "phone") });
        var all = await SeesAsync(_laptop, devices => devices.Count == 2);
        await _laptop.Client.Devices.SignOutAsync(all.Single(d => !d.IsThis));
        await PhaseAsync(_phone, ConnectionPhase.SignedOut);
        var said = await _phone.Client.Channels.Open(await _phone.Client.Channels.EnsureGeneralAsync()).SendAsync("while I was out");
        await _phone.CloseAsync();

        await _phone.OpenAsync(_phone.Options(SqliteStore.At(folder["phone.db"]), hub.Socket) with { Device = new(anew.Signer, "phone again") });

        await Eventually.SeesAsync(() => _phone.Client.Nodes.FindAsync(said), node => node!.Delivery == Delivery.Stored);
        var seen = await SeesAsync(_laptop, devices => devices.Count == 3);
        Assert.Equal(_phoneKey.Id, seen.Single(d => d.IsSignedOut).Key);
    }

    [Fact]
    public async Task Whoever_connects_with_the_persons_own_key_goes_on_as_before()
    {
        await using var hub = await HubFixture.StartAsync();
        await OpenAsync(_laptop, _laptopKey, hub.Socket);
        await _phone.OpenAsync(hub: hub.Socket);
        await PhaseAsync(_phone, ConnectionPhase.Online);

        var only = Assert.Single(await SeesAsync(_phone, devices => devices.Count == 1));
        await _phone.Client.Devices.SignOutAsync(only);

        await PhaseAsync(_laptop, ConnectionPhase.SignedOut);
        await PhaseAsync(_phone, ConnectionPhase.Online);
    }

    [Fact]
    public async Task A_device_signs_its_tokens_itself_on_the_persons_word()
    {
        var hub = new FakeParleyHub();
        await _laptop.OpenAsync(_laptop.Options(hub: new("ws://hub.test/sync"), links: hub) with { Device = new(_laptopKey.Signer, "laptop") });
        await PhaseAsync(_laptop, ConnectionPhase.Online);

        var token = Assert.Single(hub.Tokens);
        Assert.Equal(_laptopKey.Id, token.Issuer);
        Assert.Equal(_laptop.Id, UcanToken.Parse(Assert.Single(token.Proofs)).Issuer);
        Assert.Equal(1, hub.CountOf(RoomNames.Author(_laptop.Id).Value));
    }

    [Fact]
    public async Task At_a_hub_that_knows_no_devices_the_person_connects_with_their_own_key()
    {
        var hub = new FakeReferenceHub();
        await _laptop.OpenAsync(_laptop.Options(hub: new("ws://hub.test/sync"), links: hub) with { Device = new(_laptopKey.Signer, "laptop") });
        await PhaseAsync(_laptop, ConnectionPhase.Online);

        Assert.Equal([_laptopKey.Id, _laptop.Id], hub.Tokens.Select(token => token.Issuer!.Value));
    }

    private static Task<ParleyClient> OpenAsync(Person person, Person key, Uri hub) =>
        person.OpenAsync(person.Options(hub: hub) with { Device = new(key.Signer, key.Name) });

    private static Task<IReadOnlyList<Device>> SeesAsync(Person person, Func<IReadOnlyList<Device>, bool> satisfies) =>
        Eventually.SeesAsync(person.Client.Devices.All, satisfies);

    private static Task<ConnectionStatus> PhaseAsync(Person person, ConnectionPhase phase) =>
        Eventually.SeesAsync(person.Client.Connection, status => status.Phase == phase);
}
