using System.Text.RegularExpressions;
using Parley.EndToEnd.App;
using Parley.Hub;
using Xunit;

namespace Parley.EndToEnd.CommandLine;

public sealed partial class CommandLineTests(ParleyExecutable executable) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_explains_itself_and_its_exit_codes()
    {
        var all = await RunAsync("--help");
        Assert.Equal(0, all.ExitCode);
        var commands = CommandLines().Matches(all.Output).Select(m => m.Groups[1].Value.Trim()).ToArray();
        Assert.Contains("hub", commands);
        Assert.Contains("bench hub", commands);
        foreach (var command in commands)
        {
            var help = await RunAsync([.. command.Split(' '), "--help"]);
            Assert.Equal((0, ""), (help.ExitCode, help.Errors));
            Assert.StartsWith($"Usage: parley {command}", help.Output, StringComparison.Ordinal);
            Assert.Contains("Exit codes:", help.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("unknown option --prot (did you mean --port?)", "hub", "--prot", "1")]
    [InlineData("--port takes a whole number from 0 to 65535, not 'http'", "hub", "--port", "http")]
    [InlineData("--port needs a value", "hub", "--port")]
    [InlineData("--open takes no value", "hub", "--open=yes")]
    [InlineData("unexpected 'somewhere'", "hub", "somewhere")]
    [InlineData("--limit knows no 'topic' (did you mean topics?)", "hub", "--limit", "topic=1")]
    [InlineData("--limit topics takes a whole number from 1", "hub", "--limit", "topics=-1")]
    [InlineData("DIR is missing", "vectors")]
    [InlineData("KIND is missing", "keys", "import")]
    [InlineData("--hub takes a hub's address", "chat", "--hub", "somewhere")]
    [InlineData("--url is needed", "bench", "hub")]
    [InlineData("unknown command huub (did you mean hub?)", "huub")]
    [InlineData("unknown command keys nwe (did you mean keys new?)", "keys", "nwe")]
    public async Task A_wrong_word_is_one_line_that_names_it(string why, params string[] words) => (await RunAsync(words)).FailedInOneLine(2, why);

    [Fact]
    public async Task Every_limit_of_the_hub_has_a_name()
    {
        var help = await RunAsync("hub", "--help");
        foreach (var limit in typeof(HubLimits).GetProperties().Where(p => p.CanWrite))
        {
            var words = Capitals().Replace(limit.Name, m => "-" + m.Value).Trim('-').ToLowerInvariant();
            var name = words.EndsWith("-max", StringComparison.Ordinal) ? words[..^4] : words;
            Assert.Contains(name, help.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_is_made_once_shown_and_taken_elsewhere()
    {
        var one = Path.Combine(_folder, "one");
        var two = Path.Combine(_folder, "two");
        var made = await RunAsync("keys", "new", "--data", one);
        Assert.StartsWith("did:key:z6Mk", made.Output, StringComparison.Ordinal);
        (await RunAsync("keys", "new", "--data", one)).FailedInOneLine(1, "has a key already");

        var words = await RunAsync("keys", "words", "--data", one);
        Assert.Equal(24, words.Output.Split(' ').Length);
        var taken = await CommandRun.OfAsync(executable, words.Output, "keys", "import", "words", "--data", two);
        Assert.Equal(made.Output, taken.Output);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(two))));
        }
    }

    [Fact]
    public async Task A_key_under_a_passphrase_opens_for_a_program_that_names_its_file()
    {
        var file = Path.Combine(_folder, "passphrase");
        await File.WriteAllTextAsync(file, "correct horse battery\n");
        var sealedIn = Path.Combine(_folder, "sealed");
        var made = await RunAsync("keys", "new", "--data", sealedIn, "--passphrase-file", file);
        Assert.Equal(made.Output, (await RunAsync("keys", "did", "--data", sealedIn, "--passphrase-file", file)).Output);
        (await RunAsync("keys", "did", "--data", sealedIn)).FailedInOneLine(6, "nobody to ask");
        (await RunAsync("chat", "--data", sealedIn)).FailedInOneLine(6, "nobody to ask");
        await File.WriteAllTextAsync(file, "another passphrase\n");
        (await RunAsync("keys", "words", "--data", sealedIn, "--passphrase-file", file)).FailedInOneLine(6, "does not open");

        var key = Assert.Single(Directory.GetFiles(sealedIn));
        await File.WriteAllBytesAsync(key, (await File.ReadAllBytesAsync(key))[..^1]);
        (await RunAsync("keys", "did", "--data", sealedIn)).FailedInOneLine(7, "is damaged");
    }

    [Fact]
    public async Task Words_that_an_earlier_build_kept_in_the_clear_are_sealed_by_their_first_use()
    {
        var one = Path.Combine(_folder, "one");
        var made = await RunAsync("keys", "new", "--data", one);
        var words = await RunAsync("keys", "words", "--data", one);
        var old = Directory.CreateDirectory(Path.Combine(_folder, "old")).FullName;
        await File.WriteAllTextAsync(Path.Combine(old, "recovery-words.txt"), words.Output);
        var used = await RunAsync("chat", "--hub", "ws://127.0.0.1:9", "--data", old, "--wait", "0", "--send", "Still me");
        Assert.Contains("lay open", used.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(old, "recovery-words.txt")));
        Assert.Equal(made.Output, (await RunAsync("keys", "did", "--data", old)).Output);
    }

    [Fact]
    public async Task Wrong_words_are_told_from_each_other()
    {
        var words = (await RunAsync("keys", "new", "--data", Path.Combine(_folder, "good"))).ExitCode == 0
            ? (await RunAsync("keys", "words", "--data", Path.Combine(_folder, "good"))).Output.Trim().Split(' ')
            : [];
        string[] unknown = [.. words[..^1], "parley"];
        string[] swapped = words[0] == words[1] ? [.. words.Reverse()] : [words[1], words[0], .. words[2..]];
        var bad = Path.Combine(_folder, "bad");
        (await CommandRun.OfAsync(executable, "one two three", "keys", "import", "words", "--data", bad)).FailedInOneLine(1, "has 24 words");
        (await CommandRun.OfAsync(executable, string.Join(' ', unknown), "keys", "import", "words", "--data", bad)).FailedInOneLine(1, "not on the list");
        var third = await CommandRun.OfAsync(executable, string.Join(' ', swapped), "keys", "import", "words", "--data", bad);
        // One swap in 256 keeps the checksum of eight bits.
        Assert.True(third.ExitCode == 0 || third.Errors.Contains("checksum", StringComparison.Ordinal), third.Errors);
    }

    [Fact]
    public async Task What_cannot_be_delivered_is_kept_and_said()
    {
        var me = Path.Combine(_folder, "me");
        await RunAsync("keys", "new", "--data", me);
        string[] nowhere = ["--hub", "ws://127.0.0.1:9", "--data", me, "--wait", "1"];
        var homeless = await RunAsync(["chat", .. nowhere, "--send", "Is anybody there?"]);
        Assert.Equal(5, homeless.ExitCode);
        Assert.Contains("no space is known here yet", homeless.Errors, StringComparison.Ordinal);

        await RunAsync(["spaces", "create", "Harbour", .. nowhere]);
        var run = await RunAsync(["chat", .. nowhere, "--send", "Is anybody there?"]);
        Assert.Equal(5, run.ExitCode);
        Assert.Contains("not yet at the hub", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_makes_nothing_and_ends_with_what_is_wrong()
    {
        var me = Path.Combine(_folder, "me");
        var keyless = await RunAsync("doctor", "--hub", "ws://127.0.0.1:9", "--data", me);
        Assert.Equal(1, keyless.ExitCode);
        Assert.Contains("There is no key in the folder.", keyless.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(me));

        await RunAsync("keys", "new", "--data", me);
        var hubless = await RunAsync("doctor", "--hub", "ws://127.0.0.1:9", "--data", me, "--json");
        Assert.Equal((5, ""), (hubless.ExitCode, hubless.Errors));
        Assert.Contains("\"code\":\"hubRefuses\"", hubless.Output, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] words) => CommandRun.OfAsync(executable, "", words);

    [GeneratedRegex("^  ([a-z]+(?: [a-z]+)?)  ", RegexOptions.Multiline)]
    private static partial Regex CommandLines();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capitals();
}
