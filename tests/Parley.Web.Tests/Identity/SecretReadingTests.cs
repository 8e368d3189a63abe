using Parley.Identity;
using Parley.Web.Identity;
using Xunit;

namespace Parley.Web.Tests.Identity;

public sealed class SecretReadingTests
{
    private const string Hex = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static readonly RecoveryPhrase Own = RecoveryPhrase.FromEntropy([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private static readonly string Foreign = string.Join(' ', LegacyPhrase.WordList.Take(12));

    [Fact]
    public void Words_of_this_app_are_read_without_a_warning()
    {
        using var secret = SecretReading.Read(SecretKind.Words, $"  {Own.ToString().ToUpperInvariant()} \n", "", out var problem);

        Assert.Null(problem);
        Assert.Equal(Own.Words, secret!.ToWords()!.Words);
        Assert.Null(SecretReading.Warn(secret));
    }

    [Theory]
    [InlineData(SecretKind.Phrase, KeyOrigin.ShortPhrase)]
    [InlineData(SecretKind.Seed, KeyOrigin.Seed)]
    [InlineData(SecretKind.Bundle, KeyOrigin.Bundle)]
    [InlineData(SecretKind.OldBundle, KeyOrigin.OldBundle)]
    public void What_another_app_gave_is_read_with_a_warning(SecretKind kind, KeyOrigin origin)
    {
        using var secret = SecretReading.Read(kind, kind == SecretKind.Phrase ? Foreign : Hex, "beside", out var problem);

        Assert.Null(problem);
        Assert.Equal(origin, secret!.Origin);
        Assert.NotEmpty(SecretReading.Warn(secret)!);
    }

    [Fact]
    public void What_was_typed_beside_a_phrase_is_part_of_it()
    {
        using var with = SecretReading.Read(SecretKind.Phrase, Foreign, "beside", out _);
        using var without = SecretReading.Read(SecretKind.Phrase, Foreign, "", out _);

        Assert.False(with!.SameAs(without!));
    }

    [Theory]
    [InlineData(SecretKind.Words, "", "Twenty-four words are needed.")]
    [InlineData(SecretKind.Words, "own own", "Twenty-four words are needed.")]
    [InlineData(SecretKind.Words, "{foreign}", "These are words of another app: choose that above.")]
    [InlineData(SecretKind.Phrase, "{own}", "These are 24 recovery words: choose that above.")]
    [InlineData(SecretKind.Phrase, "amber", "Such a phrase has 12 to 48 words.")]
    [InlineData(SecretKind.Phrase, "{foreign} nonsense", "A word is not on the list of that app.")]
    [InlineData(SecretKind.Seed, "9d61", "Sixty-four hexadecimal digits are needed: 32 bytes.")]
    [InlineData(SecretKind.Bundle, "zz61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "Sixty-four hexadecimal digits are needed: 32 bytes.")]
    public void What_is_wrong_is_said_without_a_word_of_it(SecretKind kind, string text, string problem)
    {
        var typed = text.Replace("{foreign}", Foreign, StringComparison.Ordinal).Replace("{own}", Own.ToString(), StringComparison.Ordinal);

        Assert.Null(SecretReading.Read(kind, typed, "", out var said));

        Assert.Equal(problem, said);
    }
}
