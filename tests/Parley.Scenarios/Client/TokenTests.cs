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
public sealed class TokenTests : TwoPeople<FakeParleyHub>
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan RenewedBy = TimeSpan.FromSeconds(30);

    protected override Uri Address { get; } = new("ws://somebody@hub.test:8080/sync?x=1#y");

    [Fact]
    public async Task Every_connection_shows_a_fresh_token_of_an_hour_for_the_address_that_it_dials()
    {
        await OpenAsync(Alice, Time);
        await OnlineAsync(Alice);
        Hub.GoDown();
        Hub.ComeUp();
        await Eventually.SeesAsync(() => { Alice.Client.Reconnect(); return Hub.Tokens.Count; }, count => count >= 2);

        Assert.All(Hub.Tokens, token => Assert.Equal(Alice.Id, token.Issuer));
        Assert.All(Hub.Tokens, token => Assert.Equal("ws://hub.test:8080/sync", token.Audience));
        Assert.All(Hub.Tokens, token => Assert.Equal(Capabilities.OfClients, token.Capabilities));
        Assert.All(Hub.Tokens, token => Assert.Equal((Time.GetUtcNow() + TimeSpan.FromHours(1)).ToUnixTimeSeconds(), token.ExpirySeconds));
        Assert.Equal(Hub.Tokens.Count, Hub.Tokens.Select(token => token.Id).Distinct().Count());
    }

    [Fact]
    public async Task Another_connection_takes_over_before_the_token_ends_and_nothing_is_lost()
    {
        await Alice.OpenAsync(Alice.Options(hub: Address, links: Hub, time: Time) with { TokenLifetime = Lifetime });
        var general = await Alice.Client.Channels.EnsureGeneralAsync();
        await OnlineAsync(Alice);
        Hub.Loses = frame => frame is ClientFrame.NodeChangeBatch && Hub.Tokens.Count == 1;
        var message = await Alice.Client.Channels.Open(general).SendAsync("lost by the old connection");
        await Eventually.SeesAsync(() => Hub.Received.OfType<ClientFrame.NodeChangeBatch>().Count(), count => count >= 1);

        Time.Advance(RenewedBy);
        await Eventually.SeesAsync(() => Hub.Tokens.Count, count => count == 2);
        await Eventually.SeesAsync(() => Hub.SocketCount, count => count == 1);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        await OnlineAsync(Alice);

        Assert.True(Hub.Tokens[1].ExpirySeconds > Hub.Tokens[0].ExpirySeconds);
        Assert.Equal(1, Hub.SubscribersOf(RoomNames.Channel(general).Value));
    }

    [Fact]
    public async Task Where_no_other_connection_can_be_made_the_old_one_goes_on()
    {
        await Alice.OpenAsync(Alice.Options(hub: Address, links: Hub, time: Time) with { TokenLifetime = Lifetime });
        var general = await Alice.Client.Channels.EnsureGeneralAsync();
        await OnlineAsync(Alice);
        Hub.RefusesWith = 1013;

        Time.Advance(RenewedBy);
        await Eventually.SeesAsync(() => Hub.Tokens.Count, count => count == 2);
        var message = await Alice.Client.Channels.Open(general).SendAsync("by the old connection");

        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, Hub.SocketCount);
    }

    [Fact]
    public async Task A_real_hub_knows_the_successor_before_it_shows_the_old_connection_the_door()
    {
        await using var hub = await HubFixture.StartAsync(time: Time);
        await Alice.OpenAsync(Alice.Options(hub: hub.Socket, time: Time) with { TokenLifetime = Lifetime });
        await OnlineAsync(Alice);

        Time.Advance(RenewedBy);
        await Eventually.SeesAsync(hub.MetricsAsync, text => text.Contains("parley_hub_connections_total 2\n", StringComparison.Ordinal));
        await Eventually.SeesAsync(hub.ConnectionsAsync, count => count == 1);
        await OnlineAsync(Alice);

        // The first token is over now; the hub would have closed its connection.
        Time.Advance(TimeSpan.FromSeconds(15));
        var message = await Alice.Client.Channels.Open(await Alice.Client.Channels.EnsureGeneralAsync()).SendAsync("still here");
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Contains("parley_hub_connections_total 2\n", await hub.MetricsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4401)]
    [InlineData(4403)]
    public async Task Whoever_is_not_let_in_is_told_so_and_does_not_hammer_at_the_door(int code)
    {
        Hub.RefusesWith = code;
        await OpenAsync(Alice, Time);
        var refused = await Eventually.SeesAsync(Alice.Client.Connection, status => status.Phase == ConnectionPhase.Refused);

        Assert.Contains($"({code})", refused.Why, StringComparison.Ordinal);
        Assert.InRange(refused.RetryAt!.Value - Time.GetUtcNow(), TimeSpan.FromMinutes(2.5), TimeSpan.FromMinutes(5));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Single(Hub.Tokens);

        Hub.RefusesWith = null;
        await Eventually.SeesAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(20));
                return Alice.Client.Connection.Value;
            },
            status => status.Phase == ConnectionPhase.Online);
    }

    [Fact]
    public async Task A_person_whom_the_hub_bans_is_refused_and_the_others_go_on()
    {
        await using var hub = await HubFixture.StartAsync();
        await Alice.OpenAsync(hub: hub.Socket);
        await Bob.OpenAsync(hub: hub.Socket);
        await OnlineAsync(Alice);
        await OnlineAsync(Bob);

        await hub.Services.GetRequiredService<HubHost>().RevokeAsync(Bob.Id);

        var refused = await Eventually.SeesAsync(Bob.Client.Connection, status => status.Phase == ConnectionPhase.Refused);
        Assert.Equal(Reason.TokenRevoked, refused.Reason);
        Assert.Equal(ConnectionPhase.Online, Alice.Client.Connection.Value.Phase);
        Assert.Equal(1, await hub.ConnectionsAsync());
    }
}
