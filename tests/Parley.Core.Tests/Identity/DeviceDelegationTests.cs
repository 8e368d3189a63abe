using Xunit;

namespace Parley.Identity;

[Trait("weak-spot", "W1")]
public sealed class DeviceDelegationTests : IDisposable
{
    private static readonly Capability Connect = new("*", CapabilityNames.Connect);

    private readonly TokenScene _scene = new();

    private Capability ForA => new(_scene.A.Person.Value, CapabilityNames.ActFor);

    [Fact]
    public void A_device_that_a_person_delegated_connects_as_the_person()
    {
        var delegation = _scene.Delegation(_scene.A, _scene.Phone);
        var connected = _scene.Connect(_scene.FromDevice(_scene.Phone, delegation), out _)!;
        Assert.Equal(_scene.A.Person, connected.Person);
        Assert.Equal(_scene.Phone.Person, connected.Delegation!.Device);
        Assert.Equal(delegation.Id, connected.Delegation.Id);
        Assert.Contains(delegation.Id, connected.Chain);
        Assert.True(connected.Capabilities.Permits(CapabilityNames.Relay, "*"));
        Assert.False(connected.Capabilities.Permits(CapabilityNames.Admin, "*"));
    }

    [Fact]
    public void Device_X_acts_for_person_P_is_read_out_of_the_persons_word()
    {
        var delegation = TokenScene.Verify(_scene.Delegation(_scene.A, _scene.Phone).Text, out _)!;
        var read = DeviceDelegation.Read(delegation)!;
        Assert.Equal((_scene.A.Person, _scene.Phone.Person, delegation.Token.Id), (read.Person, read.Device, read.Id));
        Assert.Equal(TokenScene.Now.AddDays(30).ToUnixTimeSeconds(), read.ExpirySeconds);
    }

    [Fact]
    public void A_device_speaks_for_nobody_without_a_proof()
    {
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.Phone, _scene.Hub.Value, [ForA, Connect])));
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.A, _scene.Hub.Value, [ForA, Connect])));
    }

    [Fact]
    public void Nobody_delegates_in_somebody_elses_name()
    {
        var forged = _scene.Token(_scene.B, _scene.Phone.Person.Value, [ForA, Connect]);
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.Phone, _scene.Hub.Value, [ForA, Connect], [forged])));
        Assert.Null(DeviceDelegation.Read(TokenScene.Verify(forged.Text, out _)!));
    }

    [Fact]
    public void A_wildcard_that_was_lent_names_nobody()
    {
        var lent = _scene.Token(_scene.A, _scene.B.Person.Value, [TokenScene.Everything]);
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.B, _scene.Hub.Value, [ForA, Connect], [lent])));
        var wide = _scene.Token(_scene.A, _scene.B.Person.Value, [new("*", CapabilityNames.ActFor), Connect]);
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.B, _scene.Hub.Value, [ForA, Connect], [wide])));
    }

    [Fact]
    public void A_device_delegates_no_further_device()
    {
        var first = _scene.Delegation(_scene.A, _scene.Phone);
        var second = _scene.Token(_scene.Phone, _scene.Laptop.Person.Value, [ForA, Connect], [first]);
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.Laptop, _scene.Hub.Value, [ForA, Connect], [second])));
    }

    [Fact]
    public void Another_device_gains_nothing_by_a_delegation_it_came_upon()
    {
        var stolen = _scene.Delegation(_scene.A, _scene.Phone);
        Assert.Equal(UcanFault.ProofAudience, FaultOf(_scene.Token(_scene.Laptop, _scene.Hub.Value, [ForA, Connect], [stolen])));
    }

    [Fact]
    public void A_device_stands_for_one_person_at_a_time()
    {
        var ofA = _scene.Delegation(_scene.A, _scene.Phone);
        var ofB = _scene.Delegation(_scene.B, _scene.Phone);
        var forB = new Capability(_scene.B.Person.Value, CapabilityNames.ActFor);
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.Phone, _scene.Hub.Value, [ForA, forB, Connect], [ofA, ofB])));
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.Phone, _scene.Hub.Value, [forB, Connect], [ofA])));
    }

    [Fact]
    public void An_expired_delegation_and_one_without_end_are_refused()
    {
        var expired = _scene.Delegation(_scene.A, _scene.Phone, TimeSpan.FromSeconds(-1));
        Assert.Equal(UcanFault.Expired, FaultOf(_scene.FromDevice(_scene.Phone, expired)));
        var endless = _scene.Delegation(_scene.A, _scene.Phone, UcanLimits.DelegationLifetimeMax + TimeSpan.FromHours(1));
        Assert.Equal(UcanFault.LivesTooLong, FaultOf(_scene.FromDevice(_scene.Phone, endless)));
        var brief = _scene.Delegation(_scene.A, _scene.Phone, TimeSpan.FromMinutes(1));
        Assert.Equal(UcanFault.OutlivesProof, FaultOf(_scene.FromDevice(_scene.Phone, brief)));
    }

    [Fact]
    public void A_narrow_delegation_narrows_the_device()
    {
        var narrow = _scene.Token(_scene.A, _scene.Phone.Person.Value, [ForA, Connect, new("7", CapabilityNames.Relay)]);
        var connected = _scene.Connect(_scene.Token(_scene.Phone, _scene.Hub.Value, [ForA, Connect, new("7", CapabilityNames.Relay)], [narrow]), out _)!;
        Assert.Equal(_scene.A.Person, connected.Person);
        Assert.True(connected.Capabilities.Permits(CapabilityNames.Relay, "7"));
        Assert.False(connected.Capabilities.Permits(CapabilityNames.Relay, "8"));
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.FromDevice(_scene.Phone, narrow)));
    }

    [Fact]
    public void A_device_that_does_not_claim_its_person_connects_as_itself()
    {
        var delegation = _scene.Delegation(_scene.A, _scene.Phone);
        var connected = _scene.Connect(_scene.Token(_scene.Phone, _scene.Hub.Value, [Connect], [delegation]), out _)!;
        Assert.Equal(_scene.Phone.Person, connected.Person);
        Assert.Null(connected.Delegation);
    }

    [Fact]
    public void What_a_device_shows_fits_into_a_header_with_room_to_spare()
    {
        var token = _scene.FromDevice(_scene.Phone, _scene.Delegation(_scene.A, _scene.Phone));
        Assert.InRange(token.Text.Length, 1, UcanLimits.LengthMax / 4);
    }

    [Fact]
    public void Drafts_that_could_not_be_believed_are_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => DeviceDelegation.Draft(_scene.A.Person, _scene.A.Person, TokenScene.Now, "n"));
        var notForDevice = _scene.Token(_scene.A, "https://hub.example.org", [Connect]);
        Assert.Throws<ArgumentException>(() => HubToken.Draft(notForDevice, _scene.Hub.Value, TokenScene.Now, "n"));
    }

    public void Dispose() => _scene.Dispose();

    private UcanFault FaultOf(UcanToken token)
    {
        var connected = _scene.Connect(token, out var fault);
        Assert.Equal(fault == UcanFault.None, connected is not null);
        return fault;
    }
}
