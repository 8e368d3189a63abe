using Parley.Cli.Commands;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Native.Identity;
using Parley.Testing;

namespace Parley.Scenarios.Identity;

/// <summary>What a command answered.</summary>
internal sealed record KeysAnswer(int ExitCode, string Output, string Errors, FakeTerminal Terminal)
{
    /// <summary>Fails unless it ended with this code and told why in its last line.</summary>
    public void Failed(int exitCode, string text)
    {
        Assert.Equal("", Output);
        Assert.Contains(text, Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Errors[Errors.LastIndexOf("parley:", StringComparison.Ordinal)..]);
        Assert.Equal(exitCode, ExitCode);
    }

    public string Done()
    {
        Assert.Equal("0 " + Errors, $"{ExitCode} {Errors}");
        return Output;
    }
}

/// <summary>A home folder with a computer's key in one place and people's folders in others.</summary>
internal sealed class KeysScene : IDisposable
{
    public const string Passphrase = "correct horse battery";

    private readonly TemporaryFolder _home = new();
    private readonly Dictionary<string, string> _variables = [];

    public KeysScene()
    {
        _variables[KeyAccess.MachineKeyVariable] = MachineKeyFile;
        Me = _home["me"];
    }

    public string Me { get; }

    public string KeyFile => Path.Combine(Me, "person.key");

    public string PlainFile => Path.Combine(Me, "recovery-words.txt");

    public string MachineKeyFile => _home["config/machine.key"];

    /// <summary>An environment variable for the commands that follow.</summary>
    public string this[string variable]
    {
        set => _variables[variable] = value;
    }

    /// <summary>Writes a file into the home folder.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home[name])!);
        File.WriteAllText(_home[name], text);
        return _home[name];
    }

    /// <summary>A verb of <c>parley keys</c> run by a script, over the folder of <see cref="Me"/>.</summary>
    public Task<KeysAnswer> RunAsync(params string[] words) => RunAsync(FakeTerminal.Script(), words);

    /// <summary>The same, before this terminal.</summary>
    public async Task<KeysAnswer> RunAsync(FakeTerminal terminal, params string[] words)
    {
        var command = KeysCommand.For(terminal, name => _variables.GetValueOrDefault(name), new(PassphraseCost.MemoryKiBMin, 1))
            .Single(c => c.Name == $"keys {words[0]}");
        try
        {
            string[] rest = words.Contains("--data") ? words[1..] : [.. words[1..], "--data", Me];
            var code = await command.Run(Arguments.Parse(command, rest), TestContext.Current.CancellationToken);
            return Answer(code, terminal);
        }
        catch (CliException failure)
        {
            Assert.Contains(failure.ExitCode, (IEnumerable<int>)[ExitCode.Usage, .. command.ExitCodes]);
            terminal.Errors.Write($"parley: {failure.Message}");
            return Answer(failure.ExitCode, terminal);
        }
    }

    /// <summary>Every byte that any file of the home folder holds, as text.</summary>
    public string Everything() => string.Concat(
        Directory.EnumerateFiles(_home[""], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(File.ReadAllText));

    public void Dispose() => _home.Dispose();

    private static KeysAnswer Answer(int code, FakeTerminal terminal)
    {
        Assert.All(terminal.Secrets.Where(s => s.Length > 0), secret => Assert.DoesNotContain(secret, terminal.Said + terminal.Printed, StringComparison.Ordinal));
        return new KeysAnswer(code, terminal.Printed, terminal.Said, terminal);
    }
}
