using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Parley.Identity;

[Trait("weak-spot", "W36")]
public sealed class RecoveryPhraseTests
{
    private const string Counting =
        "abandon amount liar amount expire adjust cage candy arch gather drum bullet "
        + "absurd math era live bid rhythm alien crouch range attend journey unaware";

    // Seeds computed with Node's own PBKDF2 and HKDF.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art",
        "37d04c26f0480bf979b7ae6b915acff58cf81dbed878cfd290f8b901edbc6bf4")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote",
        "425467528416f97ce8226d8e2d2188f1f9f0b6c3a31c5d0fc156964e7eea6f7f")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", Counting,
        "59d4acdc4a7b3f8dae48d0dec0d8217897d46ad0a9f5c7c6b973fa8c7fbcc4d5")]
    public void Known_entropy_gives_known_words_and_seed(string entropyHex, string words, string seedHex)
    {
        var phrase = RecoveryPhrase.FromEntropy(Convert.FromHexString(entropyHex));
        Assert.Equal(words, phrase.ToString());
        Assert.Equal(entropyHex, Convert.ToHexStringLower(phrase.ToEntropy()));
        Assert.Equal(seedHex, Convert.ToHexStringLower(phrase.ToSeed()));
        Assert.Equal(PhraseFault.None, RecoveryPhrase.TryParse(words, out var parsed));
        Assert.Equal(phrase.Words, parsed!.Words);
    }

    [Fact]
    public void The_list_is_the_English_list_of_BIP_39()
    {
        var text = string.Concat(RecoveryPhrase.WordList.Select(word => word + "\n"));
        Assert.Equal(
            "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))));
    }

    [Fact]
    public void Case_and_white_space_do_not_matter()
    {
        var typed = "\t" + Counting.ToUpperInvariant().Replace(" ", " \n\u00a0", StringComparison.Ordinal) + "\r\n";
        Assert.Equal(PhraseFault.None, RecoveryPhrase.TryParse(typed, out var phrase));
        Assert.Equal(Counting, phrase!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about")]
    [InlineData(Counting + " abandon")]
    public void Anything_but_24_words_is_refused(string? text)
    {
        Assert.Equal(PhraseFault.WordCount, RecoveryPhrase.TryParse(text, out var phrase));
        Assert.Null(phrase);
    }

    [Fact]
    public void A_word_that_is_not_on_the_list_is_named_as_the_fault() =>
        Assert.Equal(PhraseFault.UnknownWord, RecoveryPhrase.TryParse(Counting.Replace("liar", "lier", StringComparison.Ordinal), out _));

    [Fact]
    public void A_wrong_or_swapped_word_breaks_the_checksum()
    {
        Assert.Equal(PhraseFault.Checksum, RecoveryPhrase.TryParse(Counting.Replace("liar", "lion", StringComparison.Ordinal), out _));
        Assert.Equal(PhraseFault.Checksum, RecoveryPhrase.TryParse(Counting.Replace("gather drum", "drum gather", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void Of_all_last_words_exactly_eight_fit()
    {
        // The last word holds 3 bits of entropy and 8 of checksum.
        var start = Counting[..Counting.LastIndexOf(' ')];
        Assert.Equal(8, RecoveryPhrase.WordList.Count(word => RecoveryPhrase.TryParse($"{start} {word}", out _) == PhraseFault.None));
    }

    [Fact]
    public void Entropy_of_another_length_is_a_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RecoveryPhrase.FromEntropy(new byte[16]));
}
