using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>A prepared statement that is bound and stepped without an object for each value. For one thread.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int TextBytesMax = 2_048;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public SqliteStatement(sqlite3 connection, string sql)
    {
        _connection = connection;
        Check(connection, raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Throws where a result code is a failure.</summary>
    public static void Check(sqlite3 connection, int code)
    {
        if (code is not raw.SQLITE_OK and not raw.SQLITE_ROW and not raw.SQLITE_DONE)
        {
            var text = raw.sqlite3_errmsg(connection).utf8_to_string();
            throw (code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
                ? new ParleyException(ParleyErrorCode.StoreInUse, "Another process holds the hub's database.")
                : new ParleyException(ParleyErrorCode.Storage, $"SQLite error {code}: {text}");
        }
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement With(long value) => Bound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    /// <inheritdoc cref="With(long)"/>
    public SqliteStatement With(double value) => Bound(raw.sqlite3_bind_double(_statement, ++_bound, value));

    /// <inheritdoc cref="With(long)"/>
    public SqliteStatement With(ReadOnlySpan<byte> value) => Bound(raw.sqlite3_bind_blob(_statement, ++_bound, value));

    /// <inheritdoc cref="With(long)"/>
    public SqliteStatement With(string value)
    {
        var bytes = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = bytes > TextBytesMax ? ArrayPool<byte>.Shared.Rent(bytes) : null;
        var buffer = rented ?? stackalloc byte[TextBytesMax];
        var length = Encoding.UTF8.GetBytes(value, buffer);
        var result = Bound(raw.sqlite3_bind_text(_statement, ++_bound, buffer[..length]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return result;
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    public void Run()
    {
        try
        {
            Check(_connection, raw.sqlite3_step(_statement));
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>The next row; false, and ready for the next use, behind the last one.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        Check(_connection, code);
        return false;
    }

    /// <summary>What is read from the first row; the default if there is none. Ready for the next use.</summary>
    public T? One<T>(Func<SqliteStatement, T> read)
    {
        if (!Step())
        {
            return default;
        }

        var one = read(this);
        Reset();
        return one;
    }

    /// <summary>What is read from all rows. Ready for the next use.</summary>
    public List<T> All<T>(Func<SqliteStatement, T> read)
    {
        var all = new List<T>();
        while (Step())
        {
            all.Add(read(this));
        }

        return all;
    }

    /// <summary>Makes it ready for the next use.</summary>
    public void Reset()
    {
        // Its code only repeats what the step said. Bindings stay until they are overwritten: every use binds all of them.
        _ = raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private SqliteStatement Bound(int code)
    {
        Check(_connection, code);
        return this;
    }
}
