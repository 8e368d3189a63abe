using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>
/// A hub's store in one SQLite file: WAL with <c>synchronous=FULL</c>, one writing connection, and a reading one for every page that
/// is being read. A second hub on the same file is refused.
/// </summary>
internal sealed class SqliteHubStore : IHubStore
{
    private const int ReadersKept = 4;

    private static readonly string[] WriterPragmas =
    [
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA cache_size=-65536",
        "PRAGMA wal_autocheckpoint=4000",
        "PRAGMA temp_store=MEMORY",
    ];

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly HubGeneration _generation;
    private readonly SqliteHubWriter _writer;
    private readonly SqliteLedgerReader _ledgerReader;
    private readonly SqliteLedgerWriter _ledgerWriter;
    private readonly ConcurrentBag<SqliteHubReader> _readers = [];

    private SqliteHubStore(string path, FileStream fileLock, SqliteConnection connection, TimeProvider time)
    {
        _path = path;
        _lock = fileLock;
        _connection = connection;
        FoundVersion = SqliteHubSchema.Migrate(connection.Handle!);
        _ledgerReader = new(connection.Handle!);
        _ledgerWriter = new(connection.Handle!);
        var id = SqliteHubLists.Epoch(connection.Handle!, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), time.GetUtcNow().ToUnixTimeMilliseconds());
        _generation = new(connection.Handle!, Path.GetDirectoryName(path)!, id, time);
        _writer = new(connection.Handle!, _generation);
        SinceMs = long.Parse(SqliteHubLists.Setting(connection.Handle!, "since") ?? "0", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public string Epoch => _generation.Epoch;

    /// <inheritdoc/>
    public long SinceMs { get; }

    private SQLitePCL.sqlite3 Handle => _connection.Handle!;

    /// <summary>The schema that the file had when it was opened; 0 where it was new.</summary>
    public long FoundVersion { get; }

    /// <summary>
    /// Opens or makes <c>hub.db</c> in a folder. Throws <see cref="ParleyException"/>: Storage, StoreInUse (another hub runs on it), NewerStore.
    /// </summary>
    public static SqliteHubStore Open(string folder, TimeProvider? time = null)
    {
        FileStream? fileLock = null;
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(folder);
            fileLock = Lock(Path.Combine(folder, "hub.lock"));
            var path = Path.Combine(folder, "hub.db");
            connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
            foreach (var pragma in WriterPragmas)
            {
                SqliteHubSchema.Execute(connection.Handle!, pragma);
            }

            return new(path, fileLock, connection, time ?? TimeProvider.System);
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            fileLock?.Dispose();
            throw failure is SqliteException or IOException or UnauthorizedAccessException
                ? new ParleyException(ParleyErrorCode.Storage, "The hub's database could not be opened: " + failure.Message, failure)
                : failure;
        }
    }

    /// <summary>The value of a pragma on the connection that writes.</summary>
    public string Pragma(string name)
    {
        using var statement = new SqliteStatement(_connection.Handle!, "PRAGMA " + name);
        statement.Step();
        var value = statement.Text(0);
        statement.Reset();
        return value;
    }

    /// <inheritdoc/>
    public void ForgetWaiting(long beforeWallMs)
    {
        _writer.Transaction(() => _writer.ForgetWaiting(beforeWallMs));
        _ledgerReader.CountHeld();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Change> Operations() => _writer.Operations();

    /// <inheritdoc/>
    public Known Load(Needs needs)
    {
        _writer.Begin();
        return _ledgerReader.Load(needs);
    }

    /// <inheritdoc/>
    public void Release() => _writer.Release();

    /// <inheritdoc/>
    public IReadOnlyCollection<WaitKey> Awaited() => _ledgerReader.Awaited();

    /// <inheritdoc/>
    public IReadOnlyList<Place> Commit(Decision decision, in Alongside alongside)
    {
        var with = alongside;
        IReadOnlyList<Place> places = [];
        var held = 0L;
        try
        {
            _writer.Transaction(() => (places, held) = _ledgerWriter.Write(decision, with));
        }
        catch
        {
            _ledgerWriter.Forget();
            throw;
        }

        _ledgerReader.HeldCount += held;
        return places;
    }

    /// <inheritdoc/>
    public StoredMember? FindMember(NodeId domain, PersonId person) => WithReader(r => r.FindMember(domain, person));

    /// <inheritdoc/>
    public IReadOnlyList<StoredMember> MembershipsOf(PersonId person) => WithReader(r => r.MembershipsOf(person));

    /// <inheritdoc/>
    public bool IsKnownTo(PersonId person, PersonId stranger) => WithReader(r => r.IsKnownTo(person, stranger));

    /// <inheritdoc/>
    public StoredDomain? FindDomain(NodeId domain) => WithReader(r => r.FindDomain(domain));

    /// <inheritdoc/>
    public IReadOnlyList<(StoredDomain Domain, int Members)> Domains() => WithReader(static r => r.Domains());

    /// <inheritdoc/>
    public IReadOnlyList<Change> ReadLogs(NodeId domain) => WithReader(r => r.ReadLogs(domain));

    /// <inheritdoc/>
    public bool HasMembers() => WithReader(static r => r.HasMembers());

    /// <inheritdoc/>
    public long Clear(string room)
    {
        long count = 0;
        _writer.Transaction(() => count = _writer.Clear(room));
        return count;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Revocation> Revoked() => SqliteHubLists.Revoked(Handle);

    /// <inheritdoc/>
    public void Revoke(string name, long wallMs) => _writer.Transaction(() => SqliteHubLists.Revoke(Handle, name, wallMs));

    /// <inheritdoc/>
    public void Unrevoke(string name) => _writer.Transaction(() => SqliteHubLists.Unrevoke(Handle, name));

    /// <inheritdoc/>
    public string? Setting(string name) => SqliteHubLists.Setting(Handle, name);

    /// <inheritdoc/>
    public void Set(string name, string? value) => _writer.Transaction(() => SqliteHubLists.Set(Handle, name, value));

    /// <inheritdoc/>
    public IReadOnlyList<StoredStanding> Standings() => SqliteHubLists.Standings(Handle);

    /// <inheritdoc/>
    public void SetStanding(string did, Standing? standing, long wallMs) =>
        _writer.Transaction(() => SqliteHubLists.SetStanding(Handle, did, standing, wallMs));

    /// <inheritdoc/>
    public IReadOnlyList<AuthorTotal> AuthorTotals(int limit) => WithReader(r => r.AuthorTotals(limit));

    /// <inheritdoc/>
    public IReadOnlyList<RoomTotal> RoomTotals(int limit) => WithReader(r => r.RoomTotals(limit));

    /// <inheritdoc/>
    public bool Read(string room, long afterSeq, IPageReader reader) => WithReader(r => r.Read(room, afterSeq, reader));

    /// <inheritdoc/>
    public bool ReadByLamport(string room, double sinceLamport, IPageReader reader) => WithReader(r => r.ReadByLamport(room, sinceLamport, reader));

    /// <inheritdoc/>
    public bool ReadOperations(string room, long afterSeq, IPageReader reader) => WithReader(r => r.ReadOperations(room, afterSeq, reader));

    /// <inheritdoc/>
    public KnownNode? Find(NodeId id) => WithReader(r => r.Find(id));

    /// <inheritdoc/>
    public long MaxLamport(string room) => WithReader(r => r.MaxLamport(room));

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _ledgerReader.Dispose();
        _ledgerWriter.Dispose();
        _writer.Dispose();
        _generation.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Keeps hubs away from a folder until it is disposed. Throws <see cref="ParleyException"/>: StoreInUse.</summary>
    internal static FileStream Lock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(path))
        {
            throw new ParleyException(ParleyErrorCode.StoreInUse, "Another hub runs on this data folder.", failure);
        }
    }

    private T WithReader<T>(Func<SqliteHubReader, T> read)
    {
        if (!_readers.TryTake(out var reader))
        {
            reader = new(Connect(_path, SqliteOpenMode.ReadOnly));
        }

        var result = read(reader);
        if (_readers.Count < ReadersKept)
        {
            _readers.Add(reader);
        }
        else
        {
            reader.Dispose();
        }

        return result;
    }
}
