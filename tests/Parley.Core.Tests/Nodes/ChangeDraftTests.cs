using System.Text;
using Parley.Json;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Nodes;

public sealed class ChangeDraftTests
{
    [Fact]
    public async Task The_worked_message_of_the_protocol_comes_out_to_the_byte()
    {
        var draft = new ChangeDraft(new(
            "chg-msg-0001",
            new(new("msg-0001"), "xnet://xnet.fyi/ChatMessage@1.0.0", JsonReader.Read(
                """
                {"mentions":{"dids":["did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"]},"content":"hello \ud83d\ude00 \"x\"",
                 "channel":"dm-7d115214d016ee52e93123c0a73d7c2c4a9c14df","edited":false,"redacted":false}
                """), null),
            null,
            Forge.A.Person,
            1718641200000,
            7));
        Assert.Equal("cid:blake3:c7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e", draft.Hash.ToString());
        Assert.Equal(draft.Hash.ToString(), Encoding.UTF8.GetString(draft.BytesToSign.Span));

        var signature = (await Forge.A.SignAsync(new[] { draft.BytesToSign }, TestContext.Current.CancellationToken))[0];
        Assert.Equal("fZj8HOqG7C4H2NPhYrNwYefw+k8frRaicJwF8XIYPoU6X6I+phnCAQZHw6AMyVG5K3xSy42os7lUiTkhVSVnCQ==", Convert.ToBase64String(signature));

        var change = draft.Complete(signature);
        Assert.StartsWith("""{"authorDID":"did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH","id":"chg-msg-0001","lamport":7,"parentHash":null,"payload":{"nodeId":""",
            Encoding.UTF8.GetString(change.Canonical.Span), StringComparison.Ordinal);
        JsonReader.TryRead(ChangeWire.ToBytes(change, new("any")), out var wire);
        Assert.NotNull(Forge.Verify(wire));
    }

    [Fact]
    public void A_draft_hashes_what_canonical_JSON_makes_of_the_same_fields()
    {
        var payload = new ChangePayload(new("n"), "s", JsonReader.Read("""{"10":1,"9":2}"""), true) { Unknown = JsonReader.Read("""{"zzz":1,"0":2}""") };
        var draft = new ChangeDraft(new("i", payload, "p", Forge.A.Person, 5, 6, new BatchMark("b", 1, 2), 3, "t"));
        var unsigned = JsonReader.Read(
            $$"""
            {"id":"i","type":"t","protocolVersion":3,"batchSize":2,"batchIndex":1,"batchId":"b","wallTime":5,"lamport":6,"parentHash":"p","authorDID":"{{Forge.A.Person}}",
             "payload":{"schemaId":"s","properties":{"9":2,"10":1},"nodeId":"n","deleted":true,"zzz":1,"0":2}
            }
            """);
        Assert.Equal(CanonicalJson.ToBytes(unsigned), draft.Complete(new byte[64]).Canonical.ToArray());
    }

    [Fact]
    public void A_signature_of_another_length_is_a_callers_mistake()
    {
        var draft = new ChangeDraft(new("i", new(new("n"), null, JsonValue.EmptyObject, null), null, Forge.A.Person, 5, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => draft.Complete(new byte[63]));
    }

    [Fact]
    [Trait("weak-spot", "W34")]
    public void A_draft_with_a_forbidden_name_is_a_callers_mistake()
    {
        var properties = JsonValue.Object(("__proto__", JsonValue.Null));
        Assert.Throws<ArgumentException>(() => new ChangeDraft(new("i", new(new("n"), null, properties, null), null, Forge.A.Person, 5, 6)));
    }
}
