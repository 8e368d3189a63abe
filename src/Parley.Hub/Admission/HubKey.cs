using System.Security.Cryptography;
using Parley.Ids;
using Parley.Native.Identity;

namespace Parley.Hub.Admission;

/// <summary>
/// The key that names a hub: tokens made for its DID are good here whatever address it has. Made at the first start, and kept beside
/// the database in a file that only the hub's user may read.
/// </summary>
internal sealed class HubKey
{
    private const string FileName = "hub.key";
    private const int SeedBytes = 32;

    private readonly byte[] _seed;

    private HubKey(byte[] seed)
    {
        _seed = seed;
        using var key = new SodiumSigner(seed);
        Person = key.Person;
    }

    /// <summary>The hub's DID.</summary>
    public PersonId Person { get; }

    /// <summary>A folder's key, which is made where there is none; a new key where there is no folder.</summary>
    /// <exception cref="ParleyException">Storage: the file cannot be read or written, or holds no key.</exception>
    public static HubKey Open(string? folder)
    {
        try
        {
            return new(folder is null ? RandomNumberGenerator.GetBytes(SeedBytes) : Seed(Path.Combine(folder, FileName)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ParleyException(ParleyErrorCode.Storage, "The hub's key could not be opened: " + failure.Message, failure);
        }
    }

    /// <summary>Secret bytes for one purpose, the same as long as the key is: HKDF-SHA-256 with salt <c>parley-hub-v1</c>.</summary>
    public byte[] Derive(string purpose, int length) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, _seed, length, System.Text.Encoding.ASCII.GetBytes("parley-hub-v1"), System.Text.Encoding.ASCII.GetBytes(purpose));

    private static byte[] Seed(string path)
    {
        if (!File.Exists(path))
        {
            Write(path, RandomNumberGenerator.GetBytes(SeedBytes));
        }

        var seed = Convert.FromHexString(File.ReadAllText(path).Trim());
        return seed.Length == SeedBytes ? seed : throw new FormatException($"{FileName} holds {seed.Length} bytes, not {SeedBytes}.");
    }

    // Whole or not at all: half a key would be another hub after a crash.
    private static void Write(string path, byte[] seed)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(seed) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
    }
}
