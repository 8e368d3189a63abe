using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Benchmarks;

/// <summary>The message that the measurements are made with: about 500 bytes on the wire, as chat has them.</summary>
internal static class Sample
{
    public static SodiumSigner Signer { get; } = new(Enumerable.Repeat((byte)0xAA, 32).ToArray());

    public static NodeId Channel { get; } = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));

    public static JsonValue Message(int number) => JsonValue.Object(
        ("channel", JsonValue.Of(Channel.Value)),
        ("content", JsonValue.Of($"Message {number}: shall we meet at the usual place, or is somebody still on the train? ☕")));

    public static ChangeFields Fields(int number)
    {
        var id = $"chg-{number:D17}";
        return new ChangeFields(id, new ChangePayload(NodeProof.IdFor(Signer.Person, id), Schemas.ChatMessage, Message(number), null),
            null, Signer.Person, 1_718_641_200_000 + number, number + 1);
    }

    public static async Task<Change> ChangeAsync(int number)
    {
        var draft = new ChangeDraft(Fields(number));
        var signatures = await Signer.SignAsync(new[] { draft.BytesToSign });
        return draft.Complete(signatures[0]);
    }
}
