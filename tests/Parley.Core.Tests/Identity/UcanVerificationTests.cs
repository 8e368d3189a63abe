using Xunit;

namespace Parley.Identity;

public sealed class UcanVerificationTests : IDisposable
{
    private static readonly Capability Relay = new("foo/*", CapabilityNames.Relay);

    private readonly TokenScene _scene = new();

    [Fact]
    public void A_chain_of_two_is_believed_and_says_who_stands_behind_it()
    {
        var proof = _scene.Token(_scene.A, Of(_scene.B), [Relay]);
        var verified = TokenScene.Verify(_scene.Token(_scene.B, "hub", [Relay with { With = "foo/bar" }], [proof]).Text, out _)!;
        Assert.Equal(_scene.B.Person, verified.Issuer);
        Assert.Equal([_scene.A.Person], verified.Roots());
        Assert.Equal(proof.Id, verified.Chain().Last().Token.Id);
    }

    [Fact]
    public void A_token_is_good_to_the_end_of_its_last_second()
    {
        var token = _scene.Token(_scene.A, "hub", [], lifetime: TimeSpan.FromSeconds(10));
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(token.Text, TokenScene.Now.AddSeconds(10.999)));
        Assert.Equal(UcanFault.Expired, TokenScene.FaultOf(token.Text, TokenScene.Now.AddSeconds(11)));
        Assert.Equal(UcanFault.Expired, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Payload(exp: "-1e300"))));
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Payload(exp: "1e300"))));
    }

    [Fact]
    public void An_issuer_without_a_key_is_refused()
    {
        Assert.Equal(UcanFault.Issuer, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Payload(iss: "did:key:anonymous"))));
        Assert.Equal(UcanFault.Issuer, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Payload(iss: "did:web:example.org"))));
        Assert.Equal(UcanFault.Issuer, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Payload(iss: Of(_scene.A) + " "))));
    }

    [Fact]
    [Trait("weak-spot", "W1")]
    public void A_token_signed_by_somebody_else_than_its_issuer_is_refused()
    {
        Assert.Equal(UcanFault.Signature, TokenScene.FaultOf(TokenScene.Raw(_scene.B, Payload())));
        var parts = _scene.Token(_scene.A, "hub", []).Text.Split('.');
        var other = _scene.Token(_scene.A, "other", []).Text.Split('.');
        Assert.Equal(UcanFault.Signature, TokenScene.FaultOf($"{parts[0]}.{parts[1]}.{other[2]}"));
        Assert.Equal(UcanFault.Signature, TokenScene.FaultOf($"{parts[0]}.{parts[1]}.{parts[2][..84]}"));
    }

    [Fact]
    public void A_chain_is_as_good_as_its_worst_token()
    {
        var expired = _scene.Token(_scene.A, Of(_scene.B), [Relay], lifetime: TimeSpan.FromSeconds(-10));
        Assert.Equal(UcanFault.Expired, Citing(expired.Text));

        var good = _scene.Token(_scene.A, Of(_scene.B), [Relay], lifetime: TimeSpan.FromHours(2));
        Assert.Equal(UcanFault.None, Citing(good.Text));
        Assert.Equal(UcanFault.Malformed, Citing(good.Text + "="));
        Assert.Equal(UcanFault.Malformed, Citing(""));
        Assert.Equal(UcanFault.Signature, Citing(TokenScene.Raw(_scene.B, Payload(aud: Of(_scene.B)))));
        Assert.Equal(UcanFault.Issuer, Citing(TokenScene.Raw(_scene.B, Payload(iss: "me", aud: Of(_scene.B)))));
    }

    [Fact]
    public void A_proof_that_was_given_to_somebody_else_is_refused()
    {
        var foreign = _scene.Token(_scene.A, Of(_scene.Phone), [TokenScene.Everything]);
        Assert.Equal(UcanFault.ProofAudience, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [foreign])));
        var own = _scene.Token(_scene.A, Of(_scene.B), [TokenScene.Everything]);
        Assert.Equal(UcanFault.ProofAudience, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [own, foreign])));
    }

    [Fact]
    public void A_token_does_not_outlive_the_shortest_of_its_proofs()
    {
        var shorter = _scene.Token(_scene.A, Of(_scene.B), [Relay], lifetime: TimeSpan.FromMinutes(59));
        var longer = _scene.Token(_scene.A, Of(_scene.B), [Relay], lifetime: TimeSpan.FromMinutes(61));
        Assert.Equal(UcanFault.OutlivesProof, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [longer, shorter])));
        Assert.Equal(UcanFault.None, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [longer, shorter], TimeSpan.FromMinutes(59))));
    }

    [Theory]
    [InlineData("foo/bar", "hub/relay", UcanFault.None)]
    [InlineData("foo", "hub/relay", UcanFault.None)]
    [InlineData("foobar", "hub/relay", UcanFault.NotDelegated)]
    [InlineData("*", "hub/relay", UcanFault.NotDelegated)]
    [InlineData("foo/bar", "hub/signal", UcanFault.NotDelegated)]
    [InlineData("foo/bar", "*", UcanFault.NotDelegated)]
    [Trait("weak-spot", "W33")]
    public void A_token_lists_no_more_than_its_proofs(string with, string can, UcanFault expected)
    {
        var proof = _scene.Token(_scene.A, Of(_scene.B), [Relay]);
        Assert.Equal(expected, FaultOf(_scene.Token(_scene.B, "hub", [Relay, new(with, can)], [proof])));
    }

    [Fact]
    public void Each_line_needs_one_proof_that_covers_it_whole()
    {
        var some = _scene.Token(_scene.A, Of(_scene.B), [new("x", "hub/relay")]);
        var more = _scene.Token(_scene.Laptop, Of(_scene.B), [new("y", "hub/signal")]);
        Assert.Equal(UcanFault.None, FaultOf(_scene.Token(_scene.B, "hub", [new("x", "hub/relay"), new("y", "hub/signal")], [some, more])));
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.B, "hub", [new("x", "hub/signal")], [some, more])));
    }

    [Fact]
    public void Delegations_that_come_round_to_an_earlier_issuer_are_refused()
    {
        var first = _scene.Token(_scene.A, Of(_scene.B), [TokenScene.Everything]);
        var second = _scene.Token(_scene.B, Of(_scene.A), [TokenScene.Everything], [first]);
        Assert.Equal(UcanFault.None, FaultOf(first));
        Assert.Equal(UcanFault.None, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [first])));
        Assert.Equal(UcanFault.ProofCycle, FaultOf(_scene.Token(_scene.A, "hub", [Relay], [second])));
        Assert.Equal(UcanFault.ProofCycle, FaultOf(_scene.Token(_scene.A, "hub", [Relay], [_scene.Token(_scene.A, Of(_scene.A), [Relay])])));
    }

    [Fact]
    public void One_proof_cited_twice_is_no_cycle()
    {
        var proof = _scene.Token(_scene.A, Of(_scene.B), [Relay]);
        Assert.Equal(UcanFault.None, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [proof, proof])));
    }

    [Fact]
    public void A_chain_has_a_bounded_depth_and_a_bounded_number_of_signatures()
    {
        Assert.Equal(UcanFault.ProofCycle, TokenScene.FaultOf(Nested(UcanLimits.ProofDepthMax)));
        Assert.Equal(UcanFault.TooLarge, TokenScene.FaultOf(Nested(UcanLimits.ProofDepthMax + 1)));

        var leaf = TokenScene.Raw(_scene.A, Payload(aud: Of(_scene.B)));
        Assert.Equal(UcanFault.None, TokenScene.FaultOf(Wide(UcanLimits.TokensMax - 1)));
        Assert.Equal(UcanFault.TooLarge, TokenScene.FaultOf(Wide(UcanLimits.TokensMax)));
        Assert.Equal(UcanFault.TooLarge, TokenScene.FaultOf(Wide(UcanLimits.TokensMax + 1)));

        string Wide(int count) =>
            TokenScene.Raw(_scene.B, Payload(iss: Of(_scene.B), prf: string.Join(',', Enumerable.Repeat($"\"{leaf}\"", count))));
    }

    [Fact]
    public void Of_several_faults_the_first_in_order_is_told()
    {
        // Everything is wrong; each step mends what was told.
        var late = TokenScene.Raw(_scene.B, Payload(iss: "me", exp: "5", prf: "\"-\""));
        Assert.Equal(UcanFault.Expired, TokenScene.FaultOf(late));
        Assert.Equal(UcanFault.Issuer, TokenScene.FaultOf(TokenScene.Raw(_scene.B, Payload(iss: "me", prf: "\"-\""))));
        Assert.Equal(UcanFault.Signature, TokenScene.FaultOf(TokenScene.Raw(_scene.B, Payload(prf: "\"-\""))));
        Assert.Equal(UcanFault.Malformed, TokenScene.FaultOf(TokenScene.Raw(_scene.A, Payload(prf: "\"-\""))));

        var stranger = _scene.Token(_scene.A, Of(_scene.Phone), [], lifetime: TimeSpan.FromMinutes(1));
        Assert.Equal(UcanFault.ProofAudience, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [stranger])));
        var brief = _scene.Token(_scene.A, Of(_scene.B), [], lifetime: TimeSpan.FromMinutes(1));
        Assert.Equal(UcanFault.OutlivesProof, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [brief])));
        Assert.Equal(UcanFault.NotDelegated, FaultOf(_scene.Token(_scene.B, "hub", [Relay], [brief], TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void Every_fault_has_words_of_its_own()
    {
        var reasons = Enum.GetValues<UcanFault>().Select(fault => fault.ToWords()).ToArray();
        Assert.Equal(reasons.Length, reasons.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Answers_that_do_not_fit_the_checks_are_a_callers_mistake()
    {
        var plan = UcanVerification.Plan(_scene.Token(_scene.A, "hub", []).Text, out _)!;
        Assert.Throws<ArgumentOutOfRangeException>(() => UcanVerification.Apply(plan, [], TokenScene.Now, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => UcanVerification.Apply(plan, [true, true], TokenScene.Now, out _));
    }

    public void Dispose() => _scene.Dispose();

    private static string Of(Native.Identity.SodiumSigner signer) => signer.Person.Value;

    private static UcanFault FaultOf(UcanToken token) => TokenScene.FaultOf(token.Text);

    private string Payload(string? iss = null, string aud = "hub", string exp = "1898600400", string prf = "") =>
        $$"""{"iss":"{{iss ?? Of(_scene.A)}}","aud":"{{aud}}","exp":{{exp}},"att":[],"prf":[{{prf}}]}""";

    // One issuer all the way down, so that what is refused for its depth is told apart from what is looked into.
    private string Nested(int depth)
    {
        var text = "-";
        for (var level = 0; level < depth; level++)
        {
            text = TokenScene.Raw(_scene.A, Payload(aud: "", prf: $"\"{text}\""));
        }

        return text;
    }

    private UcanFault Citing(string proof) => TokenScene.FaultOf(TokenScene.Raw(_scene.B, Payload(iss: Of(_scene.B), prf: $"\"{proof}\"")));
}
