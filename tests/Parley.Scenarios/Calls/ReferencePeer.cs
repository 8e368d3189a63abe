using System.Threading.Channels;
using Parley.Calls;
using Parley.Frames;
using Parley.Json;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Calls;

/// <summary>A peer that speaks the reference's signals and nothing else: it signs nothing, renews nothing, says nothing twice, and gives a candidate at once.</summary>
internal sealed class ReferencePeer : IAsyncDisposable
{
    private readonly HubClient _hub;
    private readonly string _topic;
    private readonly string _self;
    private readonly FakeCallMedia _media;
    private readonly HashSet<SessionId> _peers = [];
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private readonly string _did;
    private readonly Task _running;

    private ReferencePeer(HubClient hub, FakeMediaWorld world, string did, string topic)
    {
        (_hub, _topic, _self) = (hub, topic, did + "#k3v9x0ab");
        _did = did;
        _media = world.Open(Take);
        _running = Task.WhenAll(ListenAsync(), SpeakAsync());
    }

    public int ConnectedCount => _media.ConnectedCount;

    public static async Task<ReferencePeer> JoinAsync(HubFixture hub, FakeMediaWorld world, Author who, string topic)
    {
        var client = await HubClient.JoinAsync(hub, Tokens.Of(who, hub), who.Did, topic);
        var peer = new ReferencePeer(client, world, who.Did, topic);
        peer.Say(("kind", JsonValue.Of("announce")), ("did", JsonValue.Of(who.Did)), ("media", Media()));
        return peer;
    }

    public async Task LeaveAsync()
    {
        Say(("kind", JsonValue.Of("leave")));
        await _media.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.Complete();
        _hub.Abort();
        await _running;
        await _hub.DisposeAsync();
    }

    private static JsonValue Media() => JsonValue.Object(("audio", JsonValue.True), ("video", JsonValue.False), ("screen", JsonValue.False));

    private void Say(params ReadOnlySpan<(string Name, JsonValue? Value)> fields) =>
        _outgoing.Writer.TryWrite(ClientFrames.Publish(new(_topic), JsonValue.Object([("from", JsonValue.Of(_self)), .. fields])));

    private async Task SpeakAsync()
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync())
            {
                await _hub.SendAsync(frame);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // The socket was dropped.
        }
    }

    private void Take(MediaFact fact)
    {
        switch (fact)
        {
            case OfferCreated offer:
                Say(("kind", JsonValue.Of("offer")), ("to", JsonValue.Of(offer.Peer.Value)), ("sdp", JsonValue.Of(offer.Sdp)));
                break;
            case AnswerCreated answer:
                Say(("kind", JsonValue.Of("answer")), ("to", JsonValue.Of(answer.Peer.Value)), ("sdp", JsonValue.Of(answer.Sdp)));
                break;
            case IceCandidateFound ice:
                Say(("kind", JsonValue.Of("ice")), ("to", JsonValue.Of(ice.Peer.Value)), ("candidate", ice.Candidate));
                break;
            default:
                break;
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            while (await _hub.ReadAsync() is { } frame)
            {
                if (frame["type"]?.Text == "publish" && frame["topic"]?.Text == _topic && frame["data"] is { } signal)
                {
                    Hear(signal);
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // The socket was dropped, or said nothing any more.
        }
    }

    // protocol.md 7.3, as the reference has it.
    private void Hear(JsonValue signal)
    {
        if (!SessionId.TryParse(signal["from"]?.Text, out var from) || (signal["to"]?.Text is { } to && to != _self))
        {
            return;
        }

        switch (signal["kind"]?.Text)
        {
            case "announce":
                Add(from);
                Say(("kind", JsonValue.Of("welcome")), ("to", JsonValue.Of(from.Value)), ("did", JsonValue.Of(_did)), ("media", Media()));
                OfferIfFirst(from);
                break;
            case "welcome":
                Add(from);
                OfferIfFirst(from);
                break;
            case "offer" when _peers.Contains(from):
                _media.CreateAnswer(from, 0, signal["sdp"]!.Text!);
                break;
            case "answer":
                _media.SetRemoteDescription(from, signal["sdp"]!.Text!);
                break;
            case "leave":
                _peers.Remove(from);
                _media.ClosePeerConnection(from);
                break;
            default:
                break;
        }
    }

    private void Add(SessionId peer)
    {
        if (_peers.Add(peer))
        {
            _media.CreatePeerConnection(peer, isOfferer: false);
        }
    }

    private void OfferIfFirst(SessionId peer)
    {
        if (string.CompareOrdinal(_self, peer.Value) < 0)
        {
            _media.CreateOffer(peer, 0, iceRestart: false);
        }
    }
}
