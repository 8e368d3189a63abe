using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>The additive member <c>sig</c> of a signal: who said it, in which call, when and in which order (docs/protocol.md, parley.calls/1).</summary>
/// <param name="Counter">Ascends with every signal of the session, from 1.</param>
/// <param name="TimeMs">The signer's wall clock, Unix ms.</param>
/// <param name="Value">64 bytes of Ed25519 by the person whose DID begins the session id.</param>
internal sealed record SignalSignature(long Counter, long TimeMs, ReadOnlyMemory<byte> Value)
{
    /// <summary>Length of a signature in bytes.</summary>
    public const int Length = 64;

    private const string Name = "sig";

    private static readonly byte[] Label = "parley.calls/1"u8.ToArray();

    /// <summary>
    /// What is signed: LP(label, topic, from, counter, time, fingerprints, canonical JSON of the signal without <c>sig</c>),
    /// numbers as eight bytes big-endian, fingerprints of <c>sdp</c> joined by LF (empty where there is no <c>sdp</c>).
    /// </summary>
    public static byte[] BytesToSign(RoomId topic, JsonValue data, long counter, long timeMs)
    {
        ArgumentNullException.ThrowIfNull(data);
        var fingerprints = data["sdp"]?.Text is { } sdp ? string.Join('\n', SdpFingerprints.Of(sdp)) : "";
        return LengthPrefixed.Concat(
            Label,
            Encoding.UTF8.GetBytes(topic.Value),
            Encoding.UTF8.GetBytes(data["from"]?.Text ?? ""),
            BigEndian(counter),
            BigEndian(timeMs),
            Encoding.UTF8.GetBytes(fingerprints),
            CanonicalJson.ToBytes(Without(data)));
    }

    /// <summary>The signal with its signature.</summary>
    public JsonValue AddTo(JsonValue data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.With(Name, JsonValue.Object(
            ("counter", JsonValue.Of(Counter)), ("time", JsonValue.Of(TimeMs)), ("value", JsonValue.Of(Convert.ToBase64String(Value.Span)))));
    }

    /// <summary>The check of this signature by <paramref name="person"/> over <paramref name="data"/>.</summary>
    public SignatureCheck Check(PersonId person, RoomId topic, JsonValue data) => new(person.PublicKey(), BytesToSign(topic, data, Counter, TimeMs), Value);

    /// <summary>True where <paramref name="data"/> carries a <c>sig</c>, well-formed or not.</summary>
    internal static bool IsIn(JsonValue data) => data[Name] is { IsNull: false };

    /// <summary>Reads <c>sig</c>; false where it is absent or malformed.</summary>
    internal static bool TryRead(JsonValue data, [NotNullWhen(true)] out SignalSignature? signature)
    {
        signature = null;
        Span<byte> value = stackalloc byte[Length + 2];
        if (data[Name] is not { } sig
            || sig["counter"]?.Integer is not (>= 1 and var counter)
            || sig["time"]?.Integer is not (>= 0 and var timeMs)
            || sig["value"]?.Text is not { Length: 88 } text
            || !Convert.TryFromBase64String(text, value, out var written)
            || written != Length)
        {
            return false;
        }

        signature = new(counter, timeMs, value[..Length].ToArray());
        return true;
    }

    private static JsonValue Without(JsonValue data) =>
        JsonValue.Object([.. data.Members.Where(member => !string.Equals(member.Key, Name, StringComparison.Ordinal))]);

    private static byte[] BigEndian(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
