using System.Buffers.Text;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Presence;

namespace Parley.Frames;

/// <summary>The fields that only frames have.</summary>
internal static class FrameFields
{
    extension(ref FieldReader fields)
    {
        /// <summary>The name of a room or topic.</summary>
        public string Room(string name)
        {
            var text = fields.Text(name, RoomId.LengthMax);
            return text.Length > 0 ? text : fields.Bad<string>(name, "must name a room") ?? "";
        }

        /// <summary>Names of rooms or topics.</summary>
        public IReadOnlyList<string> Rooms(string name) => fields.Texts(name, RoomId.LengthMax, lengthMin: 1);

        /// <summary>The claim to read by an invite; may be absent or null.</summary>
        public InviteReading? OptionalInvite(string name) => fields.Find(name) is not { } value ? null
            : InviteReading.TryRead(value) ?? fields.Bad<InviteReading>(name, "must be an invite's key and a proof");

        /// <summary>Bytes of an awareness update in base64, padded or not (reference peers take both).</summary>
        public byte[] AwarenessBytes(string name)
        {
            const int Base64Max = ((AwarenessCodec.UpdateBytesMax + 2) / 3 * 4);
            if (fields.Find(name) is not { Text: { Length: > 0 and <= Base64Max } text })
            {
                return fields.Bad<byte[]>(name, "must be base64 of bounded length") ?? [];
            }

            var padded = (text.Length % 4) switch { 2 => text + "==", 3 => text + "=", _ => text };
            var bytes = new byte[padded.Length / 4 * 3];
            return Base64.IsValid(padded) && Convert.TryFromBase64String(padded, bytes, out var written) && written <= AwarenessCodec.UpdateBytesMax
                ? bytes[..written]
                : fields.Bad<byte[]>(name, "must be base64 of bounded length") ?? [];
        }
    }
}
