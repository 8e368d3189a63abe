using System.Buffers.Text;
using Xunit;

namespace Parley.Identity;

public sealed class UcanTokenTests : IDisposable
{
    private const string Example =
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkaWQ6a2V5Ono2TWt2MW8yR0VndFhqRmRFTWZMdHVwY0toR1J5ZE04VjdWSHppaTdVaDRhSG9xSCIsImF1ZCI6IndzOi8vbG9jYWxob3N0OjQ0NDQiLCJleHAiOjQxMDI0NDQ4MDAsImF0dCI6W3sid2l0aCI6IioiLCJjYW4iOiJodWIvY29ubmVjdCJ9LHsid2l0aCI6IioiLCJjYW4iOiJodWIvc2lnbmFsIn1dLCJwcmYiOltdLCJubmMiOiJuLTEifQ.Drt8FrGvaKDOUkgV67Dbna0arveKhYMRgsaUPi8Cy709zSHW7DXyzcGFSEj-3-Vl1P7bGYHfGZJIl8q8zGhBCQ";

    private const string Good = """{"iss":"did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH","aud":"x","exp":1898600000,"att":[],"prf":[]}""";

    private readonly TokenScene _scene = new();

    [Fact]
    public void The_example_of_the_protocol_is_written_byte_for_byte()
    {
        var draft = new UcanDraft(new(
            _scene.A.Person, "ws://localhost:4444", DateTimeOffset.FromUnixTimeSeconds(4_102_444_800), new([new("*", "hub/connect"), new("*", "hub/signal")]), "n-1"));
        var token = TokenScene.Sign(_scene.A, draft);
        Assert.Equal(Example, token.Text);
        Assert.Equal("1348becae571033793108d5bb64cf47d5fbfb0b4733172738815e1b1da1f57c9", token.Id.ToString());
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(token.Text));
    }

    [Fact]
    public void The_example_of_the_protocol_is_read()
    {
        var token = UcanToken.Parse(Example);
        Assert.Equal(_scene.A.Person, token.Issuer);
        Assert.Equal("ws://localhost:4444", token.Audience);
        Assert.Equal(4_102_444_800, token.ExpirySeconds);
        Assert.Equal([new("*", "hub/connect"), new("*", "hub/signal")], token.Capabilities);
        Assert.Empty(token.Proofs);
        Assert.Equal("n-1", token.Nonce);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"eddsa","typ":"JWT"}""")]
    [InlineData("""{"alg":"EdDSA"}""")]
    [InlineData("""{"alg":"EdDSA","typ":"UCAN"}""")]
    [InlineData("""{"alg":"none","alg":"EdDSA","typ":"JWT"}""")]
    [InlineData("""["EdDSA","JWT"]""")]
    [InlineData("")]
    public void Another_header_is_refused(string header) => Assert.Equal(UcanFault.Malformed, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Good, header)));

    [Fact]
    public void Further_members_of_the_header_and_the_payload_are_passed_over()
    {
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Good, """{"typ":"JWT","kid":"1","alg":"EdDSA"}""")));
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Good[..^1] + ""","nbf":"never","fct":[]}""")));
    }

    [Theory]
    [InlineData("\"iss\":", "\"isx\":")]
    [InlineData("\"aud\":\"x\"", "\"aud\":7")]
    [InlineData("\"exp\":1898600000", "\"exp\":\"1898600000\"")]
    [InlineData("\"exp\":1898600000", "\"exp\":null")]
    [InlineData("\"exp\":1898600000", "\"exp\":1e999")]
    [InlineData("\"exp\":1898600000", "\"exp\":1,\"exp\":1898600000")]
    [InlineData("\"att\":[]", "\"att\":{}")]
    [InlineData("\"att\":[]", "\"att\":[\"*\"]")]
    [InlineData("\"att\":[]", "\"att\":[{\"with\":\"*\"}]")]
    [InlineData("\"att\":[]", "\"att\":[{\"with\":\"*\",\"can\":null}]")]
    [InlineData("\"prf\":[]", "\"prf\":null")]
    [InlineData("\"prf\":[]", "\"prf\":[1]")]
    [InlineData("\"prf\":[]", "\"nnc\":\"1\"")]
    [InlineData("\"prf\":[]", "\"prf\":[],\"nnc\":1")]
    [InlineData("\"prf\":[]", "\"prf\":[],\"__proto__\":{}")]
    public void A_claim_that_is_absent_or_of_another_type_is_refused(string good, string bad)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        Assert.Equal(UcanFault.Malformed, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Good.Replace(good, bad, StringComparison.Ordinal))));
    }

    [Fact]
    public void One_token_has_one_spelling_so_that_a_revoked_one_gets_no_second_id()
    {
        var good = TokenScene.Raw(_scene.A, Good);
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(good));

        // 64 bytes end in a digit of which four bits say nothing.
        var lastDigit = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(good[^1], StringComparison.Ordinal);
        var unused = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[lastDigit | 1];
        string[] same = [good[..^1] + unused, good + "=", good + "==", good + " ", good + "\n", " " + good, good[..^4] + " " + good[^4..], good + "%"];
        Assert.All(same, text => Assert.Equal(UcanFault.Malformed, TokenScene.FaultOf(text)));
        Assert.Equal(
            Base64Url.DecodeFromChars(good.AsSpan(good.LastIndexOf('.') + 1)),
            Base64Url.DecodeFromChars((good + "==").AsSpan(good.LastIndexOf('.') + 1)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("e30.e30.")]
    [InlineData(Example + ".AAAA")]
    public void What_is_not_three_parts_is_refused(string? text) => Assert.Equal(UcanFault.Malformed, TokenScene.FaultOf(text));

    [Fact]
    public void A_token_that_is_too_long_or_lists_too_much_is_refused_and_not_written()
    {
        Assert.Equal(UcanFault.TooLarge, UcanToken.TryParse(new string('A', UcanLimits.LengthMax + 1), out _));
        var lines = string.Join(',', Enumerable.Repeat("""{"with":"*","can":"x"}""", UcanLimits.CapabilitiesMax + 1));
        Assert.Equal(UcanFault.TooLarge, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Good.Replace("\"att\":[]", $"\"att\":[{lines}]", StringComparison.Ordinal))));
        Assert.Throws<ArgumentException>(() => _scene.Token(_scene.A, new string('x', UcanLimits.LengthMax), []));
        Assert.Throws<ArgumentException>(() => _scene.Token(_scene.A, "x", [.. Enumerable.Repeat(TokenScene.Everything, UcanLimits.CapabilitiesMax + 1)]));
    }

    [Fact]
    public void Ids_of_tokens_are_read_in_one_spelling()
    {
        var id = UcanToken.Parse(Example).Id;
        Assert.Equal(id, TokenId.Parse(id.ToString()));
        Assert.False(TokenId.TryParse(id.Value.ToUpperInvariant(), out _));
        Assert.False(TokenId.TryParse(id.Value[1..], out _));
        Assert.Throws<FormatException>(() => TokenId.Parse(""));
        Assert.Equal("", default(TokenId).ToString());
    }

    [Fact]
    public void Odd_text_is_signed_and_read_back_as_it_was()
    {
        const string odd = "\"\\/\b\u2028 \U0001F600é";
        var token = _scene.Token(_scene.A, odd, [new(odd, odd)]);
        Assert.Equal(odd, token.Audience);
        Assert.Equal(new Capability(odd, odd), token.Capabilities[0]);
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(token.Text));
    }

    public void Dispose() => _scene.Dispose();
}
