using Org.BouncyCastle.Math.EC.Rfc7748;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Identity;

[Trait("weak-spot", "W36")]
public sealed class LegacyKeyTests
{
    private const string FirstTwelve = "amber anchor apple arch arrow atlas autumn beacon birch bloom brave breeze";

    private static readonly byte[] Ones = [.. Enumerable.Repeat((byte)1, 32)];

    [Fact]
    public void Twelve_words_give_the_identity_that_they_gave_before()
    {
        var key = Read(FirstTwelve).ToKey();
        Assert.Equal("1b7ac946edefaf30ffcec9a975bc56bb0e3fcef0b81f6c44df19c733df974c4c", Hex(key.Seed));
        Assert.Equal("did:key:z6MkfwKzmGLJx5uKhm6ehWikVWFa9PTW4gZyH3WuBSbCiedV", Did(key));
        Assert.Equal("006c0228fb8032f87f7dcc1d81018a75949fc6fb73d7b23e73007359f7a35660", Hex(key.AgreementKey));
        Assert.Equal("db35a758998479269aa51d6d73419061ed327989d6bb148d059e46b01164ab39", Hex(AgreementPublic(key)));
        Assert.Equal("b1dc166f46e60e4984a837bcbd9f7f73ece897e0f976ea30f8d2cb2db0430f08", Hex(key.BackupKey));
    }

    [Fact]
    public void A_bundle_of_today_gives_the_identity_that_it_gave_before()
    {
        var key = LegacyKey.FromBundle(Ones);
        Assert.Equal("7700a1c1d831cf850ab961e1dafc049ae4637308031cef8f57e7f0a7da38b8b4", Hex(key.Seed));
        Assert.Equal("did:key:z6MknSrFwVEfUTfETS2CqqVvXNVmUJ6w8XeXvvauYMGktGpU", Did(key));
        Assert.Equal("34a8043c9d25376134d8d65b6c8b6a5d4fd114c483985e089eb076ec037f07fe", Hex(key.AgreementKey));
        Assert.Null(key.BackupKey);
    }

    [Fact]
    public void A_bundle_of_the_older_kind_gives_the_identity_that_it_gave_before()
    {
        var key = LegacyKey.FromOldBundle(Ones);
        Assert.Equal("fbc12ea93a023062d6c7db4756db206ce97faa853337f1170a58b35209e1e611", Hex(key.Seed));
        Assert.Equal("did:key:z6MkhRcdUaPVz9YASLYcFNpzkhogpQVfHPVPqatRApjn7iT2", Did(key));
    }

    [Fact]
    public void A_raw_seed_is_the_key_itself()
    {
        var key = LegacyKey.FromSeed(Ones);
        Assert.Equal("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX", Did(key));
        Assert.Null(key.AgreementKey);
    }

    [Fact]
    public void Every_way_in_carries_its_warning()
    {
        Assert.Equal(LegacyWarning.ShortPhrase, Read(FirstTwelve).ToKey().Warning);
        Assert.Equal(LegacyWarning.ShortPhrase, Read(Words(23)).ToKey().Warning);
        Assert.Equal(LegacyWarning.UncheckedPhrase, Read(Words(24)).ToKey().Warning);
        Assert.Equal(LegacyWarning.RawSeed, LegacyKey.FromSeed(Ones).Warning);
        Assert.Equal(LegacyWarning.SharedSeed, LegacyKey.FromBundle(Ones).Warning);
        Assert.Equal(LegacyWarning.SharedSeed, LegacyKey.FromOldBundle(Ones).Warning);
    }

    [Fact]
    public void Twelve_words_are_worth_73_bits_and_that_is_said()
    {
        Assert.Equal(73, Read(FirstTwelve).StrengthBits);
        Assert.Equal(146, Read(Words(24)).StrengthBits);
    }

    [Fact]
    public void Case_and_white_space_do_not_matter_but_a_passphrase_does()
    {
        var typed = "\n " + FirstTwelve.ToUpperInvariant().Replace(" ", " \t ", StringComparison.Ordinal);
        Assert.Equal(Read(FirstTwelve).ToKey().Seed, Read(typed).ToKey().Seed);
        Assert.NotEqual(Read(FirstTwelve).ToKey().Seed, Read(FirstTwelve).ToKey("x").Seed);
    }

    [Fact]
    public void A_swapped_word_is_not_noticed_and_opens_another_identity()
    {
        var swapped = FirstTwelve.Replace("amber anchor", "anchor amber", StringComparison.Ordinal);
        Assert.NotEqual(Did(Read(FirstTwelve).ToKey()), Did(Read(swapped).ToKey()));
    }

    [Fact]
    public void Too_few_too_many_and_unknown_words_are_refused()
    {
        Assert.Equal(PhraseFault.WordCount, LegacyPhrase.TryParse(null, out _));
        Assert.Equal(PhraseFault.WordCount, LegacyPhrase.TryParse(Words(11), out _));
        Assert.Equal(PhraseFault.WordCount, LegacyPhrase.TryParse(Words(49), out var phrase));
        Assert.Null(phrase);
        Assert.Equal(PhraseFault.UnknownWord, LegacyPhrase.TryParse(FirstTwelve.Replace("apple", "aple", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void A_phrase_made_here_is_not_taken_for_one_from_elsewhere()
    {
        var own = RecoveryPhrase.FromEntropy(Ones).ToString();
        Assert.Equal(PhraseFault.UnknownWord, LegacyPhrase.TryParse(own, out _));
        Assert.NotEqual(PhraseFault.None, RecoveryPhrase.TryParse(Words(24), out _));
    }

    [Fact]
    public void The_list_has_68_different_words_each_of_which_is_taken()
    {
        Assert.Equal(68, LegacyPhrase.WordList.Distinct(StringComparer.Ordinal).Count());
        Assert.All(LegacyPhrase.WordList, word => Read($"{FirstTwelve} {word}"));
    }

    [Fact]
    public void A_secret_of_another_length_is_a_callers_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LegacyKey.FromSeed(new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegacyKey.FromBundle(new byte[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegacyKey.FromOldBundle([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegacyKey.FromPhraseSecret(LegacyWarning.ShortPhrase, new byte[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegacyKey.FromPhraseSecret(LegacyWarning.RawSeed, new byte[64]));
    }

    private static LegacyPhrase Read(string text)
    {
        Assert.Equal(PhraseFault.None, LegacyPhrase.TryParse(text, out var phrase));
        return phrase!;
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => LegacyPhrase.WordList[i % 68]));

    private static string Did(LegacyKey key)
    {
        using var signer = new SodiumSigner(key.Seed);
        return signer.Person.Value;
    }

    private static byte[] AgreementPublic(LegacyKey key)
    {
        var point = new byte[32];
        X25519.ScalarMultBase(key.AgreementKey, 0, point, 0);
        return point;
    }

    private static string Hex(byte[]? bytes) => Convert.ToHexStringLower(bytes!);
}
