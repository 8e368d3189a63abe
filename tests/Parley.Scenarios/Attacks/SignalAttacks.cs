using Parley.Calls;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Scenarios.Calls;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>
/// What a hub itself could do to a call, or let others do: here one that passes on everything from everybody. The clients refuse it.
/// </summary>
public sealed class SignalAttacks : IAsyncLifetime
{
    private readonly Author _eve = new(9);
    private CallScene _scene = null!;
    private HubClient _spy = null!;
    private string _topic = "";

    private Caller Ann => _scene.People[0];

    private Caller Bob => _scene.People[1];

    /// <summary>Ann and Bob talk; the spy sees every signal, and says what it likes.</summary>
    public async ValueTask InitializeAsync()
    {
        _scene = await CallScene.OpenAsync(static hub => hub.Open = true);
        await _scene.AddAsync("Ann");
        await _scene.AddAsync("Bob");
        _topic = RoomNames.Call(Ann.Channel).Value;
        _spy = await HubClient.ShowAsync(_scene.Hub, null);
        await _spy.SubscribeAsync(_topic);
        await Ann.JoinAsync(new(Audio: true));
        await Bob.JoinAsync(new(Audio: true));
    }

    public async ValueTask DisposeAsync()
    {
        await _spy.DisposeAsync();
        await _scene.DisposeAsync();
    }

    [Trait("weak-spot", "W7")]
    [Theory]
    [InlineData("replayed")]
    [InlineData("swapped fingerprint")]
    [InlineData("unsigned")]
    [InlineData("signed by somebody else")]
    [InlineData("to another session")]
    public async Task An_offer_that_was_not_meant_so_is_refused(string how)
    {
        var heard = (await _spy.ReadUntilPongAsync()).Select(static frame => frame["data"]).OfType<JsonValue>().ToList();
        var offer = heard.Last(signal => signal["kind"]?.Text == "offer");
        var victim = offer["to"]!.Text == Ann.Session!.Id.Value ? Ann : Bob;
        var swapped = offer["sdp"]!.Text!.Replace("AA:BB", "EE:EE", StringComparison.Ordinal);
        var made = _scene.Media.Descriptions;
        var forged = how switch
        {
            "replayed" => offer,
            "swapped fingerprint" => offer.With("sdp", JsonValue.Of(swapped)).With("round", JsonValue.Of(99)),
            "unsigned" => offer.With("sdp", JsonValue.Of(swapped)).With("sig", JsonValue.Null).With("round", JsonValue.Of(99)),
            "signed by somebody else" => Sign(offer.With("sdp", JsonValue.Of(swapped)).With("round", JsonValue.Of(99)), 500),
            _ => offer.With("to", JsonValue.Of(Other(victim).Session!.Id.Value)).With("round", JsonValue.Of(99)),
        };

        await _spy.SendAsync(ClientFrames.Publish(new(_topic), forged));
        await _spy.ReadUntilPongAsync();
        await _scene.PassAsync(TimeSpan.FromSeconds(2));

        // Not even the answer that was given already is given again.
        Assert.DoesNotContain(await _spy.ReadUntilPongAsync(), frame => frame["data"]?["kind"]?.Text == "answer");
        Assert.Equal(made, _scene.Media.Descriptions);
        Assert.True(Ann.IsConnectedWith(1) && Bob.IsConnectedWith(1));
    }

    [Trait("weak-spot", "W7")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_leave_that_nobody_said_removes_nobody(bool isSigned)
    {
        var leave = CallSignalWriter.Write(new LeaveSignal(Bob.Session!.Id, isSigned ? 9_999 : null));
        await _spy.SendAsync(ClientFrames.Publish(new(_topic), isSigned ? Sign(leave, 501) : leave));
        await _spy.ReadUntilPongAsync();
        await _scene.PassAsync(TimeSpan.FromSeconds(6));

        Assert.True(Ann.IsConnectedWith(1) && Bob.IsConnectedWith(1));
    }

    private Caller Other(Caller person) => person == Ann ? Bob : Ann;

    private JsonValue Sign(JsonValue signal, long counter)
    {
        var bare = JsonValue.Object([.. signal.Members.Where(static member => member.Key != "sig")]);
        var time = _scene.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var value = _eve.Sign((ReadOnlyMemory<byte>)SignalSignature.BytesToSign(new RoomId(_topic), bare, counter, time));
        return new SignalSignature(counter, time, value).AddTo(bare);
    }
}
