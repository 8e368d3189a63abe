using System.Diagnostics;
using Parley.Cli.Commands;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Frames;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Storage;

namespace Parley.Cli.Bench;

/// <summary>
/// Cold apply: a replica that follows a channel reads everything that was written there since, page after page, into its file. It is a process
/// of its own that is driven by its command line alone, so that the replica of any build can be measured with the same changes.
/// </summary>
/// <param name="run">The run; its hub is filled.</param>
/// <param name="executable">The replica's <c>parley</c>.</param>
internal sealed class ApplyBench(BenchRun run, string executable) : IDisposable
{
    private const int BatchSize = 500;
    private static readonly SqlStatement CountChanges = new("SELECT count(*) FROM change_log");

    private readonly MeasuredProcess _self = MeasuredProcess.Of(Environment.ProcessId);
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-bench").FullName;

    /// <summary>Messages of one author in a channel of the space <c>main</c>, which has no log.</summary>
    public async Task<BenchResult> OpenAsync(int count)
    {
        await using (var probe = await BenchClient.ConnectAsync(run))
        {
            if (!(await probe.Handshake).Contains(Features.Commons, StringComparison.Ordinal))
            {
                throw CliException.Usage("without --governed the hub has to have the space main: parley hub --commons");
            }
        }

        using var author = new SignedChanges();
        var channel = await IngestBench.CreateChannelAsync(run, author, RoomNames.MainSpace);
        await CommandAsync("spaces");
        return await MeasureAsync("apply, no log", count, () => IngestBench.MessagesAsync(run, author, channel, IngestShape.All[^1], count));
    }

    /// <summary>In the open channel of a space of 1 000 people: messages with one operation in a hundred, or as many operations as said.</summary>
    public async Task<BenchResult> GovernedAsync(int count, int? operations)
    {
        using var work = await GovernedWork.BeginAsync();
        var space = work.Space;
        await using var sender = await AcknowledgedSender.ConnectAsync(run, space.Owner);
        await sender.SendAsync(space.Take());
        await CommandAsync("chat", space.OpenChannel.Value, "--history", "0", "--join", SpacesCommand.LinkOf(run.Hub, space.Link).ToString());
        return operations is { } all
            ? await MeasureAsync($"governed apply, {all} operations", count, async () =>
            {
                await sender.SendAsync(await work.OperationsAsync(all));
                await sender.SendAsync(await work.MessagesAsync(count - all));
            })
            : await MeasureAsync("governed apply", count, async () => await sender.SendAsync(await work.ChangesAsync(count, BatchSize, openOnly: true)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // What a replica costs that has nothing to read is taken off: its start, its key, its connection.
    private async Task<BenchResult> MeasureAsync(string name, int count, Func<Task> fill)
    {
        var (idleCpu, idleWall) = await CommandAsync("spaces");
        var before = await CountAsync();
        await fill();
        var (cpu, wall) = await CommandAsync("spaces");
        var applied = await CountAsync() - before;
        if (applied < count)
        {
            throw new CliException(ExitCode.Failed, $"the replica has {applied} of {count} changes");
        }

        return new(name, count, "changes", (wall - idleWall).TotalSeconds, null, null, cpu - idleCpu, null);
    }

    private async Task<long> CountAsync()
    {
        await using var store = SqliteStore.At(KeyFolder.StoreIn(_folder));
        return (long)(await store.ReadAsync([CountChanges], run.Stopped))[0].Rows[0][0]!;
    }

    private async Task<(double CpuSeconds, TimeSpan Wall)> CommandAsync(string command, params string[] arguments)
    {
        string[] all = [command, .. arguments, "--hub", run.Hub.ToString(), "--data", _folder, "--wait", "600"];
        var start = new ProcessStartInfo(executable, all) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[KeyAccess.MachineKeyVariable] = Path.Combine(_folder, "machine.key");
        var (cpu, at) = (_self.ChildrenCpuSeconds, Stopwatch.GetTimestamp());
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(run.Stopped);
        var errors = process.StandardError.ReadToEndAsync(run.Stopped);
        await process.WaitForExitAsync(run.Stopped);
        var wall = Stopwatch.GetElapsedTime(at);
        await output;
        return process.ExitCode == 0
            ? (_self.ChildrenCpuSeconds - cpu, wall)
            : throw new CliException(ExitCode.Failed, $"'{executable} {command}' ended with {process.ExitCode}: {(await errors).Trim()}");
    }
}
