using System.Runtime.InteropServices;
using Parley.Cli.Terminal;

namespace Parley.Cli.Identity;

/// <summary>Small files that only their owner may read. One is written whole or not at all.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The file's bytes, at most one more than allowed; null where there is no such file.</summary>
    public static byte[]? Read(string path, int bytesMax) => Guarded<byte[]?>(path, () =>
    {
        try
        {
            using var file = File.OpenHandle(path);
            var bytes = GC.AllocateArray<byte>(bytesMax + 1, pinned: true);
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var more)
            {
                length += more;
            }

            return Cut(bytes, length);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    /// <summary>Writes a new file. False where there is one already, which stays as it is.</summary>
    public static bool TryCreate(string path, ReadOnlyMemory<byte> bytes) => Guarded(path, () => PutWhole(path, bytes.Span, overwrite: false));

    /// <summary>Puts these bytes in the place of a file's: readers see the old ones or the new ones.</summary>
    public static void Replace(string path, ReadOnlyMemory<byte> bytes) => Guarded(path, () => PutWhole(path, bytes.Span, overwrite: true));

    /// <summary>
    /// Writes zeros over a file and removes it, where there is one. What a disk, a snapshot or a backup has kept of it elsewhere is out of reach.
    /// </summary>
    public static void Wipe(string path) => Guarded(path, () =>
    {
        if (File.Exists(path))
        {
            // Not FileMode.Open: another process may remove it meanwhile, and an empty file is as good.
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
        return true;
    });

    /// <summary>Writes beside the path, down to the disk, and moves it there in one step.</summary>
    private static bool PutWhole(string path, ReadOnlySpan<byte> bytes, bool overwrite)
    {
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var file = new FileStream(beside, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            if (overwrite || OperatingSystem.IsWindows())
            {
                File.Move(beside, path, overwrite);
                return true;
            }

            return TryLink(beside, path);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>
    /// Gives a file a second name, if nothing has it yet, in one step. A move that is not to overwrite looks first and renames then, outside
    /// of Windows: of two programs that do so at once, the slower takes the place of the faster one's file.
    /// </summary>
    private static bool TryLink(string path, string name)
    {
        const int AlreadyExists = 17;
        if (Link(path, name) == 0)
        {
            return true;
        }

        if (Marshal.GetLastPInvokeError() == AlreadyExists)
        {
            return false;
        }

        // A file system that knows no second names.
        File.Move(path, name, overwrite: false);
        return true;
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    private static byte[] Cut(byte[] bytes, int length)
    {
        var cut = GC.AllocateArray<byte>(length, pinned: true);
        bytes.AsSpan(0, length).CopyTo(cut);
        Array.Clear(bytes);
        return cut;
    }

    private static T Guarded<T>(string path, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.DataFolder, $"{path}: {failure.Message}");
        }
    }
}
