using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Scenarios.Identity;

/// <summary>The words that earlier builds kept in the clear are sealed the first time that they are used.</summary>
public sealed class PlainKeyTests : IDisposable
{
    private static readonly RecoveryPhrase Words = RecoveryPhrase.FromEntropy([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    private readonly KeysScene _scene = new();
    private readonly string _did;

    public PlainKeyTests()
    {
        using var signer = new SodiumSigner(Words.ToSeed());
        _did = signer.Person.Value;
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_script_seals_them_under_the_computers_key_and_says_so_in_one_line()
    {
        _scene.Write("me/recovery-words.txt", $"{Words}\n");
        var answer = await _scene.RunAsync("did");
        Assert.Equal(_did, answer.Done());
        Assert.Contains($"lay open in {_scene.PlainFile} are now in {_scene.KeyFile}", Assert.Single(Lines(answer)), StringComparison.Ordinal);
        AssertSealed();
        Assert.Empty(Lines(await _scene.RunAsync("did")));
        Assert.Equal(Words.ToString(), (await _scene.RunAsync("words")).Done());
    }

    [Fact]
    public async Task Somebody_at_a_terminal_chooses_a_passphrase_for_them()
    {
        _scene.Write("me/recovery-words.txt", $"{Words}\n");
        Assert.Equal(_did, (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, KeysScene.Passphrase), "did")).Done());
        AssertSealed();
        Assert.Equal(_did, (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase), "did")).Done());
    }

    [Fact]
    public async Task Who_chooses_none_keeps_them_as_they_were()
    {
        _scene.Write("me/recovery-words.txt", $"{Words}\n");
        (await _scene.RunAsync(FakeTerminal.Somebody(), "did")).Failed(ExitCode.KeyLocked, "nothing was changed");
        Assert.Equal($"{Words}\n", File.ReadAllText(_scene.PlainFile));
        Assert.False(File.Exists(_scene.KeyFile));
    }

    [Fact]
    public async Task Sealing_that_was_cut_short_between_the_two_files_is_finished()
    {
        _scene.Write("me/recovery-words.txt", $"{Words}\n");
        (await _scene.RunAsync("did")).Done();
        foreach (var left in (string[])[$"{Words}\n", new string('\0', 100)])
        {
            _scene.Write("me/recovery-words.txt", left);
            var answer = await _scene.RunAsync("did");
            Assert.Equal(_did, answer.Done());
            Assert.Contains("Removed", Assert.Single(Lines(answer)), StringComparison.Ordinal);
            AssertSealed();
        }
    }

    [Fact]
    public async Task Several_programs_that_find_them_at_once_all_open_the_same_key()
    {
        for (var round = 0; round < 10; round++)
        {
            _scene.Write("me/recovery-words.txt", $"{Words}\n");
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _scene.RunAsync("did"))));
            Assert.All(answers, answer => Assert.Equal(_did, answer.Done()));
            AssertSealed();
            File.Delete(_scene.KeyFile);
        }
    }

    [Fact]
    public async Task Words_of_another_key_beside_a_sealed_one_are_told_and_never_removed()
    {
        (await _scene.RunAsync("new")).Done();
        foreach (var text in (string[])[$"{Words}\n", "not words"])
        {
            _scene.Write("me/recovery-words.txt", text);
            var answer = await _scene.RunAsync("did");
            Assert.NotEqual(_did, answer.Done());
            Assert.Contains("is not used", Assert.Single(Lines(answer)), StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(_scene.PlainFile));
        }
    }

    [Fact]
    public async Task A_file_that_holds_no_words_is_told_and_kept()
    {
        _scene.Write("me/recovery-words.txt", "abandon abandon");
        (await _scene.RunAsync("did")).Failed(ExitCode.KeyFile, "does not hold 24 recovery words");
        (await _scene.RunAsync("new")).Failed(ExitCode.Failed, "never overwritten");
        Assert.Equal("abandon abandon", File.ReadAllText(_scene.PlainFile));
        Assert.False(File.Exists(_scene.KeyFile));
    }

    private void AssertSealed()
    {
        Assert.False(File.Exists(_scene.PlainFile));
        Assert.DoesNotContain(Words.Words[0] + " " + Words.Words[1], _scene.Everything(), StringComparison.Ordinal);
        Assert.Equal(_scene.KeyFile, Assert.Single(Directory.GetFiles(_scene.Me)));
    }

    private static string[] Lines(KeysAnswer answer) => answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
