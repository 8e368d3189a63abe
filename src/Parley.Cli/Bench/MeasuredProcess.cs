using System.Globalization;
using Parley.Cli.Terminal;

namespace Parley.Cli.Bench;

/// <summary>What a process has used so far, read from <c>/proc</c>.</summary>
internal sealed class MeasuredProcess
{
    /// <summary>The kernel counts CPU time for user space in hundredths of a second on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly string _folder;

    private MeasuredProcess(int id) => _folder = $"/proc/{id}";

    /// <summary>The process of an id. Throws <see cref="CliException"/> where there is none.</summary>
    public static MeasuredProcess Of(int id) =>
        Directory.Exists($"/proc/{id}") ? new MeasuredProcess(id) : throw CliException.Usage($"--pid {id} is no process on this machine");

    /// <summary>CPU seconds of all its threads, in user and kernel mode.</summary>
    public double CpuSeconds => Cpu(11);

    /// <summary>CPU seconds of its children that have ended.</summary>
    public double ChildrenCpuSeconds => Cpu(13);

    /// <summary>Memory that is in RAM now, bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"{_folder}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6, line.Length - 6 - 2).Trim(), CultureInfo.InvariantCulture) * 1024;
        }
    }

    // The second field is the name in parentheses and may hold spaces: fields are counted from its end. Two follow each other: user and kernel mode.
    private double Cpu(int field)
    {
        var stat = File.ReadAllText($"{_folder}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[field], CultureInfo.InvariantCulture) + long.Parse(fields[field + 1], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
