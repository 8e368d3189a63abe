using System.Text;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Nodes;

public sealed class ChangeConformanceTests
{
    [Fact]
    public async Task The_published_changes_hash_sign_and_verify_to_the_byte()
    {
        foreach (var (name, input, expected) in ConformanceVectors.Suite("change"))
        {
            using var signer = new SodiumSigner(Convert.FromHexString(input["authorSeedHex"]!.Text!));
            Assert.Equal(expected["authorDID"]!.Text, signer.Person.Value);
            var unsigned = input["unsignedChange"]!;
            Assert.Equal(expected["canonicalJson"]!.Text, CanonicalJson.ToText(unsigned));

            var draft = new ChangeDraft(Fields(unsigned));
            Assert.Equal(expected["hash"]!.Text, draft.Hash.ToString());
            var signature = (await signer.SignAsync(new[] { draft.BytesToSign }, TestContext.Current.CancellationToken))[0];
            Assert.Equal(expected["signatureBase64"]!.Text, Convert.ToBase64String(signature));

            var change = draft.Complete(signature);
            Assert.Equal(expected["canonicalJson"]!.Text, Encoding.UTF8.GetString(change.Canonical.Span));
            JsonReader.TryRead(ChangeWire.ToBytes(change, new("room")), out var wire);
            var plan = ChangeVerification.Plan(wire, out _, out var why);
            Assert.True(plan is not null, $"{name}: {why}");
            Assert.True(SodiumSignatures.Verify(plan.Check), name);
        }
    }

    private static ChangeFields Fields(JsonValue unsigned)
    {
        var payload = unsigned["payload"]!;
        return new(
            unsigned["id"]!.Text!,
            new(new(payload["nodeId"]!.Text!), payload["schemaId"]?.Text, payload["properties"]!, payload["deleted"]?.Boolean),
            unsigned["parentHash"]!.Text,
            PersonId.Parse(unsigned["authorDID"]!.Text!),
            unsigned["wallTime"]!.Integer!.Value,
            unsigned["lamport"]!.Integer!.Value,
            null,
            (int)unsigned["protocolVersion"]!.Integer!.Value,
            unsigned["type"]!.Text!);
    }
}
