using Parley.Storage;

namespace Parley.Native.Storage;

/// <summary>SQLite in a process, over Microsoft.Data.Sqlite: WAL with <c>synchronous=FULL</c>, one writer thread, one reader connection.</summary>
/// <remarks>
/// What <see cref="WriteAsync"/> returned survives a power cut as far as the disk keeps its word. The file has one owner at a time:
/// a lock file beside it (<c>.lock</c>) keeps a second process out, and is freed by the operating system when the first one dies.
/// </remarks>
public sealed class SqliteStore : ISqlDriver
{
    private static readonly SqlStatement BeginWrite = new("BEGIN IMMEDIATE");
    private static readonly SqlStatement BeginRead = new("BEGIN");

    private readonly SqliteLane _writer;
    private readonly SqliteLane _reader;
    private readonly FileStream? _ownership;

    private SqliteStore(SqliteLane writer, SqliteLane reader, FileStream? ownership)
    {
        _writer = writer;
        _reader = reader;
        _ownership = ownership;
    }

    /// <summary>Opens or makes the database file. Throws <see cref="ParleyException"/>: Storage, StoreInUse (another process writes it).</summary>
    public static SqliteStore At(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        var ownership = Own(full);
        SqliteLane? writer = null;
        try
        {
            writer = SqliteLane.Open(full, "parley-sqlite-writer", Pragmas.Writer);
            var reader = SqliteLane.Open(full, "parley-sqlite-reader", Pragmas.Reader);
            return new(writer, reader, ownership);
        }
        catch
        {
            writer?.Close();
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>A database in memory, gone when disposed.</summary>
    public static SqliteStore InMemory()
    {
        // One connection for both: SQLite in memory has no WAL, so a second one would only meet locks.
        var lane = SqliteLane.Open(":memory:", "parley-sqlite-memory", Pragmas.Memory);
        return new(lane, lane, null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        _writer.RunAsync(statements, BeginWrite, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        _reader.RunAsync(statements, BeginRead, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        if (!ReferenceEquals(_reader, _writer))
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }

        if (_ownership is not null)
        {
            await _ownership.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static FileStream Own(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ParleyException(ParleyErrorCode.Storage, "The folder of the database cannot be made.", cause);
        }

        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new ParleyException(ParleyErrorCode.Storage, "The folder of the database cannot be written.", cause);
        }
        catch (IOException cause)
        {
            throw new ParleyException(ParleyErrorCode.StoreInUse, "Another process holds this database.", cause);
        }
    }

    private static class Pragmas
    {
        // FULL, not NORMAL: an acknowledgement promises that the commit is on disk (docs/protocol.md, acknowledgement).
        public static readonly string[] Writer =
        [
            "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=4000",
            "PRAGMA cache_size=-32768", "PRAGMA temp_store=MEMORY",
        ];

        public static readonly string[] Reader = ["PRAGMA query_only=ON", "PRAGMA cache_size=-16384", "PRAGMA temp_store=MEMORY"];

        public static readonly string[] Memory = ["PRAGMA temp_store=MEMORY"];
    }
}
