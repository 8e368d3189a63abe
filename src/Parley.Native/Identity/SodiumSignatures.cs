using NSec.Cryptography;
using Parley.Identity;

namespace Parley.Native.Identity;

/// <summary>Verification by libsodium (NSec). Always completes synchronously.</summary>
public sealed class SodiumSignatures : ISignatures
{
    private SodiumSignatures()
    {
    }

    /// <summary>The shared instance.</summary>
    public static SodiumSignatures Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<bool[]> VerifyAsync(ReadOnlyMemory<SignatureCheck> checks, CancellationToken cancellationToken = default)
    {
        var answers = new bool[checks.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            answers[i] = Verify(in checks.Span[i]);
        }

        return ValueTask.FromResult(answers);
    }

    /// <summary>One check on the caller's thread.</summary>
    public static bool Verify(in SignatureCheck check) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, check.PublicKey.Span, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, check.Message.Span, check.Signature.Span);
}
