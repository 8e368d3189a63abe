using Xunit;

namespace Parley.Ids;

public sealed class IdTests
{
    private const string Hash = "cid:blake3:c7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e";

    [Fact]
    public void A_hash_survives_text_and_bytes()
    {
        var hash = ChangeHash.Parse(Hash);
        Assert.Equal(Hash, hash.ToString());
        Assert.Equal(hash, new ChangeHash(hash.ToBytes()));
        Assert.Equal("c7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e", Convert.ToHexStringLower(hash.ToBytes()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e")]
    [InlineData("CID:blake3:c7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e")]
    [InlineData("cid:blake3:C7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e")]
    [InlineData("cid:blake3:g7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4e")]
    [InlineData(Hash + "0")]
    [InlineData("cid:blake3:c7d4312959d2410ef1d3a9baa47a8c42f87321e2befec4e33c0f4863fc627f4")]
    public void Another_spelling_is_no_hash(string? text)
    {
        Assert.False(ChangeHash.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ChangeHash.Parse(text!));
    }

    [Fact]
    public void Hashes_sort_as_their_spelling_does()
    {
        var random = new Random(3);
        var hashes = Enumerable.Range(0, 200).Select(_ =>
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            bytes.AsSpan(0, random.Next(33)).Clear();
            return new ChangeHash(bytes);
        }).ToArray();
        Assert.Equal(hashes.Select(h => h.ToString()).Order(StringComparer.Ordinal), hashes.Order().Select(h => h.ToString()));
    }

    [Fact]
    public void Node_and_room_ids_take_any_text_within_their_length()
    {
        Assert.True(NodeId.TryParse("inbox-did:key:z6Mk é", out var node));
        Assert.Equal("inbox-did:key:z6Mk é", node.ToString());
        Assert.False(NodeId.TryParse("", out _));
        Assert.False(NodeId.TryParse(null, out _));
        Assert.True(NodeId.TryParse(new string('x', NodeId.LengthMax), out _));
        Assert.False(NodeId.TryParse(new string('x', NodeId.LengthMax + 1), out _));
        Assert.True(RoomId.TryParse(new string('x', RoomId.LengthMax), out _));
        Assert.False(RoomId.TryParse(new string('x', RoomId.LengthMax + 1), out _));
        Assert.Equal("", default(NodeId).ToString());
        Assert.Equal("", default(RoomId).ToString());
        Assert.True(new NodeId("Z").CompareTo(new("a")) < 0);
    }
}
