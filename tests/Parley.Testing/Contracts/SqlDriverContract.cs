using Parley.Storage;
using Xunit;

namespace Parley.Testing.Contracts;

/// <summary>What every <see cref="ISqlDriver"/> keeps. Derive, and say how one is opened.</summary>
public abstract class SqlDriverContract
{
    private const string Table = "CREATE TABLE note (id INTEGER PRIMARY KEY, body)";

    /// <summary>Opens a driver over an empty database.</summary>
    protected abstract Task<ISqlDriver> OpenAsync();

    /// <summary>Runs a case with a driver that is closed after it.</summary>
    protected virtual async Task WithDriverAsync(Func<ISqlDriver, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        await using var driver = await OpenAsync();
        await work(driver);
    }

    public static TheoryData<string> Values => new("null", "zero", "long", "negative", "double", "text", "empty text", "unicode", "zero unit", "bytes", "empty bytes");

    [Theory]
    [MemberData(nameof(Values))]
    public Task A_value_comes_back_as_it_was_written(string kind) => WithDriverAsync(async driver =>
    {
        object? value = kind switch
        {
            "null" => null,
            "zero" => 0L,
            "long" => 9_007_199_254_740_991L,
            "negative" => -(1L << 52),
            "double" => 0.1,
            "text" => "plain",
            "empty text" => "",
            "unicode" => "é ﬁ 😀 עברית\r\n",
            "zero unit" => "before\0after",
            "bytes" => new byte[] { 0, 255, 1 },
            _ => Array.Empty<byte>(),
        };
        await driver.WriteAsync([new(Table), new("INSERT INTO note VALUES (1, ?1)", value)]);
        var answer = await driver.ReadAsync([new("SELECT body, typeof(body) FROM note")]);
        Assert.Equal(value, answer[0].Rows[0][0]);
        Assert.Equal(
            value switch { null => "null", long => "integer", double => "real", string => "text", _ => "blob" },
            answer[0].Rows[0][1]);
    });

    [Fact]
    public Task Each_statement_answers_with_its_rows_and_its_count_of_changes() => WithDriverAsync(async driver =>
    {
        var answer = await driver.WriteAsync(
        [
            new(Table),
            new("INSERT INTO note VALUES (1, 'a'), (2, 'b'), (3, 'c')"),
            new("UPDATE note SET body = 'x' WHERE id > ?1", 1L),
            new("SELECT id, body FROM note ORDER BY id"),
            new("DELETE FROM note"),
        ]);
        Assert.Equal([0, 3, 2, 0, 3], answer.Select(a => a.Changed));
        Assert.Equal([[1L, "a"], [2L, "x"], [3L, "x"]], answer[3].Rows);
        Assert.Empty(answer[4].Rows);
    });

    [Fact]
    public Task A_write_that_fails_changes_nothing() => WithDriverAsync(async driver =>
    {
        await driver.WriteAsync([new(Table)]);
        var failure = await Assert.ThrowsAsync<ParleyException>(async () => await driver.WriteAsync(
            [new("INSERT INTO note VALUES (1, 'a')"), new("INSERT INTO note VALUES (1, 'again')")]));
        Assert.Equal(ParleyErrorCode.Storage, failure.Code);
        Assert.Empty((await driver.ReadAsync([new("SELECT id FROM note")]))[0].Rows);
        await driver.WriteAsync([new("INSERT INTO note VALUES (1, 'after')")]);
        Assert.Single((await driver.ReadAsync([new("SELECT id FROM note")]))[0].Rows);
    });

    [Fact]
    public Task A_statement_that_is_not_SQL_is_refused_and_the_driver_lives_on() => WithDriverAsync(async driver =>
    {
        await Assert.ThrowsAsync<ParleyException>(async () => await driver.ReadAsync([new("SELEKT 1")]));
        Assert.Equal(1L, (await driver.ReadAsync([new("SELECT 1")]))[0].Rows[0][0]);
    });

    [Fact]
    public Task The_same_text_with_other_parameters_gives_other_rows() => WithDriverAsync(async driver =>
    {
        await driver.WriteAsync([new(Table), new("INSERT INTO note VALUES (1, 'a'), (2, 'b')")]);
        for (var id = 1L; id <= 2; id++)
        {
            Assert.Equal(id == 1 ? "a" : "b", (await driver.ReadAsync([new("SELECT body FROM note WHERE id = ?1", id)]))[0].Rows[0][0]);
        }

        // A parameter that is not given is null, not what was bound before.
        Assert.Empty((await driver.ReadAsync([new("SELECT body FROM note WHERE id = ?1")]))[0].Rows);
    });

    [Fact]
    public Task A_schema_change_is_part_of_its_transaction() => WithDriverAsync(async driver =>
    {
        await Assert.ThrowsAsync<ParleyException>(async () => await driver.WriteAsync([new(Table), new("PRAGMA user_version = 7"), new("INSERT INTO nowhere VALUES (1)")]));
        var answer = await driver.ReadAsync([new("PRAGMA user_version"), new("SELECT count(*) FROM sqlite_schema")]);
        Assert.Equal((0L, 0L), (answer[0].Rows[0][0], answer[1].Rows[0][0]));
    });

    [Fact]
    public Task Writes_from_many_callers_run_one_after_another() => WithDriverAsync(async driver =>
    {
        await driver.WriteAsync([new(Table), new("INSERT INTO note VALUES (1, 0)")]);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => driver.WriteAsync([new("UPDATE note SET body = body + 1")]).AsTask()));
        Assert.Equal(50L, (await driver.ReadAsync([new("SELECT body FROM note")]))[0].Rows[0][0]);
    });

    [Fact]
    public Task A_read_sees_what_a_finished_write_wrote() => WithDriverAsync(async driver =>
    {
        await driver.WriteAsync([new(Table)]);
        for (var i = 1L; i <= 20; i++)
        {
            await driver.WriteAsync([new("INSERT INTO note VALUES (?1, 'x')", i)]);
            Assert.Equal(i, (await driver.ReadAsync([new("SELECT count(*) FROM note")]))[0].Rows[0][0]);
        }
    });

    [Fact]
    public Task Json_functions_and_full_text_search_are_there() => WithDriverAsync(async driver =>
    {
        var answer = await driver.WriteAsync(
        [
            new("SELECT json_extract('{\"parley:after\":\"x\"}', '$.\"parley:after\"'), unhex('00ff'), json_type('[true]', '$[0]')"),
            new("SELECT value FROM json_each(?1) ORDER BY key", "[\"b\",\"a\"]"),
            new("CREATE VIRTUAL TABLE search USING fts5(body)"),
            new("INSERT INTO search VALUES ('a long walk'), ('a short talk')"),
            new("SELECT rowid FROM search WHERE search MATCH 'talk'"),
        ]);
        Assert.Equal("x", answer[0].Rows[0][0]);
        Assert.Equal(new byte[] { 0, 255 }, answer[0].Rows[0][1]);
        Assert.Equal("true", answer[0].Rows[0][2]);
        Assert.Equal(["b", "a"], answer[1].Rows.Select(row => row[0]));
        Assert.Equal(2L, answer[4].Rows[0][0]);
    });

    [Fact]
    public Task A_cancelled_call_is_cancelled_and_the_driver_lives_on() => WithDriverAsync(async driver =>
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await driver.ReadAsync([new("SELECT 1")], cancelled.Token));
        Assert.Equal(1L, (await driver.ReadAsync([new("SELECT 1")]))[0].Rows[0][0]);
    });
}
