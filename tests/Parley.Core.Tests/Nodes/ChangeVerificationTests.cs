using System.Text;
using Parley.Ids;
using Parley.Json;
using Xunit;
using static Parley.Nodes.Forge;

namespace Parley.Nodes;

public sealed class ChangeVerificationTests
{
    [Fact]
    public void A_good_change_is_planned_with_the_one_signature_it_needs()
    {
        var plan = ChangeVerification.Plan(Signed(Unsigned), out _, out var why);
        Assert.True(plan is not null, why);
        Assert.Equal(A.Person.PublicKey(), plan.Check.PublicKey.ToArray());
        Assert.Equal(plan.Change.Hash.ToString(), Encoding.ASCII.GetString(plan.Check.Message.Span));
        Assert.NotNull(Verify(Signed(Unsigned)));
        Assert.Null(ChangeVerification.Apply(plan, signatureHolds: false));
        Assert.Same(plan.Change, ChangeVerification.Apply(plan, signatureHolds: true));
    }

    [Fact]
    public void Every_field_arrives_in_the_change()
    {
        var unsigned = Unsigned.With("parentHash", JsonValue.Of("cid:blake3:00"))
            .With("batchId", JsonValue.Of("batch-1")).With("batchIndex", JsonValue.Of(1)).With("batchSize", JsonValue.Of(2))
            .WithPayload(p => p.With("deleted", JsonValue.True));
        var change = Verify(Signed(unsigned))!;
        Assert.Equal("chg-1", change.Fields.Id);
        Assert.Equal("node-change", change.Fields.Type);
        Assert.Equal(4, change.Fields.ProtocolVersion);
        Assert.Equal("cid:blake3:00", change.Fields.Parent);
        Assert.Equal(new BatchMark("batch-1", 1, 2), change.Fields.Batch);
        Assert.Equal(A.Person, change.Author);
        Assert.Equal((7L, 1718641200000L), (change.Lamport, change.WallTime));
        Assert.Equal(new NodeId("msg-1"), change.Node);
        Assert.Equal("xnet://xnet.fyi/ChatMessage@1.0.0", change.SchemaId);
        Assert.True(change.Fields.Payload.Deleted);
        Assert.Equal(unsigned["payload"]!["properties"], change.Properties);
        Assert.Equal(CanonicalJson.ToBytes(unsigned), change.Canonical.ToArray());
    }

    // Each value stands under a hash and signature that are right for it, so only the shape can be refused.
    [Theory]
    [InlineData("id", "null"), InlineData("id", "7"), InlineData("id", "\"\""), InlineData("id", "\"a\\u0000\""), InlineData("id", "\"\\ud800\"")]
    [InlineData("id", "\"\\udc00a\""), InlineData("type", "\"batch-commit\""), InlineData("type", "null")]
    [InlineData("authorDID", "null"), InlineData("authorDID", "\"did:key:anonymous\""), InlineData("authorDID", "\"did:web:example.org\"")]
    [InlineData("wallTime", "-1"), InlineData("wallTime", "1.5"), InlineData("wallTime", "\"1\""), InlineData("wallTime", "null"), InlineData("wallTime", "1e300")]
    [InlineData("lamport", "-1"), InlineData("lamport", "0.5"), InlineData("lamport", "\"7\""), InlineData("lamport", "null"), InlineData("lamport", "{\"time\":7}")]
    [InlineData("parentHash", "7"), InlineData("parentHash", "\"\""), InlineData("parentHash", "{}")]
    [InlineData("protocolVersion", "\"4\""), InlineData("protocolVersion", "-1"), InlineData("protocolVersion", "4.5"), InlineData("protocolVersion", "1e10")]
    [InlineData("payload", "null"), InlineData("payload", "[]"), InlineData("payload", "\"x\"")]
    public void A_field_of_wrong_type_or_value_is_refused(string name, string value) =>
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned.With(name, Forge.Json(value)))));

    [Theory]
    [InlineData("nodeId", "null"), InlineData("nodeId", "\"\""), InlineData("nodeId", "7"), InlineData("nodeId", "\"\\u0000\""), InlineData("nodeId", "\"a\\ud800\"")]
    [InlineData("schemaId", "null"), InlineData("schemaId", "7"), InlineData("schemaId", "\"\"")]
    [InlineData("properties", "null"), InlineData("properties", "[]"), InlineData("properties", "\"\"")]
    [InlineData("deleted", "null"), InlineData("deleted", "1"), InlineData("deleted", "\"true\"")]
    public void A_payload_field_of_wrong_type_or_value_is_refused(string name, string value) =>
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned.WithPayload(p => p.With(name, Forge.Json(value))))));

    [Theory]
    [InlineData("id"), InlineData("type"), InlineData("authorDID"), InlineData("wallTime"), InlineData("lamport"), InlineData("parentHash"), InlineData("payload")]
    public void A_missing_field_is_refused(string name) => Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned.Without(name))));

    [Theory]
    [InlineData("nodeId"), InlineData("properties")]
    public void A_missing_payload_field_is_refused(string name) =>
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned.WithPayload(p => p.Without(name)))));

    [Fact]
    public void Lengths_are_taken_to_the_bound_and_no_further()
    {
        static JsonValue Long(int length) => JsonValue.Of(new string('x', length));
        static Refusal? OfField(string name, int length) => RefusalOf(Signed(Unsigned.With(name, Long(length))));
        static Refusal? OfPayload(string name, int length) => RefusalOf(Signed(Unsigned.WithPayload(p => p.With(name, Long(length)))));
        static Refusal? OfName(int length) =>
            RefusalOf(Signed(Unsigned.WithPayload(p => p.With("properties", JsonValue.Object((new string('x', length), JsonValue.Null))))));

        Assert.Equal([null, Refusal.Malformed], [OfField("id", ChangeLimits.IdLengthMax), OfField("id", ChangeLimits.IdLengthMax + 1)]);
        Assert.Equal([null, Refusal.Malformed], [OfField("parentHash", ChangeLimits.ParentLengthMax), OfField("parentHash", ChangeLimits.ParentLengthMax + 1)]);
        Assert.Equal([null, Refusal.Malformed], [OfPayload("nodeId", NodeId.LengthMax), OfPayload("nodeId", NodeId.LengthMax + 1)]);
        Assert.Equal([null, Refusal.Malformed], [OfPayload("schemaId", ChangeLimits.SchemaIdLengthMax), OfPayload("schemaId", ChangeLimits.SchemaIdLengthMax + 1)]);
        Assert.Equal([null, Refusal.Malformed], [OfName(ChangeLimits.PropertyNameLengthMax), OfName(ChangeLimits.PropertyNameLengthMax + 1)]);
    }

    [Fact]
    public void Payloads_are_taken_to_their_size_and_no_further()
    {
        static Refusal? Of(JsonValue properties) => RefusalOf(Signed(Unsigned.WithPayload(p => p.With("properties", properties))));
        static JsonValue Many(int count) => JsonValue.Object(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"p{i}", JsonValue.Null)).ToArray());
        static JsonValue Deep(int depth) => depth == 0 ? JsonValue.Null : JsonValue.Array([Deep(depth - 1)]);
        static JsonValue Long(int length) => JsonValue.Object(("text", JsonValue.Of(new string('x', length))));

        Assert.Equal([null, Refusal.Malformed], [Of(Many(ChangeLimits.PropertiesMax)), Of(Many(ChangeLimits.PropertiesMax + 1))]);

        // The payload and its properties are two levels themselves.
        var depth = ChangeLimits.PayloadDepthMax - 2;
        Assert.Equal([null, Refusal.Malformed], [Of(JsonValue.Object(("v", Deep(depth)))), Of(JsonValue.Object(("v", Deep(depth + 1))))]);

        var envelope = CanonicalJson.ToBytes(Unsigned.WithPayload(p => p.With("properties", Long(0)))).Length;
        Assert.Equal([null, Refusal.Malformed], [Of(Long(ChangeLimits.CanonicalBytesMax - envelope)), Of(Long(ChangeLimits.CanonicalBytesMax - envelope + 1))]);
    }

    [Theory]
    [InlineData(281474976710656d, false)] // 2^48
    [InlineData(281474976710657d, true)]
    [InlineData(9007199254740991d, true)] // 2^53 - 1, which freezes the reference's clocks
    [InlineData(1e300, true)]
    [Trait("weak-spot", "W8")]
    public void A_lamport_time_above_2_to_the_48_is_refused_as_such(double lamport, bool refused) =>
        Assert.Equal(refused ? Refusal.Lamport : null, RefusalOf(Signed(Unsigned.With("lamport", JsonValue.Of(lamport)))));

    [Fact]
    [Trait("weak-spot", "W34")]
    public void A_member_named_proto_is_refused_though_the_reference_leaves_it_out_of_the_hash()
    {
        var hashedByReference = CanonicalJson.ToBytes(Unsigned);
        var smuggled = JsonValue.Object([.. Unsigned["payload"]!["properties"]!.Members, new("__proto__", JsonValue.True)]);
        var nested = Unsigned["payload"]!["properties"]!.With("content", JsonValue.Array([JsonValue.Object(("__proto__", JsonValue.True))]));
        foreach (var properties in new[] { smuggled, nested })
        {
            var unsigned = Unsigned.WithPayload(p => p.With("properties", properties));
            Assert.Equal(Refusal.Malformed, RefusalOf(Signed(unsigned, hashedByReference)));
        }
    }

    [Fact]
    [Trait("weak-spot", "W34")]
    public void A_payload_that_names_a_member_twice_is_refused()
    {
        var twice = JsonValue.Object([.. Unsigned["payload"]!.Members, new("nodeId", JsonValue.Of("other"))]);
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned.With("payload", twice), CanonicalJson.ToBytes(Unsigned))));
    }

    [Theory]
    [InlineData("\"b\"", "0", "1", false)]
    [InlineData("\"b\"", "999999", "1000000", false)]
    [InlineData("\"b\"", "1", "1", true)]
    [InlineData("\"b\"", "-1", "1", true)]
    [InlineData("\"b\"", "0", "0", true)]
    [InlineData("\"b\"", "0", "1000001", true)]
    [InlineData("\"b\"", "0.5", "2", true)]
    [InlineData("\"b\"", "\"0\"", "2", true)]
    [InlineData("\"b\"", "0", "null", true)]
    [InlineData("\"\"", "0", "1", true)]
    [InlineData("7", "0", "1", true)]
    [Trait("weak-spot", "W34")]
    public void A_place_outside_its_batch_is_refused(string id, string index, string size, bool refused)
    {
        var unsigned = Unsigned.With("batchId", Forge.Json(id)).With("batchIndex", Forge.Json(index)).With("batchSize", Forge.Json(size));
        Assert.Equal(refused ? Refusal.Malformed : null, RefusalOf(Signed(unsigned)));
    }

    [Theory]
    [InlineData("id", "\"chg-2\""), InlineData("wallTime", "1718641200001"), InlineData("lamport", "8"), InlineData("parentHash", "\"x\"")]
    [InlineData("authorDID", "\"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\""), InlineData("protocolVersion", "3"), InlineData("protocolVersion", "0")]
    [InlineData("payload", """{"nodeId":"msg-1","schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0","properties":{"channel":"c","content":"hellO"}}""")]
    [InlineData("payload", """{"nodeId":"msg-2","schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0","properties":{"channel":"c","content":"hello"}}""")]
    [InlineData("payload", """{"nodeId":"msg-1","schemaId":"xnet://xnet.fyi/ChatMessage@2.0.0","properties":{"channel":"c","content":"hello"}}""")]
    [InlineData("payload", """{"nodeId":"msg-1","schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0","properties":{"channel":"c","content":"hello"},"deleted":false}""")]
    [InlineData("payload", """{"nodeId":"msg-1","schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0","properties":{"channel":"c","content":"hello"},"extra":1}""")]
    public void Any_signed_field_that_was_changed_after_hashing_is_refused(string name, string value) =>
        Assert.Equal(Refusal.Hash, RefusalOf(Signed(Unsigned.With(name, Forge.Json(value)), CanonicalJson.ToBytes(Unsigned))));

    [Theory]
    [InlineData("null"), InlineData("7"), InlineData("\"c7d4\""), InlineData("\"cid:blake3:C7D4312959D2410EF1D3A9BAA47A8C42F87321E2BEFEC4E33C0F4863FC627F4E\"")]
    public void A_hash_in_another_spelling_is_refused(string hash) =>
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned).With("hash", Forge.Json(hash))));

    [Theory]
    [InlineData("null"), InlineData("\"\""), InlineData("\"AAAA\""), InlineData("7")]
    [InlineData("\"!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!==\"")]
    public void A_signature_that_is_not_64_bytes_is_refused(string signature) =>
        Assert.Equal(Refusal.Signature, RefusalOf(Signed(Unsigned).With("signatureB64", Forge.Json(signature))));

    [Fact]
    public void An_unpadded_signature_is_taken_as_the_reference_takes_it()
    {
        var wire = Signed(Unsigned);
        Assert.NotNull(Verify(wire.With("signatureB64", JsonValue.Of(wire["signatureB64"]!.Text!.TrimEnd('=')))));
    }

    [Fact]
    public void Somebody_elses_signature_does_not_hold()
    {
        var forged = Signed(Unsigned.With("authorDID", JsonValue.Of(B.Person.Value)));
        Assert.Null(RefusalOf(forged));
        Assert.Null(Verify(forged));
    }

    [Fact]
    public void A_top_level_schema_stands_in_before_hashing_so_it_must_have_been_signed()
    {
        const string schema = "xnet://xnet.fyi/ChatMessage@1.0.0";
        var stripped = Unsigned.WithPayload(p => p.Without("schemaId")).With("schemaId", JsonValue.Of(schema));
        Assert.Equal(schema, Verify(Signed(stripped, CanonicalJson.ToBytes(Unsigned)))!.SchemaId);

        var neverSigned = Unsigned.WithPayload(p => p.Without("schemaId"));
        Assert.Null(RefusalOf(Signed(neverSigned)));
        Assert.Equal(Refusal.Hash, RefusalOf(Signed(neverSigned).With("schemaId", JsonValue.Of(schema))));
    }

    [Theory]
    [InlineData("schemaId", "\"xnet://xnet.fyi/Task@1.0.0\"")]
    [InlineData("schemaId", "7")]
    [InlineData("nodeId", "\"msg-2\"")]
    [InlineData("nodeId", "7")]
    public void A_top_level_field_that_contradicts_the_payload_is_refused(string name, string value) =>
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(Unsigned).With(name, Forge.Json(value))));

    [Fact]
    public void An_altered_payload_is_a_wrong_hash_even_where_it_contradicts_its_copies()
    {
        var altered = Unsigned.With("nodeId", JsonValue.Of("msg-1")).WithPayload(p => p.With("nodeId", JsonValue.Of("msg-2")));
        Assert.Equal(Refusal.Hash, RefusalOf(Signed(altered, CanonicalJson.ToBytes(Unsigned))));
    }

    [Fact]
    public void Clocks_may_stand_at_zero()
    {
        var change = Verify(Signed(Unsigned.With("lamport", JsonValue.Of(0)).With("wallTime", JsonValue.Of(0))))!;
        Assert.Equal((0L, 0L), (change.Lamport, change.WallTime));
    }

    [Fact]
    public void A_null_stands_for_an_absent_optional_field()
    {
        var wire = Signed(Unsigned);
        foreach (var name in new[] { "batchId", "batchIndex", "batchSize", "schemaId", "nodeId", "room" })
        {
            wire = wire.With(name, JsonValue.Null);
        }

        Assert.NotNull(Verify(wire));
    }

    [Fact]
    public void Without_a_protocol_version_the_field_is_left_out_of_the_hash()
    {
        Assert.Equal(0, Verify(Signed(Unsigned.Without("protocolVersion")))!.Fields.ProtocolVersion);
        var zero = Unsigned.With("protocolVersion", JsonValue.Of(0));
        Assert.NotNull(Verify(Signed(zero, CanonicalJson.ToBytes(Unsigned.Without("protocolVersion")))));
    }

    [Theory]
    [InlineData("""{"dids":"x"}""")]
    [InlineData("""{"room":true}""")]
    [InlineData("""["did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"]""")]
    public void Malformed_mentions_are_refused_on_any_schema(string mentions)
    {
        var unsigned = Unsigned.WithPayload(p => p.With("properties", p["properties"]!.With("mentions", Forge.Json(mentions))).With("schemaId", JsonValue.Of("any")));
        Assert.Equal(Refusal.Malformed, RefusalOf(Signed(unsigned)));
    }

    [Fact]
    public void Values_that_are_no_objects_are_refused()
    {
        foreach (var text in new[] { "null", "1", "\"x\"", "[]", "{}", "true" })
        {
            Assert.Equal(Refusal.Malformed, RefusalOf(Forge.Json(text)));
        }
    }
}
