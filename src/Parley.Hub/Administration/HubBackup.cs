using System.Globalization;
using Parley.Hub.Storage;

namespace Parley.Hub.Administration;

/// <summary>A hub's data folder as one file, and such a file as a data folder.</summary>
/// <remarks>
/// The file is the database with what else makes the hub the same one: its key, and the certificate that it made. What a start makes anew
/// (locks, the secret for local orders, coturn's configuration) is left out.
/// </remarks>
public static class HubBackup
{
    private static readonly string[] FilesToo = ["hub.key", "tls.crt", "tls.key"];

    /// <summary>Copies what a hub keeps at this moment into a file that only its owner may read. The hub may run.</summary>
    /// <param name="folder">The hub's data folder.</param>
    /// <param name="file">Where to; whole when it stands there.</param>
    /// <param name="overwrite">Whether it may take the place of a file.</param>
    /// <param name="progress">Hears of the pages that were copied and of all pages, if they are many.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <returns>How many changes of how many rooms are in it.</returns>
    /// <exception cref="ParleyException">NotFound: the folder has no database. Invalid: the file exists. Storage, NewerStore.</exception>
    public static (long Changes, long Rooms) Write(
        string folder, string file, bool overwrite, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellationToken = default) => Guarded(file, () =>
    {
        var database = Path.Combine(folder, "hub.db");
        if (!File.Exists(database))
        {
            throw new ParleyException(ParleyErrorCode.NotFound, $"{folder} is no hub's data folder.");
        }

        if (File.Exists(file) && !overwrite)
        {
            throw new ParleyException(ParleyErrorCode.Invalid, $"{file} exists.");
        }

        var unfinished = $"{file}.{Path.GetRandomFileName()}";
        try
        {
            Make(unfinished, []);
            SqliteHubCopy.Take(database, unfinished, progress, cancellationToken);
            SqliteHubCopy.Check(unfinished, database);
            SqliteHubCopy.PutFiles(
                unfinished, FilesToo.Select(name => (Name: name, Path: Path.Combine(folder, name))).Where(static f => File.Exists(f.Path)).Select(static f => (f.Name, File.ReadAllBytes(f.Path))));
            Sync(unfinished);
            File.Move(unfinished, file, overwrite);
            return SqliteHubCopy.Count(file);
        }
        finally
        {
            File.Delete(unfinished);
        }
    });

    /// <summary>
    /// Puts a backup, or another copy of a hub's database, in the place of what a data folder has. The database changes in one step, at the
    /// end; the hub is another one to its clients, which offer everything that it lacks.
    /// </summary>
    /// <param name="folder">The data folder; made where there is none.</param>
    /// <param name="file">The backup, which stays as it is.</param>
    /// <param name="time">Names what was there.</param>
    /// <param name="progress">Hears of the pages that were copied and of all pages, if they are many.</param>
    /// <param name="cancellationToken">Gives up; the folder stays as it was.</param>
    /// <returns>What is in it, and the paths under which what was there before is kept.</returns>
    /// <exception cref="ParleyException">StoreInUse: a hub runs on the folder. NotFound: no such file. Invalid: no hub's database, or damaged. NewerStore, Storage.</exception>
    public static (long Changes, long Rooms, IReadOnlyList<string> Kept) Restore(
        string folder, string file, TimeProvider time, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellationToken = default) => Guarded(folder, () =>
    {
        ArgumentNullException.ThrowIfNull(time);
        if (!File.Exists(file))
        {
            throw new ParleyException(ParleyErrorCode.NotFound, $"There is no file {file}.");
        }

        if (!SqliteHubCopy.IsDatabase(file))
        {
            throw new ParleyException(ParleyErrorCode.Invalid, $"{file} is no Parley hub's database.");
        }

        Directory.CreateDirectory(folder);
        using var held = SqliteHubStore.Lock(Path.Combine(folder, "hub.lock"));
        var database = Path.Combine(folder, "hub.db");
        var unfinished = $"{database}.{Path.GetRandomFileName()}";
        try
        {
            Make(unfinished, []);
            SqliteHubCopy.Take(file, unfinished, progress, cancellationToken);
            SqliteHubCopy.Check(unfinished, file);
            var files = SqliteHubCopy.TakeFiles(unfinished).Where(static f => FilesToo.Contains(f.Name, StringComparer.Ordinal)).ToList();
            SqliteHubCopy.ForgetId(unfinished);
            var count = SqliteHubCopy.Count(unfinished);
            Sync(unfinished);

            var suffix = time.GetUtcNow().ToString("'.before-restore-'yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
            List<string> kept = [];
            foreach (var (name, bytes) in files)
            {
                Replace(Path.Combine(folder, name), bytes, suffix, kept);
            }

            KeepDatabase(database, suffix, kept);
            File.Move(unfinished, database, overwrite: true);
            return (count.Changes, count.Rooms, (IReadOnlyList<string>)kept);
        }
        finally
        {
            File.Delete(unfinished);
        }
    });

    private static void Replace(string path, byte[] bytes, string suffix, List<string> kept)
    {
        if (File.Exists(path))
        {
            if (File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            {
                return;
            }

            Make(path + suffix, File.ReadAllBytes(path));
            kept.Add(path + suffix);
        }

        var unfinished = $"{path}.{Path.GetRandomFileName()}";
        Make(unfinished, bytes);
        File.Move(unfinished, path, overwrite: true);
    }

    // The database stays in its place until the other takes it, so that a hub finds the one or the other. Its log must not stand beside the
    // other one, which is not the one that it was written for.
    private static void KeepDatabase(string database, string suffix, List<string> kept)
    {
        if (!File.Exists(database))
        {
            return;
        }

        string[] parts = ["", "-wal"];
        try
        {
            SqliteHubCopy.Gather(database);
        }
        catch (ParleyException)
        {
            // What cannot be opened is kept as it is.
        }

        foreach (var part in parts.Where(part => File.Exists(database + part)))
        {
            using (var to = new FileStream(database + suffix + part, Private(FileMode.CreateNew)))
            using (var from = File.OpenRead(database + part))
            {
                from.CopyTo(to);
                to.Flush(flushToDisk: true);
            }

            kept.Add(database + suffix + part);
        }

        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
    }

    private static void Make(string path, byte[] bytes)
    {
        using var file = new FileStream(path, Private(FileMode.CreateNew));
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static T Guarded<T>(string name, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ParleyException(ParleyErrorCode.Storage, $"{name}: {failure.Message}", failure);
        }
    }
}
