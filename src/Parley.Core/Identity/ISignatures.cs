using Parley.Ids;

namespace Parley.Identity;

/// <summary>One Ed25519 signature to check.</summary>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="Message">The signed bytes.</param>
/// <param name="Signature">64 bytes.</param>
public readonly record struct SignatureCheck(ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The length of an Ed25519 signature, bytes.</summary>
    public const int SignatureBytes = 64;
}

/// <summary>The platform's Ed25519 verification, batch-shaped because a browser's answer costs a task hop.</summary>
/// <remarks>In a process the task is always complete already. Safe for several threads.</remarks>
public interface ISignatures
{
    /// <summary>One answer per check, in order. A key or signature of the wrong length is an answer of false, not an exception.</summary>
    ValueTask<bool[]> VerifyAsync(ReadOnlyMemory<SignatureCheck> checks, CancellationToken cancellationToken = default);
}

/// <summary>A person's signing key, wherever it lives (memory, OS key store, a non-extractable browser key).</summary>
public interface ISigner
{
    /// <summary>Whose key this is.</summary>
    PersonId Person { get; }

    /// <summary>One 64-byte Ed25519 signature per message, in order (RFC 8032, deterministic).</summary>
    ValueTask<byte[][]> SignAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken = default);
}
