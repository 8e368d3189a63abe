using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Parley.Storage;

namespace Parley.Browser.Storage;

/// <summary>
/// A batch of statements as the bytes that cross into the storage worker, and its answer as the bytes that come back
/// (read and written by sql-database.js and sql-result.js). All numbers are little-endian.
/// </summary>
/// <remarks>
/// <code>
/// batch   u32 texts, then each: u32 length, UTF-8          every distinct statement text once
///         u32 statements, then each: u32 index of its text, u32 parameters, then each: value
/// answer  u32 statements, then each: u32 columns, u32 rows, u32 changed, then columns × rows values
/// value   u8 tag: 0 null | 1 i64 | 2 f64 | 3 u32 length, UTF-8 | 4 u32 length, bytes
/// </code>
/// </remarks>
internal static class SqlBatch
{
    private const byte Null = 0;
    private const byte Integer = 1;
    private const byte Real = 2;
    private const byte Text = 3;
    private const byte Blob = 4;

    /// <summary>The batch's bytes. Throws <see cref="ArgumentException"/> for a parameter of a type that SQL does not have.</summary>
    public static ArrayBufferWriter<byte> Encode(IReadOnlyList<SqlStatement> statements)
    {
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var statement in statements)
        {
            texts.TryAdd(statement.Sql, texts.Count);
        }

        var batch = new ArrayBufferWriter<byte>(4096);
        WriteCount(batch, texts.Count);
        foreach (var text in texts.Keys)
        {
            WriteText(batch, text);
        }

        WriteCount(batch, statements.Count);
        foreach (var statement in statements)
        {
            WriteCount(batch, texts[statement.Sql]);
            WriteCount(batch, statement.Parameters.Length);
            foreach (var value in statement.Parameters)
            {
                WriteValue(batch, value);
            }
        }

        return batch;
    }

    /// <summary>The results, one per statement.</summary>
    public static SqlResult[] Decode(ReadOnlySpan<byte> answer)
    {
        var results = new SqlResult[ReadCount(ref answer)];
        for (var statement = 0; statement < results.Length; statement++)
        {
            var columns = ReadCount(ref answer);
            var rows = new object?[ReadCount(ref answer)][];
            var changed = ReadCount(ref answer);
            for (var row = 0; row < rows.Length; row++)
            {
                var values = new object?[columns];
                for (var column = 0; column < columns; column++)
                {
                    values[column] = ReadValue(ref answer);
                }

                rows[row] = values;
            }

            results[statement] = new SqlResult(rows, changed);
        }

        return results;
    }

    private static void WriteValue(ArrayBufferWriter<byte> batch, object? value)
    {
        switch (value)
        {
            case null:
                WriteTag(batch, Null);
                break;
            case long integer:
                WriteTag(batch, Integer);
                BinaryPrimitives.WriteInt64LittleEndian(batch.GetSpan(8), integer);
                batch.Advance(8);
                break;
            case double real:
                WriteTag(batch, Real);
                BinaryPrimitives.WriteDoubleLittleEndian(batch.GetSpan(8), real);
                batch.Advance(8);
                break;
            case string text:
                WriteTag(batch, Text);
                WriteText(batch, text);
                break;
            case byte[] blob:
                WriteTag(batch, Blob);
                WriteCount(batch, blob.Length);
                batch.Write(blob);
                break;
            default:
                throw new ArgumentException($"A SQL parameter cannot be a {value.GetType().Name}.");
        }
    }

    private static void WriteTag(ArrayBufferWriter<byte> batch, byte tag)
    {
        batch.GetSpan(1)[0] = tag;
        batch.Advance(1);
    }

    private static void WriteCount(ArrayBufferWriter<byte> batch, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(batch.GetSpan(4), count);
        batch.Advance(4);
    }

    private static void WriteText(ArrayBufferWriter<byte> batch, string text)
    {
        var room = batch.GetSpan(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, room[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(room, length);
        batch.Advance(4 + length);
    }

    private static object? ReadValue(ref ReadOnlySpan<byte> answer)
    {
        var tag = answer[0];
        answer = answer[1..];
        return tag switch
        {
            Null => null,
            Integer => BinaryPrimitives.ReadInt64LittleEndian(Read(ref answer, 8)),
            Real => BinaryPrimitives.ReadDoubleLittleEndian(Read(ref answer, 8)),
            Text => Encoding.UTF8.GetString(Read(ref answer, ReadCount(ref answer))),
            Blob => Read(ref answer, ReadCount(ref answer)).ToArray(),
            _ => throw new ParleyException(ParleyErrorCode.Storage, $"The storage worker answered with an unknown value tag {tag}."),
        };
    }

    private static int ReadCount(ref ReadOnlySpan<byte> answer) => BinaryPrimitives.ReadInt32LittleEndian(Read(ref answer, 4));

    private static ReadOnlySpan<byte> Read(ref ReadOnlySpan<byte> answer, int length)
    {
        var part = answer[..length];
        answer = answer[length..];
        return part;
    }
}
