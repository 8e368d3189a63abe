using System.Text;
using Parley.Json;

namespace Parley.Ids;

/// <summary>Ids that prove who made a space or channel, and in which space (docs/protocol.md, ids that prove their root).</summary>
internal static class DomainId
{
    /// <summary>The length of the random part in bytes.</summary>
    public const int NonceBytes = 16;

    /// <summary>The length of such an id: a prefix of three, and 20 bytes in base32.</summary>
    public const int Length = 3 + 32;

    public const string SpacePrefix = "sp-";
    public const string ChannelPrefix = "sc-";
    public const string OpenChannelPrefix = "oc-";

    private const int HashedBytes = 20;
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary><c>sp-</c> + base32 of LP("parley-access/1 space", by, n).</summary>
    public static NodeId Space(PersonId by, ReadOnlySpan<byte> nonce) => Derive(SpacePrefix, "parley-access/1 space", by, nonce, null);

    /// <summary><c>sc-</c> + base32 of LP("parley-access/1 channel", by, n, space).</summary>
    public static NodeId PrivateChannel(PersonId by, ReadOnlySpan<byte> nonce, string space) =>
        Derive(ChannelPrefix, "parley-access/1 channel", by, nonce, space);

    /// <summary><c>oc-</c> + base32 of LP("parley-access/1 open", by, n, space).</summary>
    public static NodeId OpenChannel(PersonId by, ReadOnlySpan<byte> nonce, string space) =>
        Derive(OpenChannelPrefix, "parley-access/1 open", by, nonce, space);

    private static NodeId Derive(string prefix, string label, PersonId by, ReadOnlySpan<byte> nonce, string? space)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceBytes);
        ReadOnlyMemory<byte>[] parts = [Encoding.UTF8.GetBytes(label), Encoding.UTF8.GetBytes(by.Value), nonce.ToArray()];
        var input = LengthPrefixed.Concat(space is null ? parts : [.. parts, Encoding.UTF8.GetBytes(space)]);
        Span<byte> hash = stackalloc byte[Blake3.HashBytes];
        Blake3.Hash(input, hash);
        return new(prefix + ToBase32(hash[..HashedBytes]));
    }

    /// <summary>RFC 4648 in lower case; whole groups of five bytes, so nothing is padded.</summary>
    private static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 8 / 5);
        ulong bits = 0;
        var held = 0;
        foreach (var value in bytes)
        {
            bits = (bits << 8) | value;
            held += 8;
            while (held >= 5)
            {
                held -= 5;
                text.Append(Base32[(int)((bits >> held) & 31)]);
            }
        }

        return text.ToString();
    }
}
