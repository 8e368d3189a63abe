using Parley.Cli.Terminal;
using Parley.Identity;

namespace Parley.Scenarios.Identity;

/// <summary>Keys that come from elsewhere: words, and what other programs made, each with its warning.</summary>
public sealed class KeyImportTests : IDisposable
{
    private const string FirstTwelve = "amber anchor apple arch arrow atlas autumn beacon birch bloom brave breeze";
    private const string OfFirstTwelve = "did:key:z6MkfwKzmGLJx5uKhm6ehWikVWFa9PTW4gZyH3WuBSbCiedV";

    private static readonly string Ones = string.Concat(Enumerable.Repeat("01", 32));

    private readonly KeysScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Words_of_one_folder_make_the_same_key_in_another()
    {
        var made = (await _scene.RunAsync("new")).Done();
        var words = (await _scene.RunAsync("words")).Done();
        Assert.Equal(24, words.Split(' ').Length);
        var taken = await _scene.RunAsync(FakeTerminal.Script($"\n {words.ToUpperInvariant()}\n"), "import", "words", "--data", Path.Combine(_scene.Me, "two"));
        Assert.Equal(made, taken.Done());
        Assert.DoesNotContain("Weaker", taken.Errors, StringComparison.Ordinal);
    }

    // Identities as the reference makes them (docs/protocol.md, keys from elsewhere).
    [Theory]
    [Trait("weak-spot", "W36")]
    [InlineData("phrase", FirstTwelve, OfFirstTwelve, "73 bits")]
    [InlineData("seed", null, "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX", "nobody can tell")]
    [InlineData("bundle", null, "did:key:z6MknSrFwVEfUTfETS2CqqVvXNVmUJ6w8XeXvvauYMGktGpU", "two keys hang on this one secret")]
    [InlineData("old-bundle", null, "did:key:z6MkhRcdUaPVz9YASLYcFNpzkhogpQVfHPVPqatRApjn7iT2", "two keys hang on this one secret")]
    public async Task A_key_of_another_program_keeps_its_DID_and_brings_a_warning(string kind, string? input, string did, string warning)
    {
        var answer = await _scene.RunAsync(FakeTerminal.Script((input ?? Ones) + "\n"), "import", kind);
        Assert.Equal(did, answer.Done());
        Assert.Contains("Weaker than a key made here: ", answer.Errors, StringComparison.Ordinal);
        Assert.Contains(warning, answer.Errors, StringComparison.Ordinal);
        Assert.Equal(did, (await _scene.RunAsync("did")).Done());
        (await _scene.RunAsync("words")).Failed(ExitCode.Failed, "has no 24 words");
        Assert.DoesNotContain(input ?? Ones, _scene.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("weak-spot", "W36")]
    public async Task Somebody_at_a_terminal_sees_the_DID_and_confirms_before_anything_is_kept()
    {
        (await _scene.RunAsync(FakeTerminal.Somebody(FirstTwelve, "no"), "import", "phrase")).Failed(ExitCode.Failed, "not confirmed");
        Assert.False(Directory.Exists(_scene.Me));
        var answer = await _scene.RunAsync(FakeTerminal.Somebody(FirstTwelve, "yes", KeysScene.Passphrase, KeysScene.Passphrase), "import", "phrase");
        Assert.Equal(OfFirstTwelve, answer.Done());
        Assert.Contains(OfFirstTwelve, answer.Terminal.Questions[1], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("weak-spot", "W36")]
    public async Task A_swapped_word_is_caught_by_the_DID_that_one_expects()
    {
        var swapped = FirstTwelve.Replace("amber anchor", "anchor amber", StringComparison.Ordinal);
        (await _scene.RunAsync(FakeTerminal.Script(swapped), "import", "phrase", "--did", OfFirstTwelve)).Failed(ExitCode.Failed, "nothing was taken over");
        Assert.False(Directory.Exists(_scene.Me));
        Assert.Equal(OfFirstTwelve, (await _scene.RunAsync(FakeTerminal.Script(FirstTwelve), "import", "phrase", "--did", OfFirstTwelve)).Done());
    }

    [Fact]
    public async Task What_was_typed_beside_a_phrase_belongs_to_it()
    {
        var beside = _scene.Write("beside", "x\n");
        var did = (await _scene.RunAsync(FakeTerminal.Script(FirstTwelve), "import", "phrase", "--phrase-passphrase-file", beside)).Done();
        Assert.NotEqual(OfFirstTwelve, did);
        (await _scene.RunAsync("import", "words", "--phrase-passphrase-file", beside)).Failed(ExitCode.Usage, "belongs to");
    }

    [Theory]
    [InlineData("words", "one two three", "a recovery phrase has 24 words")]
    [InlineData("words", "amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber amber", "words of another program")]
    [InlineData("words", "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon parley", "not on the list")]
    [InlineData("words", "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon", "checksum")]
    [InlineData("phrase", "amber anchor", "12 to 48 words")]
    [InlineData("phrase", "amber anchor apple arch arrow atlas autumn beacon birch bloom brave parley", "list of 68")]
    [InlineData("phrase", "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art", "these are 24 recovery words")]
    [InlineData("seed", "", "64 hexadecimal digits")]
    [InlineData("seed", "0x01", "64 hexadecimal digits")]
    [InlineData("bundle", "010101010101010101010101010101010101010101010101010101010101010g", "64 hexadecimal digits")]
    public async Task What_is_wrong_is_one_line_and_nothing_is_made(string kind, string input, string why)
    {
        (await _scene.RunAsync(FakeTerminal.Script(input), "import", kind)).Failed(ExitCode.Failed, why);
        Assert.False(Directory.Exists(_scene.Me));
    }

    [Fact]
    public async Task Input_without_end_is_refused()
    {
        (await _scene.RunAsync(FakeTerminal.Script(new string('a', 100_000)), "import", "words")).Failed(ExitCode.Failed, "more than 4096 characters");
        (await _scene.RunAsync("import", "keys")).Failed(ExitCode.Usage, "KIND is one of words, phrase, seed, bundle, old-bundle");
    }

    [Fact]
    public async Task Words_are_shown_to_somebody_only_after_they_were_asked()
    {
        (await _scene.RunAsync("new")).Done();
        (await _scene.RunAsync(FakeTerminal.Somebody("no"), "words")).Failed(ExitCode.Failed, "not confirmed");
        Assert.Equal(24, (await _scene.RunAsync(FakeTerminal.Somebody("yes"), "words")).Done().Split(' ').Length);
        // Who has just typed the passphrase is not asked again.
        (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, KeysScene.Passphrase), "passphrase")).Done();
        var shown = await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase), "words");
        Assert.Equal(RecoveryPhrase.WordCount, shown.Done().Split(' ').Length);
        Assert.Equal("Passphrase:", Assert.Single(shown.Terminal.Questions));
    }
}
