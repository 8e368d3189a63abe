using System.Security.Cryptography;
using Parley.Cli.Terminal;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>
/// A folder's own key, with which it connects in the person's name until they sign it out. It lies open, 32 bytes that only their owner
/// may read: without the person's word, which the sealed key gives anew each time, it opens nothing.
/// </summary>
internal static class DeviceKey
{
    /// <summary>The file's name.</summary>
    public const string FileName = "device.key";

    private const int Bytes = 32;

    /// <summary>Opens the folder's device, and makes it where there is none. Throws <see cref="CliException"/> where the file is not what it should be.</summary>
    public static ThisDevice Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (PrivateFile.Read(path, Bytes) is not { } seed)
        {
            seed = RandomNumberGenerator.GetBytes(Bytes);
            // Another process may have been faster, and its key is the one that stays.
            seed = PrivateFile.TryCreate(path, seed) ? seed : PrivateFile.Read(path, Bytes)!;
        }

        if (seed.Length != Bytes)
        {
            throw new CliException(ExitCode.KeyFile, $"{path} is damaged: a device's key has {Bytes} bytes. Remove it, and another is made");
        }

        var signer = new SodiumSigner(seed);
        CryptographicOperations.ZeroMemory(seed);
        return new(signer, $"Terminal on {Environment.MachineName}");
    }
}
