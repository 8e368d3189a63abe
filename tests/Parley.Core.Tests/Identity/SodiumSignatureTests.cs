using System.Numerics;
using System.Text;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Identity;

public sealed class SodiumSignatureTests : IDisposable
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("cid:blake3:00");

    private readonly SodiumSigner _signer = new([.. Enumerable.Repeat((byte)0xaa, 32)]);

    [Fact]
    public async Task Answers_stand_in_the_order_of_the_checks_and_are_there_at_once()
    {
        var signature = await SignAsync();
        var good = new SignatureCheck(_signer.Person.PublicKey(), Message, signature);
        var bad = good with { Message = "cid:blake3:01"u8.ToArray() };
        var pending = SodiumSignatures.Instance.VerifyAsync(new[] { good, bad, good }, TestContext.Current.CancellationToken);
        Assert.True(pending.IsCompletedSuccessfully);
        var answers = await pending;
        Assert.Equal<bool>([true, false, true], answers);
        Assert.Empty(await SodiumSignatures.Instance.VerifyAsync(default, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Signing_is_deterministic_and_batched_in_order()
    {
        var signing = _signer.SignAsync(new ReadOnlyMemory<byte>[] { Message, new byte[] { 1 }, Message }, TestContext.Current.CancellationToken);
        Assert.True(signing.IsCompletedSuccessfully);
        var signatures = await signing;
        Assert.Equal(signatures[0], signatures[2]);
        Assert.NotEqual(signatures[0], signatures[1]);
        Assert.All(signatures, signature => Assert.Equal(64, signature.Length));
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_an_answer_of_false()
    {
        var signature = await SignAsync();
        var key = _signer.Person.PublicKey();
        for (var bit = 0; bit < 512; bit++)
        {
            var forged = (byte[])signature.Clone();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SodiumSignatures.Verify(new(key, Message, forged)));
        }

        using var other = new SodiumSigner(new byte[32]);
        Assert.False(SodiumSignatures.Verify(new(other.Person.PublicKey(), Message, signature)));
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(0, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(32, 0)]
    public async Task A_wrong_length_is_an_answer_of_false(int keyLength, int signatureLength)
    {
        var key = _signer.Person.PublicKey();
        var signature = await SignAsync();
        Array.Resize(ref key, keyLength);
        Array.Resize(ref signature, signatureLength);
        Assert.False(SodiumSignatures.Verify(new(key, Message, signature)));
    }

    [Fact]
    public async Task A_signature_is_not_malleable()
    {
        // S + L solves the same equation; RFC 8032 wants S below L.
        var order = (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        var signature = await SignAsync();
        var shifted = new BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        Assert.True(shifted.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));
        Assert.False(SodiumSignatures.Verify(new(_signer.Person.PublicKey(), Message, signature)));
    }

    [Fact]
    public void A_seed_of_another_length_is_a_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SodiumSigner(new byte[31]));

    public void Dispose() => _signer.Dispose();

    private async Task<byte[]> SignAsync() =>
        (await _signer.SignAsync(new ReadOnlyMemory<byte>[] { Message }, TestContext.Current.CancellationToken))[0];
}
