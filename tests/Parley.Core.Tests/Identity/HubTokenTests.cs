using Xunit;

namespace Parley.Identity;

public sealed class HubTokenTests : IDisposable
{
    private static readonly Capability Connect = new("*", CapabilityNames.Connect);

    private readonly TokenScene _scene = new();

    [Fact]
    [Trait("weak-spot", "W1")]
    public void A_persons_own_token_says_who_it_is_and_what_they_held_themselves_to()
    {
        var token = TokenScene.Sign(_scene.A, HubToken.Draft(_scene.A.Person, _scene.Hub.Value, TokenScene.Now.AddHours(1), "n"));
        var connected = _scene.Connect(token, out _)!;
        Assert.Equal(_scene.A.Person, connected.Person);
        Assert.Null(connected.Delegation);
        Assert.Equal([token.Id], connected.Chain);
        Assert.Equal(TokenScene.Now.AddHours(1), connected.ExpiresAt);
        Assert.True(connected.Capabilities.Permits(CapabilityNames.Relay, "xnet-channel-1"));
        Assert.False(connected.Capabilities.Permits(CapabilityNames.Admin, "*"));
    }

    [Fact]
    [Trait("weak-spot", "W1")]
    public void A_narrow_token_is_held_to_what_it_lists()
    {
        var connected = _scene.Connect(Own(Connect, new("call:7", CapabilityNames.CallJoin)), out _)!;
        Assert.True(connected.Capabilities.Permits(CapabilityNames.CallJoin, "call:7"));
        Assert.False(connected.Capabilities.Permits(CapabilityNames.CallJoin, "call:8"));
        Assert.False(connected.Capabilities.Permits(CapabilityNames.CallSignal, "call:7"));
        Assert.False(connected.Capabilities.Permits(CapabilityNames.Relay, "7"));
    }

    [Theory]
    [InlineData("hub/connect", true)]
    [InlineData("hub/*", true)]
    [InlineData("*", true)]
    [InlineData("hub/connected", false)]
    [InlineData("hub/signal", false)]
    [Trait("weak-spot", "W33")]
    public void Connecting_has_to_be_listed(string can, bool connects)
    {
        Assert.Equal(connects, _scene.Connect(Own(new Capability("*", can)), out var fault) is not null);
        Assert.Equal(connects ? UcanFault.None : UcanFault.NotForConnecting, fault);
    }

    [Theory]
    [InlineData("https://hub.example.org", true)]
    [InlineData("https://hub.example.org/", true)]
    [InlineData("wss://hub.example.org", true)]
    [InlineData("wss://hub.example.org:443/sync", true)]
    [InlineData("WSS://Hub.Example.ORG/sync", true)]
    [InlineData("ws://hub.example.org", false)]
    [InlineData("wss://hub.example.org:444", false)]
    [InlineData("wss://hub.example.org.evil.example", false)]
    [InlineData("wss://evil.example/hub.example.org", false)]
    [InlineData("wss://hub.example.org@evil.example", false)]
    [InlineData("wss://me@hub.example.org", false)]
    [InlineData("wss://hub.example.org/?next=1", false)]
    [InlineData("wss://hub.example.org/#x", false)]
    [InlineData("ftp://hub.example.org", false)]
    [InlineData("hub.example.org", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    [Trait("weak-spot", "W33")]
    public void A_token_made_for_another_hub_is_refused(string audience, bool taken)
    {
        var connected = _scene.Connect(_scene.Token(_scene.A, audience, [Connect]), out var fault);
        Assert.Equal(taken, connected is not null);
        Assert.Equal(taken ? UcanFault.None : UcanFault.Audience, fault);
    }

    [Theory]
    [InlineData("wss://hub.example.org", "wss://hub.example.org/")]
    [InlineData("wss://hub.example.org:443/sync", "wss://hub.example.org/sync")]
    [InlineData("ws://127.0.0.1:4444/a%20b?next=1#x", "ws://127.0.0.1:4444/a%20b")]
    [InlineData("ws://me:secret@[::1]:4444/", "ws://[::1]:4444/")]
    [InlineData("wss://bücher.example:8443/", "wss://xn--bcher-kva.example:8443/")]
    [Trait("weak-spot", "W33")]
    public void Who_dials_an_address_names_the_hub_there_and_tells_it_nothing_else(string dialled, string audience)
    {
        Assert.Equal(audience, HubAudience.Of(new(dialled)));
        Assert.True(new HubAudience(null, new Uri(audience)).Accepts(audience));
    }

    [Theory]
    [InlineData("wss://example.org/a", true)]
    [InlineData("wss://example.org/a/sync", true)]
    [InlineData("wss://example.org/a/../b", false)]
    [InlineData("wss://example.org/ab", false)]
    [InlineData("wss://example.org/", false)]
    [InlineData("wss://example.org/A", false)]
    [Trait("weak-spot", "W33")]
    public void Two_hubs_behind_one_name_do_not_take_each_others_tokens(string audience, bool taken) =>
        Assert.Equal(taken, new HubAudience(null, new Uri("https://example.org/a/")).Accepts(audience));

    [Fact]
    [Trait("weak-spot", "W33")]
    public void A_hub_answers_to_its_own_DID_and_to_no_other()
    {
        Assert.True(_scene.AtHub.Accepts(_scene.Hub.Value));
        Assert.False(_scene.AtHub.Accepts(_scene.A.Person.Value));
        Assert.False(new HubAudience(null).Accepts(_scene.Hub.Value));
        Assert.False(new HubAudience(null).Accepts(""));
        Assert.False(_scene.AtHub.Accepts(null));
        Assert.Throws<ArgumentException>(() => new HubAudience(null, new Uri("/sync", UriKind.Relative)));
        Assert.Throws<ArgumentException>(() => new HubAudience(null, new Uri("https://example.org/?x")));
        Assert.Throws<ArgumentException>(() => new HubAudience(null, new Uri("https://b\u00fccher.example")));
        Assert.True(new HubAudience(null, new Uri("http://[::1]:4444")).Accepts("ws://[0:0:0:0:0:0:0:1]:4444/"));
        Assert.False(_scene.AtHub.Accepts("wss://b\u00fccher.example"));
    }

    [Fact]
    public void A_token_lives_a_day_at_most()
    {
        var longest = UcanLimits.HubTokenLifetimeMax + UcanLimits.ClockSkewMax;
        Assert.NotNull(_scene.Connect(_scene.Token(_scene.A, _scene.Hub.Value, [Connect], lifetime: longest), out _));
        Assert.Null(_scene.Connect(_scene.Token(_scene.A, _scene.Hub.Value, [Connect], lifetime: longest + TimeSpan.FromSeconds(1)), out var fault));
        Assert.Equal(UcanFault.LivesTooLong, fault);

        var endless = $$"""{"iss":"{{_scene.A.Person}}","aud":"{{_scene.Hub}}","exp":1e300,"att":[{"with":"*","can":"*"}],"prf":[]}""";
        Assert.Null(_scene.Connect(UcanToken.Parse(TokenScene.Raw(_scene.A, endless)), out fault));
        Assert.Equal(UcanFault.LivesTooLong, fault);
    }

    [Fact]
    public void An_action_in_the_last_second_comes_too_late()
    {
        var connected = _scene.Connect(Own(Connect), out _)!;
        Assert.False(connected.IsOver(connected.ExpiresAt.AddMilliseconds(-1)));
        Assert.True(connected.IsOver(connected.ExpiresAt));
    }

    [Fact]
    public void Somebody_who_was_lent_a_capability_is_still_themselves()
    {
        var proof = _scene.Token(_scene.A, _scene.B.Person.Value, [TokenScene.Everything]);
        var connected = _scene.Connect(_scene.Token(_scene.B, _scene.Hub.Value, [Connect], [proof]), out _)!;
        Assert.Equal(_scene.B.Person, connected.Person);
        Assert.Equal([_scene.B.Person, _scene.A.Person], connected.Issuers);
        Assert.Equal([_scene.A.Person], connected.Roots);
        Assert.Equal(2, connected.Chain.Count);
    }

    public void Dispose() => _scene.Dispose();

    private UcanToken Own(params Capability[] lines) => _scene.Token(_scene.A, _scene.Hub.Value, lines);
}
