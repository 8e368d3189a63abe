using System.Net;
using System.Text;
using Parley.Cli.Turn;

namespace Parley.Scenarios.Calls;

/// <summary>STUN's bytes against the test vectors of RFC 5769.</summary>
public sealed class StunMessageTests
{
    private const string Request =
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";

    private const string Response4 =
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";

    private const string Response6 =
        "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        + "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c";

    private const string LongTerm =
        "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000"
        + "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700"
        + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666";

    private static readonly byte[] ShortTermKey = Encoding.ASCII.GetBytes("VOkJxbRl1RmTxUk/WvJxBt");
    private static readonly byte[] LongTermKey = StunMessage.LongTermKey("マトリックス", "example.org", "TheMatrIX");

    [Theory]
    [InlineData(Request, true)]
    [InlineData(Response4, true)]
    [InlineData(Response6, true)]
    [InlineData(LongTerm, false)]
    public void A_proof_and_a_fingerprint_hold_and_one_flipped_bit_breaks_them(string hex, bool isShortTerm)
    {
        var bytes = Convert.FromHexString(hex);
        var key = isShortTerm ? ShortTermKey : LongTermKey;
        var message = Read(bytes);
        Assert.True(message.IsProven(key));
        Assert.Equal(isShortTerm, message.HasFingerprint());
        Assert.False(message.IsProven([.. key.Reverse()]));

        bytes[10] ^= 1;
        Assert.False(Read(bytes).IsProven(key));
        Assert.False(Read(bytes).HasFingerprint());
    }

    [Fact]
    public void Addresses_come_out_of_their_mask_and_go_into_it()
    {
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:32853"), Read(Convert.FromHexString(Response4)).Address(StunAttribute.XorMappedAddress));
        var six = Read(Convert.FromHexString(Response6));
        var address = IPEndPoint.Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853");
        Assert.Equal(address, six.Address(StunAttribute.XorMappedAddress));
        Assert.Equal(six.Find(StunAttribute.XorMappedAddress), StunMessage.AddressValue(address, six.Transaction));
    }

    [Fact]
    public void A_request_with_long_term_credentials_is_written_byte_for_byte()
    {
        var written = StunMessage.Write(
            StunType.BindingRequest,
            Convert.FromHexString("78ad3433c6ad72c029da412e"),
            [
                (StunAttribute.Username, Encoding.UTF8.GetBytes("マトリックス")), (StunAttribute.Nonce, Encoding.ASCII.GetBytes("f//499k954d6OL34oL9FSTvy64sA")),
                (StunAttribute.Realm, Encoding.ASCII.GetBytes("example.org")),
            ],
            LongTermKey,
            fingerprint: false);
        Assert.Equal(LongTerm, Convert.ToHexStringLower(written));
        Assert.True(Read(StunMessage.Write(StunType.AllocateRequest, new byte[12], [], LongTermKey)) is var proven && proven.IsProven(LongTermKey) && proven.HasFingerprint());
    }

    [Fact]
    public void Whatever_else_comes_is_no_message_and_throws_nothing()
    {
        var good = Convert.FromHexString(Request);
        for (var length = 0; length < good.Length; length++)
        {
            Assert.False(StunMessage.TryRead(good.AsSpan(0, length), out _));
        }

        var random = new Random(5769);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (StunMessage.TryRead(bytes, out var message))
            {
                _ = (message.Error, message.Address(StunAttribute.XorMappedAddress), message.IsProven(ShortTermKey), message.HasFingerprint());
            }
        }
    }

    private static StunMessage Read(byte[] bytes) => StunMessage.TryRead(bytes, out var message) ? message : throw new InvalidOperationException("No message.");
}
