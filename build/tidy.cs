// Checks the house's own rules (docs/style.md): `dotnet run build/tidy.cs` from the repository's folder.
// Prints one line for each broken rule and place, then `N passed, N failed` over the rules. Exit code 1 when one is broken.
using System.Diagnostics;
using System.Text.RegularExpressions;

var files = Run("git", "ls-files", "--cached", "--others", "--exclude-standard").Where(File.Exists).ToArray();
var texts = new Dictionary<string, string>(StringComparer.Ordinal);
string Text(string file) => texts.TryGetValue(file, out var text) ? text : texts[file] = File.ReadAllText(file);
IEnumerable<string> Under(string folder, params string[] endings) =>
    files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)));

var passed = 0;
var failed = 0;
Rule("files are small", Budgets());
Rule("no drawers", Drawers());
Rule("JavaScript stands where it may", JavaScript());
Rule("the service worker knows every page", Pages());
Rule("ARCHITECTURE.md names what exists", MapPaths());
Rule("links lead somewhere", Links());
Rule("documents show the samples' own code", Snippets());
Rule("what is cited is defined", Citations());
Rule("nothing reads a message", Messages());
Rule("names of rooms are spelled once", RoomSpellings());
Rule("no machine and no registry is named", Places());
Rule("nothing is left open", OpenEnds());
Rule("change notes are named by rule", ChangeNotes());
Rule("text files end their lines alike", LineEnds());
Rule("folders point down", Run("dotnet", "run", "build/arrows.cs"));
Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

void Rule(string name, IEnumerable<string> broken)
{
    var places = broken.ToArray();
    foreach (var place in places)
    {
        Console.WriteLine($"tidy: {name}: {place}");
    }

    _ = places.Length == 0 ? passed++ : failed++;
}

// Small files keep one thought each. Generated data has its own formats and is not code.
IEnumerable<string> Budgets()
{
    (string Ending, int LinesMax)[] budgets = [(".razor.cs", 250), (".razor", 150), (".js", 400), (".mjs", 400), (".cs", 500)];
    foreach (var file in files.Where(f => f.StartsWith("src/", StringComparison.Ordinal) || f.StartsWith("tests/", StringComparison.Ordinal)))
    {
        var budget = budgets.FirstOrDefault(b => file.EndsWith(b.Ending, StringComparison.Ordinal));
        if (budget.Ending is not null && Text(file).AsSpan().Count('\n') is var lines && lines > budget.LinesMax)
        {
            yield return $"{file} has {lines} lines, at most {budget.LinesMax}";
        }
    }

    var code = Under("src/", ".cs").Select(f => Text(f).AsSpan().Count('\n')).Order().ToArray();
    if (code.Length > 0 && code[(int)(code.Length * 0.95)] is var p95 && p95 > 300)
    {
        yield return $"src/: the 95th percentile of .cs files is {p95} lines, at most 300";
    }
}

// A folder or type named so says nothing about what it holds.
IEnumerable<string> Drawers()
{
    var folder = new Regex("/(Utils?|Utilities|Helpers?|Managers?|Common|Misc|Models?|Services?|Shared)/", RegexOptions.IgnoreCase);
    var type = new Regex("(Manager|Helper|Helpers|Util|Utils|Processor)\\.(cs|razor|js)$");
    return Under("src/", ".cs", ".razor", ".js", ".css").Concat(Under("tests/", ".cs", ".js"))
        .Where(f => folder.IsMatch(f) || type.IsMatch(f));
}

// Platform power in Parley.Browser, DOM behaviour beside its component, the service worker at the app's root. Nothing vendored.
IEnumerable<string> JavaScript()
{
    var allowed = new Regex("^(src/Parley\\.Browser/wwwroot/[^/]+\\.js|src/Parley\\.Web/.+\\.razor\\.js|src/Parley\\.Web/wwwroot/[^/]+\\.js|tests/.+|build/.+)$");
    foreach (var file in files.Where(f => f.EndsWith(".js", StringComparison.Ordinal) || f.EndsWith(".mjs", StringComparison.Ordinal)).Where(f => !allowed.IsMatch(f)))
    {
        yield return file;
    }

    foreach (var file in Under("src/", ".cs").Where(f => !f.StartsWith("src/Parley.Browser/", StringComparison.Ordinal)))
    {
        if (Text(file).Contains("[JSImport(", StringComparison.Ordinal) || Text(file).Contains("[JSExport]", StringComparison.Ordinal))
        {
            yield return $"{file} imports from JavaScript; only Parley.Browser does";
        }
    }

    foreach (var file in Under("src/", ".cs", ".razor").Where(f => !f.EndsWith(".razor.cs", StringComparison.Ordinal)))
    {
        if (Text(file).Contains("IJSRuntime", StringComparison.Ordinal) && !file.StartsWith("src/Parley.Web/Shell/", StringComparison.Ordinal))
        {
            yield return $"{file} calls JavaScript; only a component's .razor.cs does";
        }
    }
}

// A page that the service worker does not know is asked of the server, and so does not open without a network.
IEnumerable<string> Pages()
{
    const string worker = "src/Parley.Web/wwwroot/service-worker.published.js";
    var known = Regex.Match(Text(worker), "const PAGES = /\\^\\(([a-z|-]+)\\)").Groups[1].Value.Split('|');
    var pages = Under("src/Parley.Web/", ".razor").SelectMany(f => Regex.Matches(Text(f), "^@page \"/([^/\"]+)", RegexOptions.Multiline)).Select(m => m.Groups[1].Value).ToArray();
    return pages.Except(known).Select(page => $"{worker} does not know /{page}").Concat(known.Except(pages).Select(page => $"{worker} knows /{page}, which is no page"));
}

// Every path in back-ticks exists, so the map never lies.
IEnumerable<string> MapPaths()
{
    const string map = "ARCHITECTURE.md";
    if (!File.Exists(map))
    {
        yield return "it is missing";
        yield break;
    }

    foreach (Match path in Regex.Matches(Text(map), "`((?:src|tests|docs|build|bench|samples|changes)/[^`*…]*)`"))
    {
        if (!Path.Exists(path.Groups[1].Value))
        {
            yield return $"{path.Groups[1].Value} does not exist";
        }
    }
}

IEnumerable<string> Links()
{
    foreach (var file in files.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
    {
        foreach (Match link in Regex.Matches(Text(file), "\\]\\(([^)#:\\s]+)(#[^)]*)?\\)"))
        {
            var target = Path.Combine(Path.GetDirectoryName(file)!, link.Groups[1].Value);
            if (!Path.Exists(target))
            {
                yield return $"{file}: {link.Groups[1].Value}";
            }
        }
    }
}

// <!-- snippet: path#region --> and the code block after it must equal that region.
IEnumerable<string> Snippets()
{
    foreach (var file in files.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
    {
        foreach (Match snippet in Regex.Matches(Text(file), "<!-- snippet: (\\S+?)#(\\S+) -->\\s*```\\w*\\n(.*?)```", RegexOptions.Singleline))
        {
            var (source, region, shown) = (snippet.Groups[1].Value, snippet.Groups[2].Value, snippet.Groups[3].Value);
            var code = File.Exists(source)
                ? Regex.Match(Text(source), $"#region {Regex.Escape(region)}\\n(.*?)[ \\t]*#endregion", RegexOptions.Singleline)
                : Match.Empty;
            if (!code.Success)
            {
                yield return $"{file}: {source} has no region {region}";
            }
            else if (code.Groups[1].Value.Trim() != shown.Trim())
            {
                yield return $"{file}: differs from {source}#{region}";
            }
        }
    }
}

// A number like W6 or C.2 says nothing by itself: docs/weak-spots.md says what it is and which tests hold it.
IEnumerable<string> Citations()
{
    const string page = "docs/weak-spots.md";
    var number = new Regex("\\b(?:W|C\\.)[0-9]+\\b");
    var rows = Text(page).Split('\n').Select(l => (Row: Regex.Match(l, "^\\| ((?:W|C\\.)[0-9]+) \\|"), Line: l)).Where(l => l.Row.Success).ToArray();
    var defined = rows.Select(r => r.Row.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
    foreach (var file in files.Where(f => Regex.IsMatch(f, "\\.(cs|razor|js|mjs|md)$")))
    {
        foreach (var cited in number.Matches(Text(file)).Select(m => m.Value).Distinct().Where(n => !defined.Contains(n)))
        {
            yield return $"{file}: {cited} is not defined in {page}";
        }
    }

    var tests = Under("tests/", ".cs").Select(Text).ToArray();
    foreach (var (row, line) in rows)
    {
        var named = Regex.Matches(line, "`([A-Z]\\w+)\\.([A-Z]\\w*_\\w+)`");
        if (named.Count == 0)
        {
            yield return $"{page}: {row.Groups[1].Value} names no test";
        }

        foreach (Match test in named)
        {
            var (type, method) = (test.Groups[1].Value, test.Groups[2].Value);
            if (!tests.Any(t => Regex.IsMatch(t, $"\\bclass {type}\\b") && t.Contains($" {method}(", StringComparison.Ordinal)))
            {
                yield return $"{page}: there is no test {type}.{method}";
            }
        }
    }
}

// An exception's message is for developers and may be worded anew; code reads its Code and Reason.
IEnumerable<string> Messages()
{
    var read = new Regex("\\.Message\\s*\\.\\s*(EndsWith|StartsWith|Contains|IndexOf|Equals)\\(|\\.Message (==|!=|is \"|switch)");
    foreach (var file in Under("src/", ".cs", ".razor"))
    {
        foreach (var (line, number) in Text(file).Split('\n').Select((line, i) => (line, i + 1)).Where(l => read.IsMatch(l.line)))
        {
            yield return $"{file}:{number}: {line.Trim()}";
        }
    }
}

// RoomNames and DomainId make and read the names of rooms and derived nodes; a second spelling would drift.
IEnumerable<string> RoomSpellings()
{
    var prefix = new Regex("\"(xnet-(workspace|channel|doc)-|(knock|call|pair):|(profile|inbox|presence|room|dm|sp|sc|oc)-\")");
    return Under("src/", ".cs", ".razor").Where(f => !f.StartsWith("src/Parley.Core/Ids/", StringComparison.Ordinal)).Where(f => prefix.IsMatch(Text(f)));
}

// Packages come through the ordinary clients' own settings, and nothing depends on where it was written.
IEnumerable<string> Places()
{
    // Assembled from pieces so that this file does not name them either.
    var named = new Regex(string.Join('|', ["npm" + "js\\.org", "nu" + "get\\.org/v", "deb\\.deb" + "ian", "/wo" + "rk/", "/ho" + "me/[a-z]"]));
    return files.Where(f => new FileInfo(f).Length < 2_000_000 && !IsBinary(f) && named.IsMatch(Text(f)));
}

IEnumerable<string> OpenEnds()
{
    var open = new Regex("\\b(TO" + "DO|FIX" + "ME|HA" + "CK|XX" + "X)\\b|NotImplemented" + "Exception|Skip\\s*=\\s*\"");
    foreach (var file in files.Where(f => Regex.IsMatch(f, "\\.(cs|razor|js|mjs|css|csproj|props|targets)$")))
    {
        foreach (var (line, number) in Text(file).Split('\n').Select((line, i) => (line, i + 1)).Where(l => open.IsMatch(l.line)))
        {
            yield return $"{file}:{number}: {line.Trim()}";
        }
    }
}

IEnumerable<string> ChangeNotes() => Under("changes/", "").Where(f =>
    f != "changes/README.md" && !Regex.IsMatch(f, "^changes/[a-z0-9-]+\\.(added|changed|fixed|removed|security)\\.md$"));

IEnumerable<string> LineEnds() => files.Where(f => Regex.IsMatch(f, "\\.(cs|razor|js|mjs|css|md|json|csproj|props|targets|slnx|sh)$")).Where(f =>
    Text(f).Contains('\r') || (Text(f).Length > 0 && Text(f)[^1] != '\n'));

bool IsBinary(string file) => Regex.IsMatch(file, "\\.(png|jpg|ico|woff2|wasm|db|zst|br|gz)$");

static IEnumerable<string> Run(string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    process.WaitForExit();
    return process.ExitCode == 0 || output.Length > 0 ? output : [$"{program} ended with {process.ExitCode}"];
}
