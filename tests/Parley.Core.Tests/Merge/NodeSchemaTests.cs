using Parley.Json;
using Xunit;

namespace Parley.Nodes;

public sealed class NodeSchemaTests
{
    [Theory]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi","mentions":{"dids":["did:key:zA"]},"parley:after":"m0"}""", null)]
    [InlineData(Schemas.ChatMessage, """{"channel":"c"}""", "content")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":null}""", "content")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi","mentions":{"room":true}}""", "mentions")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi","edited":"yes"}""", "edited")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi","editedAt":-1}""", "editedAt")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi","editedAt":32503680000000}""", "editedAt")]
    [InlineData(Schemas.ChatMessage, """{"channel":"","content":"hi"}""", "channel")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi","colour":"red"}""", "colour")]
    [InlineData(Schemas.Channel, """{"kind":"channel","name":"plans","parley:access":{"v":1}}""", null)]
    [InlineData(Schemas.Channel, """{"name":"plans"}""", "kind")]
    [InlineData(Schemas.Channel, """{"kind":"party"}""", "kind")]
    [InlineData(Schemas.Channel, """{"kind":"dm","members":["did:key:zA","nobody"]}""", "members")]
    [InlineData(Schemas.Profile, """{"did":"did:key:zA","displayName":"Ann"}""", null)]
    [InlineData(Schemas.Profile, """{"did":"Ann","displayName":"Ann"}""", "did")]
    [InlineData(Schemas.InboxState, """{"owner":"did:key:zA","items":{"m":{"state":"done"}}}""", null)]
    [InlineData(Schemas.Page, """{"title":"","body":"text"}""", null)]
    [InlineData(Schemas.Page, """{"body":"text"}""", "title")]
    [InlineData(Schemas.Reaction, """{"target":"m","reactionType":"emoji","reactor":"did:key:zA","emoji":"x","channel":"c"}""", null)]
    public void A_create_keeps_the_schemas_limits_or_the_property_is_named(string iri, string properties, string? named)
    {
        var fault = Schemas.Find(iri)!.FaultOfCreate(JsonReader.Read(properties));
        Assert.Equal(named is null, fault is null);
        Assert.Contains(named ?? "", fault ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Schemas.ChatMessage, "content", 10_000)]
    [InlineData(Schemas.Channel, "name", 120)]
    [InlineData(Schemas.Channel, "topic", 500)]
    [InlineData(Schemas.Profile, "displayName", 120)]
    [InlineData(Schemas.Profile, "avatar", 65_536)]
    [InlineData(Schemas.Page, "title", 500)]
    [InlineData(Schemas.Page, "body", 100_000)]
    public void Text_is_counted_in_utf16_units(string iri, string property, int max)
    {
        var schema = Schemas.Find(iri)!;
        Assert.Null(schema.FaultOfUpdate(JsonValue.Object((property, JsonValue.Of(new string('x', max - 2) + "😀")))));
        Assert.NotNull(schema.FaultOfUpdate(JsonValue.Object((property, JsonValue.Of(new string('x', max - 1) + "😀")))));
    }

    [Fact]
    public void An_update_is_sparse_and_clears_with_null_only_what_is_not_required()
    {
        var message = Schemas.Find(Schemas.ChatMessage)!;
        Assert.Null(message.FaultOfUpdate(JsonReader.Read("""{"content":"","mentions":null,"linkPreviews":null,"redacted":true}""")));
        Assert.NotNull(message.FaultOfUpdate(JsonReader.Read("""{"channel":null}""")));
        Assert.NotNull(message.FaultOfUpdate(JsonReader.Read("""[]""")));
    }

    [Theory]
    [InlineData("xnet://xnet.fyi/Channel@1.0.0", true)]
    [InlineData("xnet://xnet.fyi/Channel@2.3.4", true)]
    [InlineData("xnet://xnet.fyi/Channel", true)]
    [InlineData("xnet://xnet.fyi/Channel@", false)]
    [InlineData("xnet://xnet.fyi/ChannelFolder@1.0.0", false)]
    [InlineData("xnet://elsewhere/Channel@1.0.0", false)]
    [InlineData(null, false)]
    public void A_schema_is_known_in_every_version(string? iri, bool expected) => Assert.Equal(expected, Schemas.Is(iri, Schemas.Channel));

    [Fact]
    public void Mentions_are_normalised_before_they_are_sent()
    {
        var many = Enumerable.Range(0, 60).Select(i => $"did:key:z{i}").ToArray();
        Assert.Null(new Mentions([]).ToJson());
        Assert.Null(new Mentions(["nobody", "did:Key:z", "did:key:"]).ToJson());
        Assert.Equal("""{"dids":[],"room":true}""", new Mentions([], Room: true).ToJson()!.ToString());
        Assert.Equal("""{"dids":["did:key:zA","did:web:b.c"]}""", new Mentions(["did:key:zA", "did:web:b.c", "did:key:zA"]).ToJson()!.ToString());
        Assert.Equal(many.Take(50), Mentions.Read(new Mentions(many).ToJson())!.Dids);
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("""{"dids":[]}""", true)]
    [InlineData("""{"dids":["did:key:zA"],"room":false,"more":1}""", true)]
    [InlineData("""{"room":true}""", false)]
    [InlineData("""{"dids":"did:key:zA"}""", false)]
    [InlineData("""{"dids":["did:key:zA",1]}""", false)]
    [InlineData("""{"dids":["@ann"]}""", false)]
    [InlineData("""{"dids":[],"room":null}""", false)]
    [InlineData("""["did:key:zA"]""", false)]
    public void A_received_mentions_value_is_checked_by_the_hubs_rule(string value, bool good) =>
        Assert.Equal(good, Mentions.Fault(JsonReader.Read(value)) is null);

    [Fact]
    public void More_than_fifty_mentions_are_refused() =>
        Assert.NotNull(Mentions.Fault(JsonValue.Object(
            ("dids", JsonValue.Array([.. Enumerable.Range(0, 51).Select(i => JsonValue.Of($"did:key:z{i}"))])))));
}
