using System.Text;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Vectors;

/// <summary>Suite <c>change</c>: canonical form, hash and signature of a change, which is then verified from its wire form.</summary>
internal static class ChangeVectors
{
    private static readonly RoomId Room = new("vectors");

    public static async ValueTask<JsonValue> RunAsync(JsonValue input)
    {
        using var signer = input.SignerOf("authorSeedHex");
        var draft = new ChangeDraft(VectorFields.ChangeFieldsOf(input.Field("unsignedChange")));
        var change = draft.Complete(await signer.SignAsync(draft.BytesToSign));
        Verify(change);
        return JsonValue.Object(
            ("authorDID", JsonValue.Of(signer.Person.Value)),
            ("canonicalJson", JsonValue.Of(Encoding.UTF8.GetString(change.Canonical.Span))),
            ("hash", JsonValue.Of(change.Hash.ToString())),
            ("signatureBase64", JsonValue.Of(Convert.ToBase64String(change.Signature.Span))));
    }

    private static void Verify(Change change)
    {
        JsonReader.TryRead(ChangeWire.ToBytes(change, Room), out var wire);
        var plan = ChangeVerification.Plan(wire, out var refusal, out var why)
            ?? throw new InvalidOperationException($"the wire form is refused ({refusal.Code()}: {why})");
        if (ChangeVerification.Apply(plan, SodiumSignatures.Verify(plan.Check))?.Hash != change.Hash)
        {
            throw new InvalidOperationException("the wire form does not verify");
        }
    }
}
