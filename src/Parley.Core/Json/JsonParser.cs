using System.Buffers.Text;
using System.Globalization;

namespace Parley.Json;

/// <summary>A recursive-descent parser over valid UTF-8. Depth is bounded, so the stack is.</summary>
/// <remarks>
/// Written by hand because the platform's reader throws on malformed input (a stack trace for every hostile frame)
/// and cannot return lone surrogates.
/// </remarks>
internal ref struct JsonParser(ReadOnlySpan<byte> utf8)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private int _at;
    private int _depth;

    public JsonFault ReadDocument(out JsonValue value)
    {
        var fault = ReadValue(out value);
        if (fault == JsonFault.None)
        {
            SkipWhiteSpace();
            fault = _at == _utf8.Length ? JsonFault.None : JsonFault.Malformed;
        }

        if (fault != JsonFault.None)
        {
            value = JsonValue.Null;
        }

        return fault;
    }

    private JsonFault ReadValue(out JsonValue value)
    {
        value = JsonValue.Null;
        SkipWhiteSpace();
        if (_at == _utf8.Length)
        {
            return JsonFault.Malformed;
        }

        switch (_utf8[_at])
        {
            case (byte)'"':
                if (ReadText() is not { } text)
                {
                    return JsonFault.Malformed;
                }

                value = JsonValue.Of(text);
                return JsonFault.None;
            case (byte)'{':
                return ReadObject(out value);
            case (byte)'[':
                return ReadArray(out value);
            case (byte)'t':
                value = JsonValue.True;
                return ReadLiteral("true"u8);
            case (byte)'f':
                value = JsonValue.False;
                return ReadLiteral("false"u8);
            case (byte)'n':
                return ReadLiteral("null"u8);
            default:
                return ReadNumber(out value);
        }
    }

    private JsonFault ReadObject(out JsonValue value)
    {
        value = JsonValue.EmptyObject;
        if (++_depth > JsonReader.DepthMax)
        {
            return JsonFault.TooDeep;
        }

        _at++;
        if (TakeAfterSpace((byte)'}'))
        {
            _depth--;
            return JsonFault.None;
        }

        var members = new JsonMembers();
        do
        {
            SkipWhiteSpace();
            if (_at == _utf8.Length || _utf8[_at] != '"' || ReadName() is not { } name || !TakeAfterSpace((byte)':'))
            {
                return JsonFault.Malformed;
            }

            if (string.Equals(name, JsonReader.ForbiddenName, StringComparison.Ordinal))
            {
                return JsonFault.ForbiddenName;
            }

            var fault = ReadValue(out var member);
            if (fault != JsonFault.None)
            {
                return fault;
            }

            members.Add(new(name, member));
        }
        while (TakeAfterSpace((byte)','));

        if (!TakeAfterSpace((byte)'}'))
        {
            return JsonFault.Malformed;
        }

        _depth--;
        var list = members.ToArray();
        if (JsonMembers.HasDuplicate(list))
        {
            return JsonFault.DuplicateName;
        }

        value = JsonValue.Object(list);
        return JsonFault.None;
    }

    private JsonFault ReadArray(out JsonValue value)
    {
        value = JsonValue.EmptyArray;
        if (++_depth > JsonReader.DepthMax)
        {
            return JsonFault.TooDeep;
        }

        _at++;
        if (TakeAfterSpace((byte)']'))
        {
            _depth--;
            return JsonFault.None;
        }

        var items = new List<JsonValue>();
        do
        {
            var fault = ReadValue(out var item);
            if (fault != JsonFault.None)
            {
                return fault;
            }

            items.Add(item);
        }
        while (TakeAfterSpace((byte)','));

        if (!TakeAfterSpace((byte)']'))
        {
            return JsonFault.Malformed;
        }

        _depth--;
        value = JsonValue.Array(items);
        return JsonFault.None;
    }

    private JsonFault ReadLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_utf8[_at..].StartsWith(literal))
        {
            return JsonFault.Malformed;
        }

        _at += literal.Length;
        return JsonFault.None;
    }

    private JsonFault ReadNumber(out JsonValue value)
    {
        value = JsonValue.Null;
        var start = _at;
        _ = Take((byte)'-');
        var digits = SkipDigits();
        var firstDigit = _at - digits;
        if (digits == 0 || (digits > 1 && _utf8[firstDigit] == '0'))
        {
            return JsonFault.Malformed;
        }

        var whole = true;
        if (Take((byte)'.'))
        {
            whole = false;
            if (SkipDigits() == 0)
            {
                return JsonFault.Malformed;
            }
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            whole = false;
            _ = Take((byte)'+') || Take((byte)'-');
            if (SkipDigits() == 0)
            {
                return JsonFault.Malformed;
            }
        }

        var token = _utf8[start.._at];
        double number;
        if (whole && token.Length <= 16 && Utf8Parser.TryParse(token, out long integer, out var used) && used == token.Length)
        {
            // The sign of -0 is lost here; no form of it shows one.
            number = integer;
        }
        else if (!double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out number) || !double.IsFinite(number))
        {
            // JSON.parse makes Infinity of it and JSON.stringify null: two readings of one text.
            return JsonFault.Malformed;
        }

        value = JsonValue.Of(number);
        return JsonFault.None;
    }

    private string? ReadName()
    {
        if (JsonText.TryReadName(_utf8[(_at + 1)..], out var used) is not { } name)
        {
            return null;
        }

        _at += used + 1;
        return name;
    }

    private string? ReadText()
    {
        if (JsonText.TryRead(_utf8[(_at + 1)..], out var used) is not { } text)
        {
            return null;
        }

        _at += used + 1;
        return text;
    }

    private int SkipDigits()
    {
        var start = _at;
        while (_at < _utf8.Length && char.IsAsciiDigit((char)_utf8[_at]))
        {
            _at++;
        }

        return _at - start;
    }

    private bool Take(byte expected)
    {
        if (_at < _utf8.Length && _utf8[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private bool TakeAfterSpace(byte expected)
    {
        SkipWhiteSpace();
        return Take(expected);
    }

    private void SkipWhiteSpace()
    {
        while (_at < _utf8.Length && _utf8[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }
    }
}
