using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Frames;
using Parley.Ids;

namespace Parley.Cli.Bench;

/// <summary>A client that speaks the reference frames and nothing else, so that it may measure any hub of xnet/1.0.</summary>
internal sealed class BenchClient : IAsyncDisposable
{
    private readonly BenchRun _run;
    private readonly TaskCompletionSource<string> _handshake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _subscribed;
    private BenchSocket? _socket;

    private BenchClient(BenchRun run) => _run = run;

    /// <summary>Takes every relayed frame.</summary>
    public FrameReceived? Published { get; set; }

    /// <summary>Takes every page of catch-up.</summary>
    public FrameReceived? Paged { get; set; }

    /// <summary>Takes every acknowledgement.</summary>
    public FrameReceived? Acknowledged { get; set; }

    /// <summary>The hub's first frame.</summary>
    public Task<string> Handshake => _handshake.Task;

    /// <summary>Connects, with a token that the client makes for itself, and waits for the hub's handshake.</summary>
    /// <param name="run">The run.</param>
    /// <param name="published">Takes every relayed frame.</param>
    /// <param name="who">Whose socket it is, where that matters.</param>
    public static async Task<BenchClient> ConnectAsync(BenchRun run, FrameReceived? published = null, BenchPerson? who = null)
    {
        var client = new BenchClient(run) { Published = published };
        client._socket = await BenchSocket.ConnectAsync(run.Hub, await (who ?? run.Anybody).TokenAsync(run.Hub), client.Receive, run.Stopped);
        _ = client.WatchCloseAsync();
        await client.Handshake.WaitAsync(TimeSpan.FromSeconds(10), run.Stopped);
        return client;
    }

    /// <summary>Asks for acknowledgements from now on.</summary>
    public ValueTask TakeAcknowledgementsAsync() => SendTextAsync(ClientFrames.Handshake("", [Features.Ack, Features.Seq]));

    public ValueTask SendAsync(ReadOnlyMemory<byte> encoded) => Socket.SendAsync(encoded, _run.Stopped);

    public ValueTask SendTextAsync(ReadOnlySpan<byte> json) => Socket.SendTextAsync(json, _run.Stopped);

    /// <summary>Subscribes and waits until the hub confirms.</summary>
    public async Task SubscribeAsync(params RoomId[] topics)
    {
        _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendTextAsync(ClientFrames.Subscribe(topics));
        await _subscribed.Task.WaitAsync(TimeSpan.FromSeconds(10), _run.Stopped);
    }

    public async ValueTask DisposeAsync()
    {
        var socket = Interlocked.Exchange(ref _socket, null);
        if (socket is not null)
        {
            await socket.DisposeAsync();
        }
    }

    private BenchSocket Socket => _socket ?? throw new ObjectDisposedException(nameof(BenchClient));

    private async Task WatchCloseAsync()
    {
        var code = await Socket.Closed;
        if (_socket is not null)
        {
            _run.Fail($"the hub closed a connection with code {code}");
        }
    }

    private void Receive(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("{\"type\":\"publish\""u8))
        {
            Published?.Invoke(payload);
        }
        else if (payload.StartsWith("{\"type\":\"node-sync-response\""u8))
        {
            Paged?.Invoke(payload);
        }
        else if (payload.StartsWith("{\"type\":\"node-ack\""u8))
        {
            Acknowledged?.Invoke(payload);
        }
        else
        {
            ReceiveControl(payload);
        }
    }

    private void ReceiveControl(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        using var frame = JsonDocument.ParseValue(ref reader);
        var root = frame.RootElement;
        switch (root.GetProperty("type").GetString())
        {
            case "handshake":
                _handshake.TrySetResult(root.GetRawText());
                break;
            case "subscribed":
                _subscribed?.TrySetResult();
                break;
            case "publish":
                Published?.Invoke(payload);
                break;
            case "node-sync-response":
                Paged?.Invoke(payload);
                break;
            case "error":
                var message = root.GetProperty("message").GetString();
                _run.Fail($"the hub says: {message}. A hub that is to be measured needs higher limits: "
                    + "parley hub --open --limit frames-per-second=1000000 --limit changes-per-second=1000000 --limit queue-bytes=67108864");
                break;
            case "node-error" or "auth-denied":
                _run.Fail($"the hub refused: {root.GetProperty("code").GetString()} {(root.TryGetProperty("error", out var error) ? error.GetString() : "")}");
                break;
        }
    }
}
