using Microsoft.Extensions.DependencyInjection;
using Parley.Connection;
using Parley.Frames;
using Parley.Hub;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Client;

/// <summary>What a client shows to a hub, how it goes on when that ends, and what it does when it is not let in.</summary>
public sealed class TokenTests : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://somebody@hub.test:8080/sync?x=1#y");
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan RenewedBy = TimeSpan.FromSeconds(30);

    private readonly FakeParleyHub _hub = new();
    private readonly ManualTime _time = new();
    private readonly Person _alice = new("Alice");
    private readonly Person _bob = new("Bob");

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task Every_connection_shows_a_fresh_token_of_an_hour_for_the_address_that_it_dials()
    {
        await _alice.OpenAsync(hub: Address, links: _hub, time: _time);
        await OnlineAsync(_alice);
        _hub.GoDown();
        _hub.ComeUp();
        await Eventually.SeesAsync(() => { _alice.Client.Reconnect(); return _hub.Tokens.Count; }, count => count >= 2);

        Assert.All(_hub.Tokens, token => Assert.Equal(_alice.Id, token.Issuer));
        Assert.All(_hub.Tokens, token => Assert.Equal("ws://hub.test:8080/sync", token.Audience));
        Assert.All(_hub.Tokens, token => Assert.Equal(Capabilities.OfClients, token.Capabilities));
        Assert.All(_hub.Tokens, token => Assert.Equal((_time.GetUtcNow() + TimeSpan.FromHours(1)).ToUnixTimeSeconds(), token.ExpirySeconds));
        Assert.Equal(_hub.Tokens.Count, _hub.Tokens.Select(token => token.Id).Distinct().Count());
    }

    [Fact]
    public async Task Another_connection_takes_over_before_the_token_ends_and_nothing_is_lost()
    {
        await _alice.OpenAsync(_alice.Options(hub: Address, links: _hub, time: _time) with { TokenLifetime = Lifetime });
        var general = await _alice.Client.Channels.EnsureGeneralAsync();
        await OnlineAsync(_alice);
        _hub.Loses = frame => frame is ClientFrame.NodeChangeBatch && _hub.Tokens.Count == 1;
        var message = await _alice.Client.Channels.Open(general).SendAsync("lost by the old connection");
        await Eventually.SeesAsync(() => _hub.Received.OfType<ClientFrame.NodeChangeBatch>().Count(), count => count >= 1);

        _time.Advance(RenewedBy);
        await Eventually.SeesAsync(() => _hub.Tokens.Count, count => count == 2);
        await Eventually.SeesAsync(() => _hub.SocketCount, count => count == 1);
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        await OnlineAsync(_alice);

        Assert.True(_hub.Tokens[1].ExpirySeconds > _hub.Tokens[0].ExpirySeconds);
        Assert.Equal(1, _hub.SubscribersOf(RoomNames.Channel(general).Value));
    }

    [Fact]
    public async Task Where_no_other_connection_can_be_made_the_old_one_goes_on()
    {
        await _alice.OpenAsync(_alice.Options(hub: Address, links: _hub, time: _time) with { TokenLifetime = Lifetime });
        var general = await _alice.Client.Channels.EnsureGeneralAsync();
        await OnlineAsync(_alice);
        _hub.RefusesWith = 1013;

        _time.Advance(RenewedBy);
        await Eventually.SeesAsync(() => _hub.Tokens.Count, count => count == 2);
        var message = await _alice.Client.Channels.Open(general).SendAsync("by the old connection");

        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, _hub.SocketCount);
    }

    [Fact]
    public async Task A_real_hub_knows_the_successor_before_it_shows_the_old_connection_the_door()
    {
        await using var hub = await HubFixture.StartAsync(time: _time);
        await _alice.OpenAsync(_alice.Options(hub: hub.Socket, time: _time) with { TokenLifetime = Lifetime });
        await OnlineAsync(_alice);

        _time.Advance(RenewedBy);
        await Eventually.SeesAsync(hub.MetricsAsync, text => text.Contains("parley_hub_connections_total 2\n", StringComparison.Ordinal));
        await Eventually.SeesAsync(hub.ConnectionsAsync, count => count == 1);
        await OnlineAsync(_alice);

        // The first token is over now; the hub would have closed its connection.
        _time.Advance(TimeSpan.FromSeconds(15));
        var message = await _alice.Client.Channels.Open(await _alice.Client.Channels.EnsureGeneralAsync()).SendAsync("still here");
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Contains("parley_hub_connections_total 2\n", await hub.MetricsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4401)]
    [InlineData(4403)]
    public async Task Whoever_is_not_let_in_is_told_so_and_does_not_hammer_at_the_door(int code)
    {
        _hub.RefusesWith = code;
        await _alice.OpenAsync(hub: Address, links: _hub, time: _time);
        var refused = await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status.Phase == ConnectionPhase.Refused);

        Assert.Contains($"({code})", refused.Why, StringComparison.Ordinal);
        Assert.InRange(refused.RetryAt!.Value - _time.GetUtcNow(), TimeSpan.FromMinutes(2.5), TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Single(_hub.Tokens);

        _hub.RefusesWith = null;
        await Eventually.SeesAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(20));
                return _alice.Client.Connection.Value;
            },
            status => status.Phase == ConnectionPhase.Online);
    }

    [Fact]
    public async Task A_person_whom_the_hub_bans_is_refused_and_the_others_go_on()
    {
        await using var hub = await HubFixture.StartAsync();
        await _alice.OpenAsync(hub: hub.Socket);
        await _bob.OpenAsync(hub: hub.Socket);
        await OnlineAsync(_alice);
        await OnlineAsync(_bob);

        await hub.Services.GetRequiredService<HubHost>().RevokeAsync(_bob.Id);

        var refused = await Eventually.SeesAsync(() => _bob.Client.Connection.Value, status => status.Phase == ConnectionPhase.Refused);
        Assert.Equal(Reason.TokenRevoked, refused.Reason);
        Assert.Equal(ConnectionPhase.Online, _alice.Client.Connection.Value.Phase);
        Assert.Equal(1, await hub.ConnectionsAsync());
    }

    private static Task<ConnectionStatus> OnlineAsync(Person person) =>
        Eventually.SeesAsync(() => person.Client.Connection.Value, status => status.Phase == ConnectionPhase.Online);
}
