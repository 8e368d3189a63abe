using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Parley.Json;

/// <summary>Writes canonical JSON into a growing buffer. One per thread, used again for every value.</summary>
internal sealed class CanonicalWriter
{
    private const int RetainedBytesMax = 1 << 20;

    [ThreadStatic]
    private static CanonicalWriter? t_rented;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        ['"', '\\', .. Enumerable.Range(0, 0x20).Select(c => (char)c)]);

    private byte[] _buffer = new byte[1024];
    private int _length;
    private int _depth;

    /// <summary>What was written; good until this thread's next <see cref="Rent"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>How many bytes were written.</summary>
    public int Length => _length;

    /// <summary>The deepest nesting of arrays and objects among the values written.</summary>
    public int DepthReached { get; private set; }

    /// <summary>This thread's writer, empty. Nobody may hold it across a call that writes canonical JSON itself.</summary>
    public static CanonicalWriter Rent()
    {
        var writer = t_rented;
        if (writer is null || writer._buffer.Length > RetainedBytesMax)
        {
            t_rented = writer = new();
        }

        writer._length = 0;
        writer._depth = 0;
        writer.DepthReached = 0;
        return writer;
    }

    /// <summary>Writes a value. False where it has no canonical form (a name twice, <c>__proto__</c>, too deep).</summary>
    public bool TryValue(JsonValue value)
    {
        switch (value.Kind)
        {
            case JsonKind.Null:
                Raw("null"u8);
                return true;
            case JsonKind.False:
                Raw("false"u8);
                return true;
            case JsonKind.True:
                Raw("true"u8);
                return true;
            case JsonKind.Number:
                Number(value.Number.GetValueOrDefault());
                return true;
            case JsonKind.Text:
                Text(value.Text!);
                return true;
            case JsonKind.Array:
                return Deeper() && TryArray(value) && Shallower();
            case JsonKind.Object:
                return Deeper() && TryObject(value.MemberSpan) && Shallower();
            default:
                return false;
        }
    }

    /// <summary>Writes bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Writes one byte as it is.</summary>
    public void Raw(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    /// <summary>Writes an integer.</summary>
    public void Integer(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        _length += written;
    }

    /// <summary>Writes a number as ECMAScript does.</summary>
    public void Number(double value) => _length += EcmaNumber.Format(value, Reserve(EcmaNumber.LengthMax));

    /// <summary>Writes a string with its quotes.</summary>
    public void Text(string value)
    {
        Raw((byte)'"');
        var rest = value.AsSpan();
        while (true)
        {
            var plain = rest.IndexOfAny(Escaped);
            Plain(plain < 0 ? rest : rest[..plain]);
            if (plain < 0)
            {
                break;
            }

            Escape(rest[plain]);
            rest = rest[(plain + 1)..];
        }

        Raw((byte)'"');
    }

    /// <summary>Writes a string with its quotes, or <c>null</c>.</summary>
    public void TextOrNull(string? value)
    {
        if (value is null)
        {
            Raw("null"u8);
        }
        else
        {
            Text(value);
        }
    }

    private bool Deeper()
    {
        DepthReached = Math.Max(DepthReached, ++_depth);
        return _depth <= JsonReader.DepthMax;
    }

    private bool Shallower()
    {
        _depth--;
        return true;
    }

    private bool TryArray(JsonValue value)
    {
        Raw((byte)'[');
        var items = value.Items;
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                Raw((byte)',');
            }

            if (!TryValue(items[i]))
            {
                return false;
            }
        }

        Raw((byte)']');
        return true;
    }

    private bool TryObject(ReadOnlySpan<KeyValuePair<string, JsonValue>> members)
    {
        if (!MemberOrder.IsOrdered(members))
        {
            var sorted = members.ToArray();
            Array.Sort(sorted, MemberOrder.Comparer);
            if (!MemberOrder.IsOrdered(sorted))
            {
                return false;
            }

            members = sorted;
        }

        Raw((byte)'{');
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                Raw((byte)',');
            }

            if (string.Equals(members[i].Key, JsonReader.ForbiddenName, StringComparison.Ordinal))
            {
                return false;
            }

            Text(members[i].Key);
            Raw((byte)':');
            if (!TryValue(members[i].Value))
            {
                return false;
            }
        }

        Raw((byte)'}');
        return true;
    }

    /// <summary>Writes units that need no escape, apart from lone surrogates.</summary>
    private void Plain(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var status = Utf8.FromUtf16(text, Reserve(text.Length * 3), out var read, out var written, replaceInvalidSequences: false);
            _length += written;
            text = text[read..];
            if (status == OperationStatus.Done)
            {
                return;
            }

            UnicodeEscape(text[0]);
            text = text[1..];
        }
    }

    private void Escape(char unit)
    {
        switch (unit)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\b':
                Raw("\\b"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\f':
                Raw("\\f"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            default:
                UnicodeEscape(unit);
                break;
        }
    }

    private void UnicodeEscape(char unit)
    {
        Raw("\\u"u8);
        Utf8Formatter.TryFormat((ushort)unit, Reserve(4), out var written, new StandardFormat('x', 4));
        _length += written;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        return _buffer.AsSpan(_length);
    }
}
