using System.Globalization;
using Parley.Cli.Terminal;

namespace Parley.Cli.Bench;

/// <summary>What a process has used so far, read from <c>/proc</c>.</summary>
internal sealed class HubProcess
{
    /// <summary>The kernel counts CPU time for user space in hundredths of a second on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly string _folder;

    private HubProcess(int id) => _folder = $"/proc/{id}";

    /// <summary>The process of an id. Throws <see cref="CliException"/> where there is none.</summary>
    public static HubProcess Of(int id) =>
        Directory.Exists($"/proc/{id}") ? new HubProcess(id) : throw CliException.Usage($"--pid {id} is no process on this machine");

    /// <summary>CPU seconds of all its threads, in user and kernel mode.</summary>
    public double CpuSeconds
    {
        get
        {
            // The second field is the name in parentheses and may hold spaces: count from its end.
            var stat = File.ReadAllText($"{_folder}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    /// <summary>Memory that is in RAM now, bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"{_folder}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6, line.Length - 6 - 2).Trim(), CultureInfo.InvariantCulture) * 1024;
        }
    }
}
