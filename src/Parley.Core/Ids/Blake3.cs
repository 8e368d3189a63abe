using Org.BouncyCastle.Crypto.Digests;

namespace Parley.Ids;

/// <summary>BLAKE3 with 256 bits, the hash that names changes and proves ids.</summary>
internal static class Blake3
{
    /// <summary>The length of a hash in bytes.</summary>
    public const int HashBytes = 32;

    // A digest is some kilobytes and is reset by finishing, so each thread keeps one.
    [ThreadStatic]
    private static Blake3Digest? t_digest;

    /// <summary>Writes the hash of <paramref name="data"/> into 32 bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var digest = t_digest ??= new(HashBytes * 8);
        digest.BlockUpdate(data);
        digest.DoFinal(hash);
    }

    /// <summary>The hash as a change's name.</summary>
    public static ChangeHash Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        Hash(data, hash);
        return new(hash);
    }
}
