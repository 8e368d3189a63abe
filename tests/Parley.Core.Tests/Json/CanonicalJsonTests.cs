using System.Buffers;
using System.Text;
using Xunit;

namespace Parley.Json;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":2}""", """{"a":2,"b":1}""")]
    [InlineData("""{"10":1,"9":2,"a":3,"01":4,"-1":5,"4294967295":6,"4294967294":7,"1.5":8}""",
        """{"9":2,"10":1,"4294967294":7,"-1":5,"01":4,"1.5":8,"4294967295":6,"a":3}""")]
    [InlineData("""{"":1,"0":2,"00":3}""", """{"0":2,"":1,"00":3}""")]
    [InlineData(""" { "x" : [ 1 , { "b" : null , "a" : true } ] } """, """{"x":[1,{"a":true,"b":null}]}""")]
    [InlineData("[]", "[]")]
    [InlineData("{}", "{}")]
    [InlineData("[[],{},false]", "[[],{},false]")]
    public void Names_stand_in_the_order_of_an_ECMAScript_object(string text, string canonical) =>
        Assert.Equal(canonical, CanonicalJson.ToText(JsonReader.Read(text)));

    [Fact]
    public void Names_sort_by_code_unit_and_not_by_code_point() =>
        Assert.Equal("{\"z\":3,\"\U0001F600\":2,\"\uFB01\":1}", CanonicalJson.ToText(JsonReader.Read("{\"\uFB01\":1,\"\U0001F600\":2,\"z\":3}")));

    [Theory]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("0.1", "0.1")]
    [InlineData("-0", "0")]
    [InlineData("1.0", "1")]
    [InlineData("1e2", "100")]
    [InlineData("123456789012345680000", "123456789012345680000")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("-1.5e-10", "-1.5e-10")]
    [InlineData("-123.456", "-123.456")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("-1718641200000", "-1718641200000")]
    public void Numbers_are_spelled_as_ECMAScript_spells_them(string text, string canonical) =>
        Assert.Equal(canonical, CanonicalJson.ToText(JsonReader.Read(text)));

    [Fact]
    public void Only_quotes_backslashes_controls_and_lone_surrogates_are_escaped()
    {
        var text = "\0\b\t\n\v\f\r\u001f\"\\/\u007f\u2028\u2029é<>&'+\U0001F600\ud800x\udc00";
        Assert.Equal(
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\u007f\u2028\u2029é<>&'+\U0001F600\\ud800x\\udc00\"",
            CanonicalJson.ToText(JsonValue.Of(text)));
    }

    [Fact]
    public void Long_texts_outgrow_the_first_buffer_without_loss()
    {
        var text = string.Concat(Enumerable.Repeat("\uFB01\U0001F600\"\ud800", 5000));
        Assert.Equal(JsonValue.Of(text), JsonReader.Read(CanonicalJson.ToText(JsonValue.Of(text))));
    }

    [Fact]
    public void Numbers_that_JSON_lacks_become_null() =>
        Assert.Equal("[null,null]", CanonicalJson.ToText(JsonValue.Array([JsonValue.Of(double.NaN), JsonValue.Of(double.PositiveInfinity)])));

    [Fact]
    [Trait("weak-spot", "W34")]
    public void A_value_with_a_forbidden_or_repeated_name_has_no_form()
    {
        var forbidden = JsonValue.Array([JsonValue.Object(("a", JsonValue.Null), ("__proto__", JsonValue.Null))]);
        var repeated = JsonValue.Object(("a", JsonValue.Null), ("b", JsonValue.Null), ("a", JsonValue.True));
        Assert.Throws<ArgumentException>(() => CanonicalJson.ToBytes(forbidden));
        Assert.Throws<ArgumentException>(() => CanonicalJson.ToBytes(repeated));
    }

    [Fact]
    public void A_value_too_deep_to_be_read_again_has_no_form()
    {
        var value = JsonValue.Null;
        for (var depth = 0; depth < JsonReader.DepthMax; depth++)
        {
            value = JsonValue.Array([value]);
        }

        Assert.Equal(JsonFault.None, JsonReader.TryRead(CanonicalJson.ToBytes(value), out _));
        Assert.Throws<ArgumentException>(() => CanonicalJson.ToBytes(JsonValue.Array([value])));
    }

    [Fact]
    public void All_three_writers_write_the_same()
    {
        var value = JsonReader.Read("""{"b":[1.5,"é"],"a":null}""");
        var output = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(value, output);
        Assert.Equal("""{"a":null,"b":[1.5,"é"]}""", CanonicalJson.ToText(value));
        Assert.Equal(Encoding.UTF8.GetBytes(CanonicalJson.ToText(value)), CanonicalJson.ToBytes(value));
        Assert.Equal(CanonicalJson.ToBytes(value), output.WrittenSpan.ToArray());
    }
}
