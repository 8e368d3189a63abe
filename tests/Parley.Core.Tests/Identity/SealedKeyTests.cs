using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Identity;

public sealed class SealedKeyTests
{
    private const int MemoryAt = 12;
    private const int PassesAt = 16;
    private const int CheckBytes = 8;

    private const string FirstTwelve = "amber anchor apple arch arrow atlas autumn beacon birch bloom brave breeze";

    private static readonly PassphraseCost Cheap = new(PassphraseCost.MemoryKiBMin, 1);
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Random = [.. Enumerable.Range(0x40, SealedKey.RandomBytes).Select(i => (byte)i)];
    private static readonly byte[] Passphrase = Encoding.UTF8.GetBytes("Grüße aus Ärmel");

    // Both files were made by a program of its own, from docs/keys.md alone: Python's Argon2id, HKDF and ChaCha20-Poly1305 of OpenSSL.
    private const string ByMachine =
        "7061726c65792d6b657901020000000000000000404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f6061626364656667"
        + "b49d5a53944b4cb6c448d122919c41dd0c29d6b573d8c57c6b4f27f09b744622165ba0271b63114cc47d24cb6086c89e4ea8776c5d9ed58b1d99239c77"
        + "100550244503349900607a851c1c9b1b09d04fef08702b9ae276f78a";
    private const string ByPassphrase =
        "7061726c65792d6b657901010000200000000002404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f6061626364656667"
        + "aa5d9dd8aeb68851a12d48fbf8da73a03506575dfcaa0f4cd3807f6950cc2951b03fa986d5a3ab25559986554414a965c670051cad3f575998448ad1ca"
        + "bedace89ec4d6ab8e3422e42226ac9c57cd9de11e0bff356cacbda49";

    [Fact]
    public void The_bytes_are_those_of_the_document()
    {
        using var words = KeySecret.From(KeyOrigin.Words, Counting);
        Assert.Equal(ByMachine, Hex(SealedKey.ByMachine(words, Counting, Random)));
        using var phrase = KeySecret.FromPhrase(Legacy());
        Assert.Equal(ByPassphrase, Hex(SealedKey.ByPassphrase(phrase, Passphrase, new(8192, 2), Random)));
    }

    [Fact]
    public void A_file_of_another_maker_opens()
    {
        var byPassphrase = Read(Convert.FromHexString(ByPassphrase));
        Assert.Equal((KeyProtection.Passphrase, new PassphraseCost(8192, 2)), (byPassphrase.Protection, byPassphrase.Cost));
        Assert.Equal(SealedKeyFault.None, byPassphrase.TryOpen(Passphrase, out var phrase));
        using var signer = SodiumSigner.Of(phrase!);
        Assert.Equal("did:key:z6MkfwKzmGLJx5uKhm6ehWikVWFa9PTW4gZyH3WuBSbCiedV", signer.Person.Value);
        Assert.Equal(KeyProtection.Machine, Read(Convert.FromHexString(ByMachine)).Protection);
    }

    [Fact]
    [Trait("weak-spot", "W36")]
    public void Every_origin_comes_back_with_its_key_and_its_warning()
    {
        var longPhrase = string.Join(' ', LegacyPhrase.WordList.Take(24));
        Assert.Equal(PhraseFault.None, LegacyPhrase.TryParse(longPhrase, out var lengthy));
        (KeySecret Secret, byte[] Seed, LegacyWarning? Warning)[] all =
        [
            (KeySecret.From(KeyOrigin.Words, Counting), RecoveryPhrase.FromEntropy(Counting).ToSeed(), null),
            (KeySecret.From(KeyOrigin.Seed, Counting), Counting, LegacyWarning.RawSeed),
            (KeySecret.From(KeyOrigin.Bundle, Counting), LegacyKey.FromBundle(Counting).Seed, LegacyWarning.SharedSeed),
            (KeySecret.From(KeyOrigin.OldBundle, Counting), LegacyKey.FromOldBundle(Counting).Seed, LegacyWarning.SharedSeed),
            (KeySecret.FromPhrase(Legacy(), "beside"), Legacy().ToKey("beside").Seed, LegacyWarning.ShortPhrase),
            (KeySecret.FromPhrase(lengthy!), lengthy!.ToKey().Seed, LegacyWarning.UncheckedPhrase),
        ];
        Assert.Equal(Enum.GetValues<KeyOrigin>(), all.Select(a => a.Secret.Origin));
        foreach (var (secret, seed, warning) in all)
        {
            var file = SealedKey.ByMachine(secret, Counting, Random).Bytes;
            Assert.Equal(SealedKey.FileBytes, file.Length);
            Assert.Equal(SealedKeyFault.None, Read(file.Span).TryOpen(Counting, out var opened));
            Assert.True(opened!.SameAs(secret));
            using var expected = new SodiumSigner(seed);
            using var signer = SodiumSigner.Of(opened);
            Assert.Equal((expected.Person, warning), (signer.Person, opened.Warning));
        }
    }

    [Fact]
    public void Words_come_back_as_words_and_nothing_else_has_any()
    {
        using var secret = KeySecret.FromWords(RecoveryPhrase.FromEntropy(Counting));
        Assert.Equal(SealedKeyFault.None, Sealed(secret).TryOpen(Passphrase, out var opened));
        Assert.Equal(RecoveryPhrase.FromEntropy(Counting).ToString(), opened!.ToWords()!.ToString());
        Assert.Null(KeySecret.From(KeyOrigin.Seed, Counting).ToWords());
    }

    [Fact]
    public void A_seal_opens_for_its_own_opener_only()
    {
        using var secret = KeySecret.From(KeyOrigin.Words, Counting);
        var byPassphrase = Sealed(secret);
        Assert.Equal(SealedKeyFault.DoesNotOpen, byPassphrase.TryOpen("Grüße aus Ärmel "u8, out var none));
        Assert.Null(none);
        Assert.Equal(SealedKeyFault.DoesNotOpen, byPassphrase.TryOpen([], out _));
        Assert.Equal(SealedKeyFault.DoesNotOpen, byPassphrase.TryOpen(new byte[SealedKey.PassphraseBytesMax + 1], out _));
        var byMachine = SealedKey.ByMachine(secret, Counting, Random);
        Assert.Equal(SealedKeyFault.DoesNotOpen, byMachine.TryOpen(new byte[SealedKey.MachineKeyBytes], out _));
        Assert.Equal(SealedKeyFault.DoesNotOpen, byMachine.TryOpen(Passphrase, out _));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_refused_before_the_seal_is_tried()
    {
        var file = Convert.FromHexString(ByPassphrase);
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            var flipped = Flip(file, bit);
            var fault = SealedKey.TryRead(flipped, out var key);
            Assert.Null(key);
            Assert.Equal(bit < 80 ? SealedKeyFault.Foreign : bit < 88 && flipped[10] > 1 ? SealedKeyFault.NewerVersion : SealedKeyFault.Damaged, fault);
        }
    }

    [Fact]
    public void A_flipped_bit_under_a_mended_checksum_does_not_open_with_a_machine_key()
    {
        var file = Convert.FromHexString(ByMachine);
        for (var bit = 0; bit < (file.Length - CheckBytes) * 8; bit++)
        {
            AssertRefused(Mend(Flip(file, bit)), Counting);
        }
    }

    [Fact]
    public void A_changed_byte_under_a_mended_checksum_does_not_open_with_a_passphrase()
    {
        using var secret = KeySecret.From(KeyOrigin.Words, Counting);
        var file = Sealed(secret).Bytes.ToArray();
        for (var at = 0; at < file.Length - CheckBytes; at++)
        {
            AssertRefused(Mend(Flip(file, (at * 8) + (at % 8))), Passphrase);
        }
    }

    [Fact]
    public void A_file_cut_anywhere_or_grown_is_refused()
    {
        var file = Convert.FromHexString(ByMachine);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Equal(length < 10 ? SealedKeyFault.Foreign : SealedKeyFault.Damaged, SealedKey.TryRead(file.AsSpan(0, length), out var key));
            Assert.Null(key);
        }

        Assert.Equal(SealedKeyFault.Damaged, SealedKey.TryRead([.. file, 0], out _));
        Assert.Equal(SealedKeyFault.Foreign, SealedKey.TryRead("abandon abandon art"u8, out _));
    }

    [Fact]
    public void A_newer_version_is_told_from_damage_whatever_its_length()
    {
        Assert.Equal(SealedKeyFault.NewerVersion, SealedKey.TryRead([.. "parley-key"u8, 2], out _));
        Assert.Equal(SealedKeyFault.NewerVersion, SealedKey.TryRead([.. "parley-key"u8, 255, .. new byte[1000]], out _));
        Assert.Equal(SealedKeyFault.Damaged, SealedKey.TryRead([.. "parley-key"u8, 0, .. new byte[SealedKey.FileBytes - 11]], out _));
    }

    [Theory]
    [InlineData(uint.MaxValue, 3)]
    [InlineData(int.MaxValue, 3)]
    [InlineData(PassphraseCost.MemoryKiBMax + 1, 3)]
    [InlineData(PassphraseCost.MemoryKiBMin - 1, 3)]
    [InlineData(0, 3)]
    [InlineData(65536, 0)]
    [InlineData(65536, PassphraseCost.PassesMax + 1)]
    [InlineData(65536, uint.MaxValue)]
    public void Absurd_parameters_are_refused_before_memory_is_spent(uint memoryKiB, uint passes)
    {
        var file = Convert.FromHexString(ByPassphrase);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(MemoryAt), memoryKiB);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(PassesAt), passes);
        Mend(file);
        Assert.Equal(SealedKeyFault.UnknownProtection, SealedKey.TryRead(file, out var key));
        // Without a key there is nothing to open, and so nothing that could call Argon2id.
        Assert.Null(key);
    }

    [Fact]
    public void A_machines_seal_carries_no_cost_and_no_other_protection_is_known()
    {
        var costly = Convert.FromHexString(ByMachine);
        costly[PassesAt + 3] = 1;
        Assert.Equal(SealedKeyFault.UnknownProtection, SealedKey.TryRead(Mend(costly), out _));
        foreach (var protection in (byte[])[0, 3, 255])
        {
            var file = Convert.FromHexString(ByMachine);
            file[MemoryAt - 1] = protection;
            Assert.Equal(SealedKeyFault.UnknownProtection, SealedKey.TryRead(Mend(file), out _));
        }
    }

    [Fact]
    public void Guessing_costs_memory_by_default()
    {
        Assert.Equal(new PassphraseCost(64 * 1024, 3), PassphraseCost.Default);
        Assert.True(PassphraseCost.Default.IsTaken);
        using var secret = KeySecret.From(KeyOrigin.Words, Counting);
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedKey.ByPassphrase(secret, Passphrase, new(1024, 1), Random));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same_twice()
    {
        using var secret = KeySecret.From(KeyOrigin.Words, Counting);
        var other = Random.Reverse().ToArray();
        var one = SealedKey.ByMachine(secret, Counting, Random).Bytes.ToArray();
        var two = SealedKey.ByMachine(secret, Counting, other).Bytes.ToArray();
        Assert.NotEqual(one[60..], two[60..]);
    }

    [Fact]
    public void A_wiped_secret_gives_nothing_more()
    {
        var secret = KeySecret.From(KeyOrigin.Words, Counting);
        secret.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.ToSeed());
        Assert.Throws<ObjectDisposedException>(() => secret.ToWords());
        Assert.Throws<ObjectDisposedException>(() => SealedKey.ByMachine(secret, Counting, Random));
    }

    [Fact]
    public void A_callers_mistakes_are_told()
    {
        using var secret = KeySecret.From(KeyOrigin.Words, Counting);
        Assert.Throws<ArgumentOutOfRangeException>(() => KeySecret.From(KeyOrigin.Words, new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeySecret.From(KeyOrigin.ShortPhrase, Counting));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedKey.ByMachine(secret, new byte[31], Random));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedKey.ByMachine(secret, Counting, Random.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedKey.ByPassphrase(secret, [], Cheap, Random));
    }

    private static void AssertRefused(byte[] file, byte[] opener)
    {
        if (SealedKey.TryRead(file, out var key) == SealedKeyFault.None)
        {
            Assert.Equal(SealedKeyFault.DoesNotOpen, key!.TryOpen(opener, out var secret));
            Assert.Null(secret);
        }
    }

    private static SealedKey Read(ReadOnlySpan<byte> file)
    {
        Assert.Equal(SealedKeyFault.None, SealedKey.TryRead(file, out var key));
        return key!;
    }

    private static SealedKey Sealed(KeySecret secret) => SealedKey.ByPassphrase(secret, Passphrase, Cheap, Random);

    private static LegacyPhrase Legacy() => LegacyPhrase.TryParse(FirstTwelve, out var phrase) == PhraseFault.None ? phrase! : throw new UnreachableException();

    private static byte[] Flip(byte[] file, int bit)
    {
        var flipped = (byte[])file.Clone();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    /// <summary>Puts the checksum right, as somebody who tampers would.</summary>
    private static byte[] Mend(byte[] file)
    {
        SHA256.HashData(file.AsSpan(0, file.Length - CheckBytes)).AsSpan(0, CheckBytes).CopyTo(file.AsSpan(file.Length - CheckBytes));
        return file;
    }

    private static string Hex(SealedKey key) => Convert.ToHexStringLower(key.Bytes.Span);
}
