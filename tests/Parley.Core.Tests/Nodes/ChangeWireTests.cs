using System.Text;
using Parley.Ids;
using Parley.Json;
using Xunit;
using static Parley.Nodes.Forge;

namespace Parley.Nodes;

public sealed class ChangeWireTests
{
    private static readonly RoomId Room = new("xnet-channel-c");

    [Fact]
    public void The_wire_form_has_the_protocols_fields_in_a_fixed_order()
    {
        var change = Verify(Signed(Unsigned))!;
        var expected = $$"""
            {"id":"chg-1","type":"node-change","hash":"{{change.Hash}}","room":"xnet-channel-c","nodeId":"msg-1",
            "schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0","lamportTime":7,"lamportAuthor":"{{A.Person}}","authorDid":"{{A.Person}}",
            "wallTime":1718641200000,"parentHash":null,
            "payload":{"nodeId":"msg-1","properties":{"channel":"c","content":"hello"},"schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0"},
            "signatureB64":"{{Convert.ToBase64String(change.Signature.Span)}}","protocolVersion":4}
            """;
        Assert.Equal(
            expected.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(ChangeWire.ToBytes(change, Room)));
    }

    [Fact]
    public void A_schema_stands_at_the_top_only_where_it_was_signed()
    {
        var update = Verify(Signed(Unsigned.WithPayload(p => p.Without("schemaId"))))!;
        JsonReader.TryRead(ChangeWire.ToBytes(update, Room), out var wire);
        Assert.Null(wire["schemaId"]);
        Assert.NotNull(Verify(wire));
    }

    [Fact]
    public void Absent_fields_stay_absent()
    {
        var change = Verify(Signed(Unsigned.Without("protocolVersion")))!;
        JsonReader.TryRead(ChangeWire.ToBytes(change, Room), out var wire);
        Assert.Null(wire["protocolVersion"]);
        Assert.Null(wire["batchId"]);
        Assert.Null(wire["payload"]!["deleted"]);
        Assert.NotNull(Verify(wire));
    }

    [Fact]
    public void What_was_signed_survives_wire_and_store_and_what_was_not_is_dropped()
    {
        var unsigned = Unsigned.With("batchId", JsonValue.Of("b")).With("batchIndex", JsonValue.Of(0)).With("batchSize", JsonValue.Of(3))
            .With("parentHash", JsonValue.Of("p"))
            .WithPayload(p => p.With("deleted", JsonValue.False).With("later", Forge.Json("""{"2":[1e21,"\ud800"],"1":"é"}""")).With("aaa", JsonValue.Null));
        var received = Verify(Signed(unsigned).With("extra", JsonValue.True))!;
        var bytes = ChangeWire.ToBytes(received, Room);
        Assert.Equal(JsonFault.None, JsonReader.TryRead(bytes, out var wire));
        Assert.Null(wire["extra"]);
        Assert.Equal("xnet-channel-c", wire["room"]!.Text);

        var relayed = Verify(wire)!;
        var stored = ChangeWire.FromTrustedBytes(bytes);
        foreach (var change in new[] { relayed, stored })
        {
            Assert.Equal(received.Hash, change.Hash);
            Assert.Equal(CanonicalJson.ToBytes(unsigned), change.Canonical.ToArray());
            Assert.Equal(received.Signature.ToArray(), change.Signature.ToArray());
            Assert.Equal(unsigned["payload"]!["later"], change.Fields.Payload.Unknown!["later"]);
            Assert.Equal(bytes, ChangeWire.ToBytes(change, Room));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    public void A_spoilt_store_is_a_storage_failure(string bytes)
    {
        var failure = Assert.Throws<ParleyException>(() => ChangeWire.FromTrustedBytes(Encoding.UTF8.GetBytes(bytes)));
        Assert.Equal(ParleyErrorCode.Storage, failure.Code);
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("signatureB64")]
    public void A_stored_change_without_its_proof_is_a_storage_failure(string name) =>
        Assert.Throws<ParleyException>(() => ChangeWire.FromTrustedBytes(CanonicalJson.ToBytes(Signed(Unsigned).Without(name))));
}
