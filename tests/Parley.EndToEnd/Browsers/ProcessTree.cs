using System.Diagnostics;
using System.Globalization;

namespace Parley.EndToEnd.Browsers;

/// <summary>Finds a browser that a test started, kills it or lets it sleep, by its profile folder. Reads /proc.</summary>
internal static class ProcessTree
{
    /// <summary>In which Linux tells CPU times.</summary>
    private const int TicksPerSecond = 100;

    /// <summary>The browser process whose command line names the folder; its helpers carry a <c>--type</c>.</summary>
    public static int FindBrowser(string profile) => Ids().Single(id =>
    {
        var arguments = CommandLine(id);
        return arguments.Contains($"--user-data-dir={profile}") && !arguments.Any(each => each.StartsWith("--type=", StringComparison.Ordinal));
    });

    /// <summary>SIGKILL to a process and all that descend from it, parents first so that none is started anew.</summary>
    public static void Kill(int root)
    {
        foreach (var id in Family(root))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It ended with its parent.
            }
        }
    }

    /// <summary>SIGSTOP, as a computer that sleeps: no process of the tree does anything until <see cref="Wake"/>; its sockets stay open.</summary>
    public static void Sleep(int root) => Signal("STOP", root);

    /// <summary>SIGCONT.</summary>
    public static void Wake(int root) => Signal("CONT", root);

    /// <summary>CPU time that a process and all that descend from it used so far.</summary>
    public static TimeSpan Cpu(int root) => TimeSpan.FromSeconds(
        Family(root).Select(Stat).Where(static fields => fields.Length > 12).Sum(static fields => Number(fields[11]) + Number(fields[12])) / (double)TicksPerSecond);

    private static void Signal(string name, int root)
    {
        using var kill = Process.Start("kill", [$"-{name}", .. Family(root).Select(static id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"SIG{name} did not reach every process of {root}.");
        }
    }

    private static List<int> Family(int root)
    {
        var children = Ids().ToLookup(Parent);
        var family = new List<int> { root };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(children[family[i]]);
        }

        return family;
    }

    private static List<int> Ids() => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0)];

    private static string[] CommandLine(int id) => Read($"/proc/{id}/cmdline").Split('\0');

    private static int Parent(int id) => Stat(id) is { Length: > 1 } fields ? (int)Number(fields[1]) : 0;

    private static string[] Stat(int id)
    {
        // "pid (name) state ppid …", where the name may hold anything; user and system time come as the 12th and 13th after it.
        var stat = Read($"/proc/{id}/stat");
        return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process ended between listing and reading.
            return "";
        }
    }
}
