using System.Text;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Xunit;

namespace Parley.Frames;

public sealed class ClientFrameTests
{
    [Theory]
    [Trait("weak-spot", "W14")]
    [InlineData("""{"type":"node-change","change":{}}""")]
    [InlineData("""{"type":"node-change","room":"r"}""")]
    [InlineData("""{"type":"node-change","room":"","change":{}}""")]
    [InlineData("""{"type":"node-change","room":5,"change":{}}""")]
    [InlineData("""{"type":"node-change","room":"r","change":[1]}""")]
    [InlineData("""{"type":"node-change","room":"r","change":null}""")]
    [InlineData("""{"type":"node-change-batch","room":"r","changes":[]}""")]
    [InlineData("""{"type":"node-change-batch","room":"r","changes":{}}""")]
    [InlineData("""{"type":"node-change-batch","room":"r","changes":[{},5]}""")]
    [InlineData("""{"type":"node-change-batch","room":"r"}""")]
    [InlineData("""{"type":"awareness","from":"x","update":"not base64!"}""")]
    [InlineData("""{"type":"awareness","from":"x","state":{}}""")]
    [InlineData("""{"type":"awareness","from":5,"update":"AQcCBG51bGw="}""")]
    [InlineData("""{"type":"node-sync-request","room":"r","sinceLamport":"0"}""")]
    public void Data_of_a_known_type_but_not_of_its_shape_is_a_fault_and_never_a_relay(string data) =>
        Assert.Equal(FrameFault.BadFields, Fault($$$"""{"type":"publish","topic":"r","data":{{{data}}}}"""));

    [Fact]
    public void A_batch_has_at_most_a_thousand_changes()
    {
        string Batch(int count) =>
            $$$"""{"type":"publish","topic":"r","data":{"type":"node-change-batch","room":"r","changes":[{{{string.Join(',', Enumerable.Repeat("{}", count))}}}]}}""";
        Assert.Equal(1_000, Assert.IsType<ClientFrame.NodeChangeBatch>(Read(Batch(1_000))).Changes.Count);
        Assert.Equal(FrameFault.BadFields, Fault(Batch(1_001)));
    }

    [Theory]
    [InlineData("{nope")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[1,2]")]
    [InlineData("""{"type":"ping"}{"type":"ping"}""")]
    [InlineData("""{"type":"wat","type":"ping"}""")]
    [InlineData("""{"type":"ping","__proto__":{"x":1}}""")]
    public void What_is_not_one_JSON_object_is_malformed(string frame) => Assert.Equal(FrameFault.Malformed, Fault(frame));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"subscribe"}""")]
    [InlineData("""{"type":"subscribe","topics":"t1"}""")]
    [InlineData("""{"type":"subscribe","topics":["t3",5]}""")]
    [InlineData("""{"type":"subscribe","topics":[""]}""")]
    [InlineData("""{"type":"publish","data":1}""")]
    [InlineData("""{"type":"publish","topic":"t"}""")]
    [InlineData("""{"type":"node-sync-request","room":"r"}""")]
    [InlineData("""{"type":"node-sync-request","room":"r","sinceLamport":0,"sinceSeq":-1}""")]
    [InlineData("""{"type":"node-sync-request","room":"r","sinceLamport":0,"invite":"secret"}""")]
    [InlineData("""{"type":"node-sync-request","room":"r","sinceLamport":0,"invite":{"op":"AAAA","proof":"AAAA"}}""")]
    [InlineData("""{"type":"node-sync-request","room":"r","sinceLamport":0,"sinceSeq":1.5}""")]
    [InlineData("""{"type":"client-handshake","protocolVersion":1.5,"features":[]}""")]
    [InlineData("""{"type":"client-handshake","protocolVersion":1,"features":[1]}""")]
    [InlineData("""{"type":"node-clear"}""")]
    public void A_known_type_with_wrong_fields_is_a_fault(string frame) => Assert.Equal(FrameFault.BadFields, Fault(frame));

    [Fact]
    public void A_name_longer_than_a_rooms_is_a_fault()
    {
        Assert.Equal(FrameFault.BadFields, Fault($$"""{"type":"subscribe","topics":["{{new string('x', RoomId.LengthMax + 1)}}"]}"""));
        Assert.IsType<ClientFrame.Subscribe>(Read($$"""{"type":"subscribe","topics":["{{new string('x', RoomId.LengthMax)}}"]}"""));
    }

    [Fact]
    public void Reference_frames_are_understood()
    {
        Assert.Equal("wat", Assert.IsType<ClientFrame.Unknown>(Read("""{"type":"wat"}""")).Type);
        Assert.IsType<ClientFrame.Unknown>(Read("""{"type":"node-change","room":"r","change":{}}"""));
        Assert.IsType<ClientFrame.Ping>(Read("  {\"type\":\"ping\"}\n"));
        Assert.Equal(JsonValue.Null, Assert.IsType<ClientFrame.Publish>(Read("""{"type":"publish","topic":"t","data":null,"extra":1}""")).Data);
        Assert.Equal("plain", Assert.IsType<ClientFrame.Publish>(Read("""{"type":"publish","topic":"t","data":"plain"}""")).Data.Text);
        Assert.Equal(-1.5, Assert.IsType<ClientFrame.SyncRequest>(Read("""{"type":"node-sync-request","room":"r","sinceLamport":-1.5}""")).SinceLamport);
        Assert.Equal("r2", Assert.IsType<ClientFrame.SyncRequest>(
            Read("""{"type":"publish","topic":"r","data":{"type":"node-sync-request","room":"r2","sinceLamport":1}}""")).Room);
        var handshake = Assert.IsType<ClientFrame.Handshake>(Read("""{"type":"client-handshake","did":"did:key:zA","protocolVersion":4,"features":[]}"""));
        Assert.Equal((4, 1), (handshake.ProtocolVersion, handshake.MinProtocolVersion));
    }

    [Fact]
    public void An_awareness_update_is_decoded_and_its_data_kept_as_it_came()
    {
        foreach (var base64 in (ReadOnlySpan<string>)["AQcCBG51bGw=", "AQcCBG51bGw"])
        {
            var frame = Assert.IsType<ClientFrame.AwarenessUpdate>(
                Read($$$"""{"type":"publish","topic":"xnet-doc-n","data":{"type":"awareness","from":"k3","update":"{{{base64}}}","more":1}}"""));
            Assert.Equal("010702046e756c6c", Convert.ToHexStringLower(frame.Update));
            Assert.Equal(base64, frame.Data["update"]!.Text);
        }
    }

    [Fact]
    public void What_a_client_writes_a_hub_reads()
    {
        RoomId room = new("xnet-channel-\"😀\"");
        var wire = ChangeWire.ToBytes(Written.By(Written.Ann, new("m"), """{"channel":"c","content":"hi"}""", Schemas.ChatMessage), room);

        var handshake = Assert.IsType<ClientFrame.Handshake>(Read(ClientFrames.Handshake("did:key:zA", [Features.Ack, Features.Seq])));
        Assert.Equal(("did:key:zA", 1, 1), (handshake.Did, handshake.ProtocolVersion, handshake.MinProtocolVersion));
        Assert.Equal([Features.Ack, Features.Seq], handshake.Features);
        Assert.Equal([room.Value, "b"], Assert.IsType<ClientFrame.Subscribe>(Read(ClientFrames.Subscribe([room, new("b")]))).Topics);
        Assert.Equal(["b"], Assert.IsType<ClientFrame.Unsubscribe>(Read(ClientFrames.Unsubscribe([new("b")]))).Topics);
        Assert.Equal(new ClientFrame.SyncRequest(room.Value, 7, 9, "e"), Read(ClientFrames.SyncRequest(room, 7, 9, "e")));
        Assert.Equal(new ClientFrame.SyncRequest(room.Value, 7, null, null), Read(ClientFrames.SyncRequest(room, 7, null, null)));
        Assert.IsType<ClientFrame.Ping>(Read(ClientFrames.Ping()));

        var one = Assert.IsType<ClientFrame.NodeChange>(Read(ClientFrames.NodeChange(new("t"), room, wire)));
        Assert.Equal(("t", room.Value), (one.Topic, one.Room));
        Assert.Equal(JsonReader.Read(Encoding.UTF8.GetString(wire)), one.Change);
        var batch = Assert.IsType<ClientFrame.NodeChangeBatch>(Read(ClientFrames.NodeChangeBatch(new("t"), room, [wire, wire, wire])));
        Assert.Equal([one.Change, one.Change, one.Change], batch.Changes);

        var awareness = Assert.IsType<ClientFrame.AwarenessUpdate>(Read(ClientFrames.Awareness(room, "me", [1, 7, 2])));
        Assert.Equal("me", awareness.From);
        Assert.Equal([1, 7, 2], awareness.Update);
    }

    [Fact]
    public void A_batch_to_send_is_never_empty_nor_too_long()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClientFrames.NodeChangeBatch(new("t"), new("r"), []));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            ClientFrames.NodeChangeBatch(new("t"), new("r"), [.. Enumerable.Repeat<ReadOnlyMemory<byte>>("{}"u8.ToArray(), 1_001)]));
    }

    private static ClientFrame Read(string frame) => Read(Encoding.UTF8.GetBytes(frame));

    private static ClientFrame Read(byte[] frame)
    {
        var fault = ClientFrame.TryRead(frame, out var read, out var why);
        Assert.True(fault == FrameFault.None, why);
        return read!;
    }

    private static FrameFault Fault(string frame) => ClientFrame.TryRead(Encoding.UTF8.GetBytes(frame), out _, out _);
}
