using Parley.Identity;
using Parley.Ids;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// Signatures for the simulator, as cheap as a hash: whoever knows the public key could forge them, and nobody here tries. 64 bytes, of which the
/// first 32 are BLAKE3(public key ‖ message).
/// </summary>
internal static class SimKeys
{
    /// <summary>The public key of a number.</summary>
    public static byte[] PublicKey(int number)
    {
        var key = new byte[32];
        Blake3.Hash(BitConverter.GetBytes(number), key);
        return key;
    }

    /// <summary>Signs.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message)
    {
        var signature = new byte[64];
        Blake3.Hash([.. publicKey, .. message], signature.AsSpan(0, 32));
        return signature;
    }

    /// <summary>Verifies.</summary>
    public static bool Holds(in SignatureCheck check) => Sign(check.PublicKey.Span, check.Message.Span).AsSpan().SequenceEqual(check.Signature.Span);
}
