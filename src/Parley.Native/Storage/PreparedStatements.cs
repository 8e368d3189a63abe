using System.Buffers;
using System.Text;
using Parley.Storage;
using SQLitePCL;

namespace Parley.Native.Storage;

/// <summary>The prepared statements of one connection, by text: the least recently used one goes when there are too many.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class PreparedStatements(sqlite3 connection) : IDisposable
{
    private const int Kept = 256;

    private readonly Dictionary<string, LinkedListNode<(string Sql, sqlite3_stmt Statement)>> _byText = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Sql, sqlite3_stmt Statement)> _byUse = new();

    public bool InTransaction => raw.sqlite3_get_autocommit(connection) == 0;

    public static ParleyException Failure(int code, string message, Exception? cause = null) => (code & 0xff) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(ParleyErrorCode.StoreInUse, "Another process holds this database.", cause),
        _ => new(ParleyErrorCode.Storage, $"SQLite error {code}: {message}", cause),
    };

    public SqlResult Run(in SqlStatement statement)
    {
        var prepared = Prepare(statement.Sql);
        try
        {
            Bind(prepared, statement.Parameters);
            return Step(prepared);
        }
        finally
        {
            // Both codes only repeat what the step said.
            _ = raw.sqlite3_reset(prepared);
            _ = raw.sqlite3_clear_bindings(prepared);
        }
    }

    public void Dispose()
    {
        foreach (var (_, statement) in _byUse)
        {
            statement.Dispose();
        }

        _byUse.Clear();
        _byText.Clear();
    }

    private SqlResult Step(sqlite3_stmt prepared)
    {
        var before = raw.sqlite3_total_changes(connection);
        var columns = raw.sqlite3_column_count(prepared);
        List<object?[]>? rows = null;
        int code;
        while ((code = raw.sqlite3_step(prepared)) == raw.SQLITE_ROW)
        {
            var row = new object?[columns];
            for (var i = 0; i < columns; i++)
            {
                row[i] = Column(prepared, i);
            }

            (rows ??= []).Add(row);
        }

        return code == raw.SQLITE_DONE
            ? new(rows is null ? [] : rows, raw.sqlite3_total_changes(connection) - before)
            : throw Failure(code);
    }

    private static object? Column(sqlite3_stmt prepared, int index) => raw.sqlite3_column_type(prepared, index) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(prepared, index),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(prepared, index),
        // By length, not up to the first NUL.
        raw.SQLITE_TEXT => Encoding.UTF8.GetString(raw.sqlite3_column_blob(prepared, index)),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(prepared, index).ToArray(),
        _ => null,
    };

    private void Bind(sqlite3_stmt prepared, object?[] parameters)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var code = parameters[i] switch
            {
                null => raw.sqlite3_bind_null(prepared, i + 1),
                long number => raw.sqlite3_bind_int64(prepared, i + 1, number),
                string text => BindText(prepared, i + 1, text),
                byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(prepared, i + 1, 0),
                byte[] bytes => raw.sqlite3_bind_blob(prepared, i + 1, bytes),
                double number => raw.sqlite3_bind_double(prepared, i + 1, number),
                var other => throw new ArgumentException($"A parameter of type {other.GetType().Name} is not one of long, double, string, byte[].", nameof(parameters)),
            };
            if (code != raw.SQLITE_OK)
            {
                throw Failure(code);
            }
        }
    }

    private static int BindText(sqlite3_stmt prepared, int index, string text)
    {
        if (text.Length == 0)
        {
            // An empty span would arrive as a null pointer, which SQLite takes for NULL.
            return raw.sqlite3_bind_text(prepared, index, "");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            // SQLite copies the bytes before this returns.
            return raw.sqlite3_bind_text(prepared, index, buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sqlite3_stmt Prepare(string sql)
    {
        if (_byText.TryGetValue(sql, out var known))
        {
            if (_byUse.First != known)
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
            }

            return known.Value.Statement;
        }

        var code = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }

        if (_byUse.Count == Kept)
        {
            var oldest = _byUse.Last!;
            _byUse.RemoveLast();
            _byText.Remove(oldest.Value.Sql);
            oldest.Value.Statement.Dispose();
        }

        _byText[sql] = _byUse.AddFirst((sql, statement));
        return statement;
    }

    private ParleyException Failure(int code) => Failure(code, raw.sqlite3_errmsg(connection).utf8_to_string());
}
