using System.Security.Cryptography;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>A passphrase or a computer's key in hand. Wiped when disposed.</summary>
internal sealed class KeyOpener(KeyProtection protection, byte[] bytes) : IDisposable
{
    public KeyProtection Protection => protection;

    public ReadOnlySpan<byte> Bytes => bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
