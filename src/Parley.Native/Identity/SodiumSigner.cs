using System.Security.Cryptography;
using NSec.Cryptography;
using Parley.Identity;
using Parley.Ids;

namespace Parley.Native.Identity;

/// <summary>A signing key in libsodium's guarded memory, from a 32-byte seed.</summary>
/// <remarks>Safe for several threads. Signing completes synchronously.</remarks>
public sealed class SodiumSigner : ISigner, IDisposable
{
    private readonly Key _key;

    /// <summary>From the Ed25519 seed.</summary>
    /// <param name="seed">32 bytes; copied, so the caller may wipe them.</param>
    public SodiumSigner(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SignatureAlgorithm.Ed25519.PrivateKeySize);
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Person = PersonId.FromPublicKey(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>The signing key of a secret.</summary>
    public static SodiumSigner Of(KeySecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var seed = secret.ToSeed();
        var signer = new SodiumSigner(seed);
        CryptographicOperations.ZeroMemory(seed);
        return signer;
    }

    /// <inheritdoc/>
    public PersonId Person { get; }

    /// <inheritdoc/>
    public ValueTask<byte[][]> SignAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken = default)
    {
        var signatures = new byte[messages.Length][];
        for (var i = 0; i < signatures.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            signatures[i] = SignatureAlgorithm.Ed25519.Sign(_key, messages.Span[i].Span);
        }

        return ValueTask.FromResult(signatures);
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _key.Dispose();
}
