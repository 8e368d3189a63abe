using Parley.Json;
using Xunit;

namespace Parley.Presence;

public sealed class AwarenessCodecTests
{
    private const string Worked =
        "01f8acd1910101567b2275736572223a7b22646964223a226469643a6b65793a7a41222c226e616d65223a2241227d2c22737461747573223a22616374697665222c226c61737455706461746564223a313731383634313230303030307d";

    [Fact]
    public void The_worked_update_is_read()
    {
        Assert.True(AwarenessCodec.TryDecode(Convert.FromHexString(Worked), out var entries));
        var entry = Assert.Single(entries);
        Assert.Equal(305419896UL, entry.Client);
        Assert.Equal(1UL, entry.Clock);
        Assert.Equal("""{"lastUpdated":1718641200000,"status":"active","user":{"did":"did:key:zA","name":"A"}}""", entry.State!.ToString());
    }

    [Fact]
    public void Updates_are_written_byte_for_byte()
    {
        Assert.Equal("010702046e756c6c", Hex(new AwarenessEntry(7, 2, null)));
        Assert.Equal("01f8acd1910100027b7d", Hex(new AwarenessEntry(305419896, 0, JsonValue.EmptyObject)));
        AwarenessCodec.TryDecode(Convert.FromHexString(Worked), out var entries);

        // The same numbers and length; the names of a state may stand in any order.
        Assert.Equal(Worked[..16], Hex(entries[0])[..16]);
        Assert.Equal(Worked.Length, Hex(entries[0]).Length);
    }

    [Fact]
    public void Every_integer_below_two_to_the_53_survives()
    {
        var numbers = Enumerable.Range(0, 53).SelectMany(bit => new[] { (1UL << bit) - 1, 1UL << bit }).Append((1UL << 53) - 1).ToArray();
        var written = numbers.Select(n => new AwarenessEntry(n, n, JsonReader.Read("""{"n":"😀"}"""))).ToArray();

        Assert.True(AwarenessCodec.TryDecode(AwarenessCodec.Encode(written), out var read));
        Assert.Equal(written, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("02070204 6e756c6c")]
    [InlineData("010702046e756c6c00")]
    [InlineData("010702056e756c6c")]
    [InlineData("010702016e")]
    [InlineData("0107020135")]
    [InlineData("01070204747275 65")]
    [InlineData("ffffffffffffff7f")]
    [InlineData("ffffffffffffffffffff01")]
    [InlineData("01ffffffffffffff1f02046e756c6c")]
    [InlineData("0107020bff7b7d")]
    public void Malformed_updates_are_refused(string hex) =>
        Assert.False(AwarenessCodec.TryDecode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _));

    [Fact]
    public void What_does_not_fit_is_neither_written_nor_read()
    {
        var state = JsonValue.Object(("x", JsonValue.Of(new string('x', AwarenessCodec.UpdateBytesMax))));
        Assert.Throws<ArgumentException>(() => AwarenessCodec.Encode([new(1, 1, state)]));
        Assert.False(AwarenessCodec.TryDecode(new byte[AwarenessCodec.UpdateBytesMax + 1], out _));
    }

    private static string Hex(AwarenessEntry entry) => Convert.ToHexStringLower(AwarenessCodec.Encode([entry]));
}
