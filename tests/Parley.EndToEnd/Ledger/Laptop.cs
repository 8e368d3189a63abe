using System.Diagnostics;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.EndToEnd.App;
using Parley.EndToEnd.CommandLine;
using Parley.Identity;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Xunit;

namespace Parley.EndToEnd.Ledger;

/// <summary>A person's computer: a folder with their key and store, on which commands run one after another.</summary>
/// <param name="hub">The hub that they use.</param>
/// <param name="name">What they are called.</param>
/// <param name="clock">Its wall clock if that is not right.</param>
internal sealed class Laptop(HubProcess hub, string name, WallClock? clock = null) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-laptop-").FullName;
    private string? _did;

    public string Name => name;

    /// <summary>The database of the replica.</summary>
    public string Store => Path.Combine(_folder, "parley.db");

    public async Task<string> DidAsync() =>
        _did ??= (await CommandRun.OfAsync(ParleyExecutable.Start(hub.Executable, "keys", "did", "--data", _folder), "")).Output.Trim();

    /// <summary>Makes a space with its #general. Returns its id.</summary>
    public async Task<string> CreateSpaceAsync(string called) => (await DoAsync([], "spaces", "create", called)).Output.Trim();

    /// <summary>The link of an invite for so many people, good for a time such as 30m or 7d.</summary>
    public async Task<string> InviteAsync(string expires, int people) =>
        (await DoAsync([], "spaces", "invite", "--expires", expires, "--uses", $"{people}")).Output.Trim();

    /// <summary>Comes in by a link, says these lines in #general, and leaves once the hub has them.</summary>
    public Task JoinAsync(string link, params string[] lines) => DoAsync(lines, "chat", "--name", name, "--join", link);

    /// <summary>Says these lines in #general, and leaves once the hub has them.</summary>
    public Task SayAsync(params string[] lines) => DoAsync(lines, "chat", "--name", name);

    /// <summary>Says these lines; what the hub does not take in a few seconds stays here. True if it took everything.</summary>
    public async Task<bool> TryToSayAsync(params string[] lines)
    {
        var run = await RunAsync(lines, "chat", "--name", name, "--wait", "3");
        Assert.True(run.ExitCode is ExitCode.Ok or ExitCode.Unreachable, $"{name}: {run}");
        return run.ExitCode == ExitCode.Ok;
    }

    /// <summary>What the terminal shows of #general from its beginning to its end, once what the hub has is here.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        var run = await RunAsync([], "chat", "--name", name, "--wait", "5", "--json", "--history", "5000");
        Assert.True(run.ExitCode is ExitCode.Ok or ExitCode.Unreachable, $"{name}: {run}");
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];
    }

    /// <summary>A program of this person's own over the same folder, for what the command line has no words for.</summary>
    public async Task<ParleyClient> OpenProgramAsync()
    {
        var words = (await CommandRun.OfAsync(ParleyExecutable.Start(hub.Executable, "keys", "words", "--data", _folder), "")).Output;
        return await ParleyClient.OpenAsync(new ParleyOptions
        {
            Store = SqliteStore.At(Store),
            Signer = new SodiumSigner(RecoveryPhrase.Parse(words).ToSeed()),
            Signatures = SodiumSignatures.Instance,
            Hub = hub.Sync,
        });
    }

    /// <summary>A terminal that stays open and shows what comes.</summary>
    public RunningProcess Listen() => new(Start("chat", "--name", name, "--history", "0", "--listen"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<CommandRun> DoAsync(string[] lines, params string[] words)
    {
        var run = await RunAsync(lines, words);
        Assert.True(run.ExitCode == ExitCode.Ok, $"{name}: {run}");
        return run;
    }

    private Task<CommandRun> RunAsync(string[] lines, params string[] words) => CommandRun.OfAsync(Start(words), string.Concat(lines.Select(static line => line + "\n")));

    private ProcessStartInfo Start(params string[] words)
    {
        var start = ParleyExecutable.Start(hub.Executable, [.. words, "--hub", hub.Sync.ToString(), "--data", _folder]);
        clock?.ApplyTo(start);
        return start;
    }
}
