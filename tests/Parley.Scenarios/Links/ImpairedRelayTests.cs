using System.Net;
using System.Net.Sockets;
using Parley.Testing;
using Parley.Testing.Links;

namespace Parley.Scenarios.Links;

/// <summary>The relay over real sockets, before a server that sends every datagram back.</summary>
public sealed class ImpairedRelayTests : IAsyncDisposable
{
    private readonly Socket _server = Udp();
    private readonly HashSet<EndPoint> _seen = [];
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly Task _echoing;

    public ImpairedRelayTests() => _echoing = EchoAsync();

    [Fact]
    public async Task Every_client_has_its_own_way_there_and_back()
    {
        await using var relay = Relay(LinkProfile.Clear);
        using var ann = Client(relay);
        using var bob = Client(relay);
        Assert.Equal(1, await AskAsync(ann, 1));
        Assert.Equal(2, await AskAsync(bob, 2));
        Assert.Equal(3, await AskAsync(ann, 3));
        Assert.Equal((2, 2), (_seen.Count, relay.Clients));
        Assert.Equal((6, 0), (relay.Taken, relay.Lost));
    }

    [Fact]
    public async Task What_is_under_way_comes_when_it_is_due()
    {
        await using var relay = Relay(new() { DelayMs = 200 });
        using var ann = Client(relay);
        await ann.SendAsync(new byte[] { 9 });
        await Eventually.SeesAsync(() => relay.Taken, static taken => taken == 1);

        // Half up, half down.
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Empty(_seen);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.SeesAsync(() => relay.Taken, static taken => taken == 2);
        Assert.Equal(0, ann.Available);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(9, await AnswerAsync(ann));
    }

    [Fact]
    public async Task After_a_cable_change_one_comes_from_another_port_and_what_was_under_way_is_lost()
    {
        await using var relay = Relay(LinkProfile.Clear);
        using var ann = Client(relay);
        await AskAsync(ann, 1);
        relay.Switch(new() { DelayMs = 200 });
        await ann.SendAsync(new byte[] { 2 });
        await Eventually.SeesAsync(() => relay.Taken, static taken => taken == 3);
        relay.CableChange();
        Assert.Equal((0, 1), (relay.Clients, relay.Lost));

        relay.Switch(LinkProfile.Clear);
        Assert.Equal(3, await AskAsync(ann, 3));
        Assert.Equal(2, _seen.Count);
    }

    [Fact]
    public async Task Where_everything_is_lost_nothing_arrives()
    {
        await using var relay = Relay(new() { LossRatio = 1 });
        using var ann = Client(relay);
        await ann.SendAsync(new byte[] { 1 });
        await Eventually.SeesAsync(() => relay.Lost, static lost => lost == 1);
        relay.Switch(LinkProfile.Clear);
        Assert.Equal(2, await AskAsync(ann, 2));
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _echoing;
    }

    private static Socket Udp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Socket Client(ImpairedRelay relay)
    {
        var socket = Udp();
        socket.Connect(relay.Address);
        return socket;
    }

    private static async Task<int> AskAsync(Socket client, byte what)
    {
        await client.SendAsync(new[] { what });
        return await AnswerAsync(client);
    }

    private static async Task<int> AnswerAsync(Socket client)
    {
        var buffer = new byte[16];
        await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        return buffer[0];
    }

    private ImpairedRelay Relay(LinkProfile profile) => new((IPEndPoint)_server.LocalEndPoint!, profile, seed: 1, _time);

    private async Task EchoAsync()
    {
        var buffer = new byte[16];
        while (true)
        {
            try
            {
                var got = await _server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                _seen.Add(got.RemoteEndPoint);
                await _server.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), SocketFlags.None, got.RemoteEndPoint);
            }
            catch (Exception none) when (none is SocketException or ObjectDisposedException)
            {
                if (_server.SafeHandle.IsClosed)
                {
                    return;
                }
            }
        }
    }
}
