using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Scenarios.Identity;

/// <summary>What lies on the disk: never the secret in the clear, never half a file, never an overwritten key.</summary>
public sealed class KeysAtRestTests : IDisposable
{
    private const string Other = "another passphrase";

    private readonly KeysScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Where_nobody_can_be_asked_the_computers_key_seals_and_that_is_said()
    {
        var made = await _scene.RunAsync("new");
        var did = made.Done();
        Assert.Contains($"this computer's key in {_scene.MachineKeyFile}", made.Errors, StringComparison.Ordinal);
        Assert.Contains("whoever reads both has the key", made.Errors, StringComparison.Ordinal);
        Assert.Equal(did, (await _scene.RunAsync("did")).Done());
        Assert.Equal(KeyProtection.Machine, Sealed().Protection);
        AssertOwnerOnly(_scene.KeyFile, _scene.MachineKeyFile);
    }

    [Fact]
    public async Task On_a_terminal_a_passphrase_is_asked_for_twice_and_needed_ever_after()
    {
        var made = await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, KeysScene.Passphrase), "new");
        var did = made.Done();
        Assert.Equal(2, made.Terminal.Questions.Count);
        Assert.Equal(KeyProtection.Passphrase, Sealed().Protection);
        Assert.False(File.Exists(_scene.MachineKeyFile));
        AssertOwnerOnly(_scene.KeyFile);
        Assert.Equal(did, (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase), "did")).Done());
        (await _scene.RunAsync("did")).Failed(ExitCode.KeyLocked, "nobody to ask");
    }

    [Fact]
    public async Task A_passphrase_mistyped_or_too_short_is_asked_for_again_and_in_the_end_nothing_is_made()
    {
        var made = await _scene.RunAsync(FakeTerminal.Somebody("weak12", KeysScene.Passphrase, Other, KeysScene.Passphrase, KeysScene.Passphrase), "new");
        made.Done();
        Assert.Contains("Too short", made.Errors, StringComparison.Ordinal);
        Assert.Contains("differ", made.Errors, StringComparison.Ordinal);

        var second = Path.Combine(_scene.Me, "second");
        (await _scene.RunAsync(FakeTerminal.Somebody("weak12"), "new", "--data", second)).Failed(ExitCode.KeyLocked, "nothing was changed");
        Assert.Empty(Directory.GetFiles(second));
    }

    [Fact]
    public async Task Programs_name_a_file_that_holds_the_passphrase()
    {
        var file = _scene.Write("pass", KeysScene.Passphrase + "\n");
        var did = (await _scene.RunAsync("new", "--passphrase-file", file)).Done();
        Assert.Equal(KeyProtection.Passphrase, Sealed().Protection);
        Assert.Equal(did, (await _scene.RunAsync("did", "--passphrase-file", file)).Done());
        Assert.Equal(did, (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase), "did")).Done());
        _scene[KeyAccess.PassphraseVariable] = file;
        Assert.Equal(did, (await _scene.RunAsync("did")).Done());

        (await _scene.RunAsync("did", "--passphrase-file", _scene.Write("wrong", Other))).Failed(ExitCode.KeyLocked, "does not open");
        (await _scene.RunAsync("did", "--passphrase-file", _scene.Write("empty", "\n"))).Failed(ExitCode.Usage, "must hold a passphrase");
        (await _scene.RunAsync("did", "--passphrase-file", _scene.Write("long", new string('x', 5000)))).Failed(ExitCode.Usage, "must hold a passphrase");
        (await _scene.RunAsync("did", "--passphrase-file", file + "-none")).Failed(ExitCode.Usage, "there is no passphrase file");
        var second = Path.Combine(_scene.Me, "second");
        (await _scene.RunAsync("new", "--data", second, "--passphrase-file", _scene.Write("weak", "weak12"))).Failed(ExitCode.Usage, "too short");
        (await _scene.RunAsync("new", "--data", second, "--passphrase-file", file, "--machine")).Failed(ExitCode.Usage, "exclude each other");
    }

    [Fact]
    public async Task A_wrong_passphrase_is_one_line_after_three_and_changes_nothing()
    {
        await MakeAsync();
        var before = File.ReadAllBytes(_scene.KeyFile);
        var tried = await _scene.RunAsync(FakeTerminal.Somebody("wrong one", "wrong two", "wrong three", KeysScene.Passphrase), "words");
        tried.Failed(ExitCode.KeyLocked, "does not open");
        Assert.Equal(3, tried.Terminal.Questions.Count);
        (await _scene.RunAsync(FakeTerminal.Somebody(), "words")).Failed(ExitCode.KeyLocked, "stays sealed");
        Assert.Equal(before, File.ReadAllBytes(_scene.KeyFile));
    }

    [Fact]
    public async Task A_damaged_a_foreign_and_a_newer_file_are_told_apart_and_stay_as_they_are()
    {
        await MakeAsync();
        var good = File.ReadAllBytes(_scene.KeyFile);
        (byte[] File, string Why)[] bad =
        [
            (good[..^1], "is damaged"), ([.. good, 0], "is damaged"), ([.. good[..100], (byte)(good[100] ^ 1), .. good[101..]], "is damaged"),
            ([], "is no key"), ("something else"u8.ToArray(), "is no key"),
            ([.. good[..10], 2, .. good[11..]], "was written by a newer Parley"),
        ];
        foreach (var (file, why) in bad)
        {
            File.WriteAllBytes(_scene.KeyFile, file);
            foreach (var verb in (string[])["did", "words", "passphrase"])
            {
                var answer = await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase), verb);
                answer.Failed(ExitCode.KeyFile, why);
                Assert.Empty(answer.Terminal.Questions);
            }

            (await _scene.RunAsync("new")).Failed(ExitCode.Failed, "never overwritten");
            Assert.Equal(file, File.ReadAllBytes(_scene.KeyFile));
        }
    }

    [Fact]
    public async Task A_copy_of_the_folder_does_not_open_without_the_computers_key()
    {
        await _scene.RunAsync("new");
        var before = File.ReadAllBytes(_scene.KeyFile);
        var kept = File.ReadAllBytes(_scene.MachineKeyFile);
        File.Delete(_scene.MachineKeyFile);
        (await _scene.RunAsync("did")).Failed(ExitCode.KeyLocked, "is not here");
        // Opening never makes a computer's key: it would only hide what is missing.
        Assert.False(File.Exists(_scene.MachineKeyFile));
        File.WriteAllBytes(_scene.MachineKeyFile, new byte[SealedKey.MachineKeyBytes]);
        (await _scene.RunAsync("did")).Failed(ExitCode.KeyLocked, "another computer's key");
        File.WriteAllBytes(_scene.MachineKeyFile, kept[1..]);
        (await _scene.RunAsync("did")).Failed(ExitCode.KeyFile, "is damaged");
        File.WriteAllBytes(_scene.MachineKeyFile, kept);
        (await _scene.RunAsync("did")).Done();
        Assert.Equal(before, File.ReadAllBytes(_scene.KeyFile));
    }

    [Fact]
    public async Task The_passphrase_changes_and_the_key_stays()
    {
        var did = await MakeAsync();
        (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, Other, Other), "passphrase")).Done();
        (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase), "did")).Failed(ExitCode.KeyLocked, "That is not it.");
        Assert.Equal(did, (await _scene.RunAsync(FakeTerminal.Somebody(Other), "did")).Done());

        var now = _scene.Write("now", Other);
        (await _scene.RunAsync("passphrase", "--passphrase-file", now)).Failed(ExitCode.Usage, "--new-passphrase-file or --machine");
        (await _scene.RunAsync("passphrase", "--passphrase-file", now, "--machine")).Done();
        Assert.Equal(did, (await _scene.RunAsync("did")).Done());
        (await _scene.RunAsync("passphrase", "--new-passphrase-file", now)).Done();
        Assert.Equal(did, (await _scene.RunAsync("did", "--passphrase-file", now)).Done());
        AssertOwnerOnly(_scene.KeyFile);
        Assert.Single(Directory.GetFiles(_scene.Me));
    }

    [Fact]
    public async Task Giving_up_while_the_new_passphrase_is_typed_keeps_the_old_seal()
    {
        await MakeAsync();
        var before = File.ReadAllBytes(_scene.KeyFile);
        (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, Other), "passphrase")).Failed(ExitCode.KeyLocked, "nothing was changed");
        Assert.Equal(before, File.ReadAllBytes(_scene.KeyFile));
    }

    [Theory]
    [InlineData("new")]
    [InlineData("import", "words")]
    [InlineData("import", "seed")]
    public async Task A_key_is_never_overwritten(params string[] words)
    {
        await MakeAsync();
        var before = File.ReadAllBytes(_scene.KeyFile);
        var answer = await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, KeysScene.Passphrase), words);
        answer.Failed(ExitCode.Failed, "never overwritten");
        Assert.Empty(answer.Terminal.Questions);
        Assert.Equal(before, File.ReadAllBytes(_scene.KeyFile));
    }

    [Fact]
    public async Task No_file_holds_the_words()
    {
        foreach (var (folder, extra) in (IEnumerable<(string, string[])>)[("a", []), ("b", ["--passphrase-file", _scene.Write("pass", KeysScene.Passphrase)])])
        {
            var data = Path.Combine(_scene.Me, folder);
            (await _scene.RunAsync(["new", "--data", data, .. extra])).Done();
            var words = (await _scene.RunAsync(["words", "--data", data, .. extra])).Done();
            var entropy = RecoveryPhrase.Parse(words).ToEntropy();
            Assert.DoesNotContain(words[..20], _scene.Everything(), StringComparison.Ordinal);
            Assert.Equal(-1, File.ReadAllBytes(Path.Combine(data, "person.key")).AsSpan().IndexOf(entropy.AsSpan(0, 8)));
        }
    }

    private async Task<string> MakeAsync() =>
        (await _scene.RunAsync(FakeTerminal.Somebody(KeysScene.Passphrase, KeysScene.Passphrase), "new")).Done();

    private SealedKey Sealed()
    {
        Assert.Equal(SealedKeyFault.None, SealedKey.TryRead(File.ReadAllBytes(_scene.KeyFile), out var key));
        return key!;
    }

    private static void AssertOwnerOnly(params string[] files)
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }
}
