using System.Text;
using Parley.Ids;
using Parley.Nodes;
using Xunit;

namespace Parley.Frames;

public sealed class HubFrameTests
{
    private static readonly string Hash = "cid:blake3:" + new string('0', 63) + "1";

    [Fact]
    public void A_reference_hubs_frames_are_understood()
    {
        var handshake = Read<HubFrame.Handshake>(
            """{"type":"handshake","version":"0.0.1","protocolVersion":1,"minProtocolVersion":1,"features":["batch-push"],"isDemo":false}""");
        Assert.Equal((1, null, null), (handshake.ProtocolVersion, handshake.HubDid, handshake.Epoch));
        Assert.Equal(["batch-push"], handshake.Features);

        var live = Read<HubFrame.NodeChange>("""{"type":"publish","topic":"t","data":{"type":"node-change","room":"r","change":{"id":"c"}}}""");
        Assert.Equal(("t", "r", null, null), (live.Topic, live.Room, live.Change.Seq, live.Epoch));

        var page = Read<HubFrame.SyncResponse>("""{"type":"node-sync-response","room":"r","changes":[{"id":"a"}],"highWaterMark":4}""");
        Assert.Equal((4d, false, null, null), (page.HighWaterMark, page.HasMore, page.Seq, page.Changes[0].Seq));

        var error = Read<HubFrame.NodeError>("""{"type":"node-error","code":"INVALID_CHANGE","error":"Malformed mentions declaration"}""");
        Assert.Equal(("INVALID_CHANGE", null, null), (error.Code, error.Hash, error.Room));
        Assert.Equal("upgrade-hub", Read<HubFrame.VersionMismatch>(
            """{"type":"version-mismatch","hubVersion":"1","clientVersion":"3","suggestion":"upgrade-hub","message":"m"}""").Suggestion);
        Assert.Equal("UNAUTHORIZED", Read<HubFrame.AuthDenied>(
            """{"type":"auth-denied","code":"UNAUTHORIZED","action":"hub/signal","resource":"call:c","error":"no"}""").Code);
        Assert.Equal(3, Read<HubFrame.Cleared>("""{"type":"node-cleared","room":"r","cleared":3}""").Count);
        Assert.Equal("slow down", Read<HubFrame.Error>("""{"type":"error","message":"slow down"}""").Message);
        Assert.Single(Read<HubFrame.AwarenessSnapshot>(
            """{"type":"publish","topic":"t","data":{"type":"awareness-snapshot","from":"hub-relay","users":[{"did":"d"}]}}""").Users.Items);
        Assert.Equal("sync-step1", Read<HubFrame.Publish>("""{"type":"publish","topic":"t","data":{"type":"sync-step1"}}""").Data["type"]!.Text);
        Read<HubFrame.Subscribed>("""{"type":"subscribed","topics":[]}""");
        Read<HubFrame.Pong>("""{"type":"pong"}""");
        Read<HubFrame.Unknown>("""{"type":"query-response","id":"1"}""");
    }

    [Fact]
    public void The_additions_of_a_parley_hub_are_understood()
    {
        var live = Read<HubFrame.NodeChange>("""{"type":"publish","topic":"t","data":{"type":"node-change","room":"r","change":{},"seq":8,"epoch":"e"}}""");
        Assert.Equal((8, "e"), (live.Change.Seq, live.Epoch));

        var page = Read<HubFrame.SyncResponse>(
            """{"type":"node-sync-response","room":"r","changes":[{},{}],"highWaterMark":4,"hasMore":true,"seq":9,"seqs":[7,9],"epoch":"e"}""");
        Assert.Equal((true, 9, "e"), (page.HasMore, page.Seq, page.Epoch));
        Assert.Equal([7, 9], page.Changes.Select(c => c.Seq));

        var ack = Read<HubFrame.NodeAck>($$"""{"type":"node-ack","room":"r","acks":[{"hash":"{{Hash}}","seq":3}]}""");
        Assert.Equal((ChangeHash.Parse(Hash), 3L), Assert.Single(ack.Acks));
        Assert.Equal(ChangeHash.Parse(Hash), Read<HubFrame.NodeError>($$"""{"type":"node-error","code":"X","error":"","hash":"{{Hash}}"}""").Hash);
    }

    [Theory]
    [InlineData("""{"type":"node-sync-response","room":"r","changes":[{},{}],"highWaterMark":4,"seqs":[7]}""")]
    [InlineData("""{"type":"node-sync-response","room":"r","changes":[5],"highWaterMark":4}""")]
    [InlineData("""{"type":"node-sync-response","room":"r","changes":[],"highWaterMark":"4"}""")]
    [InlineData("""{"type":"publish","topic":"t","data":{"type":"node-change","room":"r","change":{},"seq":"8"}}""")]
    [InlineData("""{"type":"publish","topic":"t","data":{"type":"node-change","room":"r","change":5}}""")]
    [InlineData("""{"type":"node-ack","room":"r","acks":5}""")]
    [InlineData("""{"type":"handshake","protocolVersion":"1","minProtocolVersion":1,"features":[]}""")]
    [InlineData("""{"type":"subscribed"}""")]
    [InlineData("""{}""")]
    public void A_hub_that_sends_wrong_fields_is_not_believed(string frame) =>
        Assert.Equal(FrameFault.BadFields, HubFrame.TryRead(Encoding.UTF8.GetBytes(frame), out _, out _));

    private static T Read<T>(string frame)
        where T : HubFrame
    {
        var fault = HubFrame.TryRead(Encoding.UTF8.GetBytes(frame), out var read, out var why);
        Assert.True(fault == FrameFault.None, why);
        return Assert.IsType<T>(read);
    }
}
