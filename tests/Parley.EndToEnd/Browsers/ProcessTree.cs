using System.Diagnostics;
using System.Globalization;

namespace Parley.EndToEnd.Browsers;

/// <summary>Finds and kills a browser that a test started, by its profile folder. Reads /proc.</summary>
internal static class ProcessTree
{
    /// <summary>The browser process whose command line names the folder; its helpers carry a <c>--type</c>.</summary>
    public static int FindBrowser(string profile) => Ids().Single(id =>
    {
        var arguments = CommandLine(id);
        return arguments.Contains($"--user-data-dir={profile}") && !arguments.Any(each => each.StartsWith("--type=", StringComparison.Ordinal));
    });

    /// <summary>SIGKILL to a process and all that descend from it, parents first so that none is started anew.</summary>
    public static void Kill(int root)
    {
        var children = Ids().ToLookup(Parent);
        var family = new List<int> { root };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(children[family[i]]);
        }

        foreach (var id in family)
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

    private static List<int> Ids() => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0)];

    private static string[] CommandLine(int id) => Read($"/proc/{id}/cmdline").Split('\0');

    private static int Parent(int id)
    {
        // "pid (name) state ppid …", where the name may hold anything.
        var stat = Read($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
    }

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
