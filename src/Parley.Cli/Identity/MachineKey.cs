using System.Security.Cryptography;
using Parley.Cli.Terminal;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>
/// This computer's key for one user: 32 random bytes in the folder of settings, apart from what they seal. They protect a copy or a
/// backup of the key file, and nothing from somebody who reads the whole home folder.
/// </summary>
internal static class MachineKey
{
    private const string FileName = "machine.key";

    /// <summary>Where it is kept when nothing else is said: <c>~/.config/parley/machine.key</c>, or its equivalent of the platform. Null without a home.</summary>
    public static string? DefaultPath =>
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } settings
            ? Path.Combine(settings, "parley", FileName)
            : null;

    /// <summary>Reads it. Throws <see cref="CliException"/> where it is missing or not what it should be.</summary>
    public static byte[] Read(string? path) => TryRead(Known(path)) ?? throw new CliException(ExitCode.KeyLocked,
        $"the key is sealed under a computer's key, and {path} is not here; on the computer where it was made 'parley keys passphrase' seals it anew");

    /// <summary>Reads it, or makes it.</summary>
    public static byte[] ReadOrMake(string? path)
    {
        var known = Path.GetFullPath(Known(path));
        if (TryRead(known) is { } found)
        {
            return found;
        }

        PrepareFolder(Path.GetDirectoryName(known)!);
        var made = GC.AllocateArray<byte>(SealedKey.MachineKeyBytes, pinned: true);
        RandomNumberGenerator.Fill(made);
        if (PrivateFile.TryCreate(known, made))
        {
            return made;
        }

        // Another process was faster, and its key is the one that stays.
        CryptographicOperations.ZeroMemory(made);
        return Read(known);
    }

    private static byte[]? TryRead(string path)
    {
        var bytes = PrivateFile.Read(path, SealedKey.MachineKeyBytes);
        return bytes is null or { Length: SealedKey.MachineKeyBytes }
            ? bytes
            : throw new CliException(ExitCode.KeyFile, $"{path} is damaged: a computer's key has {SealedKey.MachineKeyBytes} bytes. Nothing was changed");
    }

    private static void PrepareFolder(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.DataFolder, $"the folder {folder} cannot be made: {failure.Message}");
        }
    }

    private static string Known(string? path) => path ?? throw new CliException(ExitCode.DataFolder,
        $"there is no folder of settings for this computer's key; {KeyAccess.MachineKeyVariable} names a file for it, or seal the key under a passphrase");
}
