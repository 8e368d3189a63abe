using System.Net.WebSockets;
using System.Text;
using Parley.Frames;
using Parley.Identity;
using Parley.Json;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Hub;

/// <summary>A bare socket to a hub that speaks frames as text, for tests about the wire itself.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Author Somebody = new(250);

    private readonly ClientWebSocket _socket = new();

    private HubClient()
    {
    }

    /// <summary>The hub's first frame; <see cref="JsonValue.Null"/> where it closed instead.</summary>
    public JsonValue Handshake { get; private set; } = JsonValue.Null;

    /// <summary>The sub-protocol that the hub chose.</summary>
    public string? SubProtocol => _socket.SubProtocol;

    /// <summary>Why the hub closed, once it did.</summary>
    public (int? Code, string? Reason) Closed => ((int?)_socket.CloseStatus, _socket.CloseStatusDescription);

    /// <summary>Connects as somebody.</summary>
    public static Task<HubClient> ConnectAsync(HubFixture hub, string path = "/", params string[] subProtocols) =>
        ShowAsync(hub, Tokens.Of(Somebody, hub).Text, path, subProtocols);

    /// <summary>Connects showing a token, or none.</summary>
    public static Task<HubClient> ShowAsync(HubFixture hub, string? token, string path = "/", params string[] subProtocols) =>
        ShowAsync(new Uri(hub.Socket, path), token, subProtocols);

    /// <summary>As the other, to a hub anywhere.</summary>
    public static async Task<HubClient> ShowAsync(Uri hub, string? token, params string[] subProtocols)
    {
        var client = new HubClient();
        if (token is not null)
        {
            client._socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        }

        foreach (var subProtocol in subProtocols)
        {
            client._socket.Options.AddSubProtocol(subProtocol);
        }

        await client._socket.ConnectAsync(hub, TestContext.Current.CancellationToken);
        client.Handshake = await client.ReadAsync() ?? JsonValue.Null;
        return client;
    }

    /// <summary>Connects and says hello as a Parley client does.</summary>
    public static Task<HubClient> JoinAsync(HubFixture hub, string did, params string[] topics) =>
        JoinAsync(hub, Tokens.Of(Author.Of(did), hub), did, topics);

    /// <summary>As the other, showing a token.</summary>
    public static async Task<HubClient> JoinAsync(HubFixture hub, UcanToken token, string did, params string[] topics)
    {
        var client = await ShowAsync(hub, token.Text);
        await client.SendAsync(ClientFrames.Handshake(did, [Features.Ack, Features.Seq]));
        await client.SubscribeAsync(topics);
        return client;
    }

    /// <summary>Connects as a client that takes no acknowledgements, as those of others: what is not taken it never offers again.</summary>
    public static async Task<HubClient> JoinWithoutAcksAsync(HubFixture hub, string did)
    {
        var client = await ShowAsync(hub, Tokens.Of(Author.Of(did), hub).Text);
        await client.SendAsync(ClientFrames.Handshake(did, []));
        return client;
    }

    /// <summary>Sends changes one by one and expects that none is refused.</summary>
    public async Task HandInAsync(params Parley.Nodes.Change[] changes)
    {
        foreach (var change in changes)
        {
            await SendAsync(Author.Frame(change));
        }

        Assert.DoesNotContain(await ReadUntilPongAsync(), static f => f["type"]!.Text == "node-error");
    }

    public async Task SubscribeAsync(params string[] topics)
    {
        await SendAsync(ClientFrames.Subscribe([.. topics.Select(static t => new Parley.Ids.RoomId(t))]));
        Assert.Equal("subscribed", (await ReadAsync())!["type"]!.Text);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] utf8, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(utf8, type, endOfMessage: true, TestContext.Current.CancellationToken);

    public Task SendPartAsync(byte[] utf8, bool isLast) =>
        _socket.SendAsync(utf8, WebSocketMessageType.Text, isLast, TestContext.Current.CancellationToken);

    /// <summary>The next frame; null where the hub closed.</summary>
    public async Task<JsonValue?> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                Assert.Equal(JsonFault.None, JsonReader.TryRead(message.ToArray(), out var value));
                return value;
            }
        }
    }

    /// <summary>The next frame of a type, passing over others.</summary>
    public async Task<JsonValue> ReadAsync(string type)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame["type"]?.Text == type)
            {
                return frame;
            }
        }

        throw new InvalidOperationException($"The hub closed ({Closed}) before a {type}.");
    }

    /// <summary>Everything that the hub says before it answers a ping: what is not among it was not sent.</summary>
    public async Task<IReadOnlyList<JsonValue>> ReadUntilPongAsync()
    {
        await SendAsync(ClientFrames.Ping());
        var frames = new List<JsonValue>();
        while (await ReadAsync() is { } frame)
        {
            if (frame["type"]?.Text == "pong")
            {
                return frames;
            }

            frames.Add(frame);
        }

        throw new InvalidOperationException($"The hub closed: {Closed}.");
    }

    /// <summary>Drops the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var patience = new CancellationTokenSource(Patience);
            await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }

        _socket.Dispose();
    }
}
