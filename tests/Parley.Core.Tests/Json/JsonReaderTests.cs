using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Xunit;

namespace Parley.Json;

public sealed class JsonReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nul")]
    [InlineData("nulll")]
    [InlineData("True")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.e3")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("-01")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("-1e309")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("\"\\\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\u+123\"")]
    [InlineData("\"\t\"")]
    [InlineData("\"a\\n\n\"")]
    [InlineData("'a'")]
    [InlineData("[")]
    [InlineData("[1")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("[}")]
    [InlineData("{")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{1:1}")]
    [InlineData("{]")]
    [InlineData("[1]]")]
    [InlineData("{} {}")]
    [InlineData("/*a*/1")]
    [InlineData("\uFEFF1")]
    [InlineData("\u00A01")]
    public void What_is_not_JSON_is_refused(string text) =>
        Assert.Equal(JsonFault.Malformed, JsonReader.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("22c32822")] // a lead byte without its continuation
    [InlineData("22eda08022")] // a surrogate, encoded raw
    [InlineData("22c08022")] // NUL in two bytes
    [InlineData("22f490808022")] // above U+10FFFF
    [InlineData("ff")]
    public void What_is_not_UTF8_is_refused(string hex) =>
        Assert.Equal(JsonFault.Malformed, JsonReader.TryRead(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("""{"a":1,"b":2,"a":3}""")]
    [InlineData("""{"a":1,"\u0061":3}""")]
    [InlineData("""{"x":[{"":1,"":1}]}""")]
    [InlineData("""{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0,"11":0,"12":0,"13":0,"14":0,"15":0,"16":0,"17":0,"18":0,"3":1}""")]
    [Trait("weak-spot", "W34")]
    public void A_name_that_stands_twice_is_refused(string text) =>
        Assert.Equal(JsonFault.DuplicateName, JsonReader.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("""{"__proto__":1}""")]
    [InlineData("""{"a":[{"b":{"__proto__":null}}]}""")]
    [InlineData("""{"\u005f_proto\u005f\u005f":1}""")]
    [Trait("weak-spot", "W34")]
    public void The_name_proto_is_refused_at_any_depth_and_in_any_spelling(string text) =>
        Assert.Equal(JsonFault.ForbiddenName, JsonReader.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("__proto__")]
    [InlineData("__proto")]
    public void Proto_is_forbidden_as_a_name_only(string text) =>
        Assert.Equal(text, JsonReader.Read($"[\"{text}\"]").Items[0].Text);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Nesting_is_taken_to_the_bound_and_no_deeper(string open, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.Equal(JsonFault.None, JsonReader.TryRead(Encoding.UTF8.GetBytes(Nested(JsonReader.DepthMax)), out _));
        Assert.Equal(JsonFault.TooDeep, JsonReader.TryRead(Encoding.UTF8.GetBytes(Nested(JsonReader.DepthMax + 1)), out _));
        Assert.Equal(JsonFault.TooDeep, JsonReader.TryRead(Encoding.UTF8.GetBytes(Nested(1_000_000)), out _));
    }

    [Fact]
    public void Siblings_do_not_count_as_nesting()
    {
        var siblings = "[" + string.Join(',', Enumerable.Repeat("[],{},[1],{\"a\":{}}", 100)) + "]";
        Assert.Equal(JsonFault.None, JsonReader.TryRead(Encoding.UTF8.GetBytes(siblings), out _));
    }

    [Fact]
    public void Escapes_and_lone_surrogates_survive()
    {
        var value = JsonReader.Read("""["\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00", "\ud800", "\uDC00\uD800", "a\udfffb"]""");
        Assert.Equal("\"\\/\b\f\n\r\té\U0001F600", value.Items[0].Text);
        Assert.Equal("\ud800", value.Items[1].Text);
        Assert.Equal("\udc00\ud800", value.Items[2].Text);
        Assert.Equal("a\udfffb", value.Items[3].Text);
    }

    [Fact]
    public void Values_keep_their_kind_and_members_their_order()
    {
        var value = JsonReader.Read("""{"z":-12.5,"a":[true,false,null],"channel":"x"}""");
        Assert.Equal(["z", "a", "channel"], value.Members.Select(m => m.Key));
        Assert.Equal(-12.5, value["z"]!.Number);
        Assert.Equal([JsonKind.True, JsonKind.False, JsonKind.Null], value["a"]!.Items.Select(i => i.Kind));
        Assert.Equal("x", value["channel"]!.Text);
        Assert.Null(value["missing"]);
    }

    [Theory]
    [InlineData("9007199254740992", 9007199254740992L)]
    [InlineData("-9007199254740992", -9007199254740992L)]
    [InlineData("1e3", 1000L)]
    [InlineData("9007199254740994", null)]
    [InlineData("1.5", null)]
    [InlineData("\"1\"", null)]
    public void Integers_are_whole_numbers_that_a_double_holds_exactly(string text, long? integer) =>
        Assert.Equal(integer, JsonReader.Read(text).Integer);

    [Fact]
    public void Hostile_bytes_never_throw_and_are_judged_as_an_independent_reader_judges_them()
    {
        const int seed = 4711;
        var random = new Random(seed);
        var texts = new JsonTexts(random);
        var accepted = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(texts.Next());
            Mutate(ref bytes, random);
            var fault = JsonReader.TryRead(bytes, out var value);
            var context = $"Round {round} of seed {seed}: {Convert.ToHexString(bytes)} gave {fault}";
            var isJson = IsJson(bytes);
            switch (fault)
            {
                case JsonFault.None:
                    accepted++;
                    Assert.True(isJson, context);
                    Assert.Equal(JsonFault.None, JsonReader.TryRead(CanonicalJson.ToBytes(value), out var again));
                    Assert.True(again.Equals(value), context);
                    break;
                case JsonFault.Malformed:
                    Assert.True(!isJson || HasNumberBeyondDouble(bytes), context);
                    break;
                case JsonFault.DuplicateName or JsonFault.ForbiddenName or JsonFault.TooDeep:
                    break;
            }
        }

        Assert.InRange(accepted, 5_000, 55_000);
    }

    private static void Mutate(ref byte[] bytes, Random random)
    {
        ReadOnlySpan<byte> alphabet = "{}[]\",:\\u0123456789eE+-.tfnalsr \t\0\x7f\xc3\xed\xff_"u8;
        for (var count = random.Next(4); count > 0 && bytes.Length > 0; count--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = alphabet[random.Next(alphabet.Length)];
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[(at + 1)..]];
                    break;
                default:
                    bytes = [.. bytes[..at], alphabet[random.Next(alphabet.Length)], .. bytes[at..]];
                    break;
            }
        }
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = JsonReader.DepthMax });
            return Utf8.IsValid(bytes);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasNumberBeyondDouble(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var open = new Stack<JsonElement>([document.RootElement]);
        while (open.TryPop(out var element))
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Number when double.IsInfinity(double.Parse(element.GetRawText(), System.Globalization.CultureInfo.InvariantCulture)):
                    return true;
                case JsonValueKind.Array:
                    element.EnumerateArray().ToList().ForEach(open.Push);
                    break;
                case JsonValueKind.Object:
                    element.EnumerateObject().ToList().ForEach(p => open.Push(p.Value));
                    break;
            }
        }

        return false;
    }
}
