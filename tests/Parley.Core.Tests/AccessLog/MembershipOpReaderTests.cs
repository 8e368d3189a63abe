using System.Buffers.Text;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Xunit;

namespace Parley.Access;

public sealed class MembershipOpReaderTests
{
    private static readonly string s_hash = Base64Url.EncodeToString(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly string s_did = MembershipScene.Person("bob").Value;
    private static readonly NodeId s_space = DomainRoot.Space(MembershipScene.Person("ann"), MembershipScene.Nonce(1));
    private static readonly NodeId s_channel = DomainRoot.Channel(MembershipScene.Person("ann"), MembershipScene.Nonce(1), s_space);
    private static readonly NodeId s_pair = RoomNames.DirectMessage([MembershipScene.Person("ann"), MembershipScene.Person("bob")]);

    [Theory]
    [InlineData("""{"t":"grant","a":"HASH","s":"DID","role":"admin"}""", typeof(GrantOp))]
    [InlineData("""{"t":"revoke","a":"HASH","s":"DID"}""", typeof(RevokeOp))]
    [InlineData("""{"t":"revoke","a":"HASH","inv":"HASH"}""", typeof(RevokeInviteOp))]
    [InlineData("""{"t":"leave"}""", typeof(LeaveOp))]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"member","exp":5,"uses":10000}""", typeof(InviteOp))]
    [InlineData("""{"t":"admit","inv":"HASH","s":"DID","proof":"PROOF"}""", typeof(AdmitOp))]
    [InlineData("""{"t":"admit","inv":"HASH","s":"DID","proof":"PROOF","card":{"g":1,"pk":"x"}}""", typeof(AdmitOp))]
    [InlineData("""{"t":"policy","a":"HASH","set":{"post":"admin","hist":"join","rotDays":7,"maxMsgs":100,"pushTags":"off","minClient":2,"suite":1}}""", typeof(PolicyOp))]
    [InlineData("""{"t":"expel","a":"HASH","s":"DID","sp":"HASH"}""", typeof(ExpelOp))]
    [InlineData("""{"t":"create","kind":"channel","by":"DID","n":"NONCE","space":"sp-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", typeof(CreateOp))]
    [InlineData("""{"t":"leave","later":"fields are no concern of this version"}""", typeof(LeaveOp))]
    public void A_good_operation_is_read_and_written_back_the_same(string fields, Type type)
    {
        var sc = Sc(fields, s_channel);

        Assert.Equal(OpVerdict.Valid, MembershipOpReader.Read(Carrier(sc, s_channel), s_channel, out var op));

        Assert.IsType(type, op);
        var written = MembershipOpWriter.ToJson(op);
        Assert.All(written.Members, member => Assert.Equal(sc[member.Key], member.Value));
        Assert.Equal(sc.Members.Count - (sc["card"] is null && sc["later"] is null ? 0 : 1), written.Members.Count);
    }

    [Theory]
    [InlineData("""{"t":"grant","a":"HASH","s":"DID","role":"king"}""")]
    [InlineData("""{"t":"grant","a":"HASH","s":"did:key:z6Mkbad","role":"member"}""")]
    [InlineData("""{"t":"grant","s":"DID","role":"member"}""")]
    [InlineData("""{"t":"grant","a":"short","s":"DID","role":"member"}""")]
    [InlineData("""{"t":"grant","a":5,"s":"DID","role":"member"}""")]
    [InlineData("""{"t":"revoke","a":"HASH"}""")]
    [InlineData("""{"t":"revoke","a":"HASH","s":"DID","inv":"HASH"}""")]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"admin","exp":5,"uses":1}""")]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"member","exp":5,"uses":0}""")]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"member","exp":5,"uses":10001}""")]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"member","exp":5,"uses":1.5}""")]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"member","exp":-1,"uses":1}""")]
    [InlineData("""{"t":"invite","a":"HASH","pk":"HASH","role":"member","uses":1}""")]
    [InlineData("""{"t":"admit","inv":"HASH","s":"DID","proof":"HASH"}""")]
    [InlineData("""{"t":"policy","a":"HASH","set":{"colour":"red"}}""")]
    [InlineData("""{"t":"policy","a":"HASH","set":{"post":"nobody"}}""")]
    [InlineData("""{"t":"policy","a":"HASH","set":{"rotDays":0}}""")]
    [InlineData("""{"t":"policy","a":"HASH","set":[]}""")]
    [InlineData("""{"t":"expel","a":"HASH","s":"DID"}""")]
    [InlineData("""{"t":"create","kind":"channel","by":"DID","n":"NONCE"}""")]
    [InlineData("""{"t":"create","kind":"space","by":"DID","n":"HASH"}""")]
    [InlineData("""{"t":"create","kind":"club","by":"DID","n":"NONCE"}""")]
    [InlineData("""{"t":"create","kind":"dm","by":"DID","n":"NONCE","owners":["DID"]}""")]
    [InlineData("""{"t":"create","kind":"dm","by":"DID","n":"NONCE","owners":["DID","DID"]}""")]
    [InlineData("""{"t":"leave","d":[]}""")]
    [InlineData("""{"t":"leave","d":"HASH"}""")]
    [InlineData("""{"t":"leave","d":["HASH","HASH"]}""")]
    [InlineData("""{"t":"leave","d":["cid:blake3:00"]}""")]
    [InlineData("""{"t":"leave","v":"1"}""")]
    [InlineData("""{"t":7}""")]
    public void A_field_that_is_missing_or_out_of_range_is_malformed(string fields) =>
        Assert.Equal(Reason.Malformed, MembershipOpReader.Read(Carrier(Sc(fields, s_channel), s_channel), s_channel, out _).Reason);

    [Theory]
    [InlineData("""{"t":"leave","v":2}""")]
    [InlineData("""{"t":"rekey"}""")]
    [InlineData("""{"t":"epoch","v":1,"d":7}""")]
    public void What_a_newer_version_wrote_is_kept(string fields) =>
        Assert.Equal(Reason.UpdateNeeded, MembershipOpReader.Read(Carrier(Sc(fields, s_channel), s_channel), s_channel, out _).Reason);

    [Fact]
    public void The_checks_are_made_in_their_order()
    {
        Assert.Equal("malformed", Verdict("""{"t":"grant","d":7}""", s_pair, s_space));
        Assert.Equal("wrong-domain", Verdict("""{"t":"grant"}""", s_pair, s_space));
        Assert.Equal("not-in-dm", Verdict("""{"t":"grant","d":[]}""", s_pair, s_pair));
        Assert.Equal("malformed", Verdict("""{"t":"leave","d":[]}""", s_pair, s_pair));
        Assert.Equal("malformed", Verdict("""{"t":"expel","a":"HASH","s":"DID","sp":"HASH"}""", s_space, s_space));

        static string? Verdict(string fields, NodeId named, NodeId judged) =>
            MembershipOpReader.Read(Carrier(Sc(fields, named), named), judged, out _).Reason?.ToCode();
    }

    [Fact]
    public void Dependencies_are_bounded_sorted_and_spelled_in_one_way()
    {
        var many = Enumerable.Range(0, 257).Select(i => Base64Url.EncodeToString([.. BitConverter.GetBytes(i), .. new byte[28]])).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal("malformed", Verdict(many));
        Assert.Null(Verdict(many[..256]));
        Assert.Equal("malformed", Verdict([many[1], many[0]]));
        // The last character has two unused bits.
        Assert.Equal("malformed", Verdict([s_hash[..^1] + (s_hash[^1] == 'E' ? 'F' : 'x')]));

        static string? Verdict(string[] hashes)
        {
            var sc = Sc("""{"t":"leave"}""", s_space).With("d", JsonValue.Array([.. hashes.Select(JsonValue.Of)]));
            return MembershipOpReader.Read(Carrier(sc, s_space), s_space, out _).Reason?.ToCode();
        }
    }

    [Fact]
    public void The_carrier_must_be_what_a_carrier_is()
    {
        var sc = Sc("""{"t":"leave"}""", s_space);
        var good = Carrier(sc, s_space).Fields;
        Assert.Null(Verdict(good));
        Assert.Equal("malformed", Verdict(good with { Payload = good.Payload with { SchemaId = Schemas.Channel } }));
        Assert.Equal("malformed", Verdict(good with { Payload = good.Payload with { Deleted = true } }));
        Assert.Equal("malformed", Verdict(With("content", JsonValue.Of("hello"))));
        Assert.Equal("malformed", Verdict(With("channel", JsonValue.Of("sp-elsewhereaaaaaaaaaaaaaaaaaaaaaaa"))));
        Assert.Equal("malformed", Verdict(With("sc", JsonValue.Of("leave"))));
        Assert.Equal("malformed", Verdict(With("sc", sc.With("padding", JsonValue.Of(new string('x', MembershipOpReader.BytesMax))))));

        ChangeFields With(string name, JsonValue value) => good with { Payload = good.Payload with { Properties = good.Payload.Properties.With(name, value) } };
        static string? Verdict(ChangeFields fields) => MembershipOpReader.Read(MembershipScene.Change(fields), s_space, out _).Reason?.ToCode();
    }

    private static JsonValue Sc(string fields, NodeId domain)
    {
        var sc = JsonReader.Read(fields
            .Replace("HASH", s_hash, StringComparison.Ordinal)
            .Replace("DID", s_did, StringComparison.Ordinal)
            .Replace("PROOF", Base64Url.EncodeToString(new byte[64]), StringComparison.Ordinal)
            .Replace("NONCE", Base64Url.EncodeToString(new byte[16]), StringComparison.Ordinal));
        sc = sc["v"] is null ? sc.With("v", JsonValue.Of(1)) : sc;
        sc = sc["dom"] is null ? sc.With("dom", JsonValue.Of(domain.Value)) : sc;
        return sc["d"] is null && sc["t"]?.Text != "create" ? sc.With("d", JsonValue.Array([JsonValue.Of(s_hash)])) : sc;
    }

    private static Change Carrier(JsonValue sc, NodeId domain)
    {
        var payload = new ChangePayload(new("n"), Schemas.ChatMessage, MembershipOpWriter.Carrier(domain, sc), null);
        return MembershipScene.Change(new("c", payload, null, MembershipScene.Person("bob"), MembershipScene.Start, 5));
    }
}
