// Checks that folders point down: the files of a folder refer only to the folders that ARCHITECTURE.md lists for it, below
// `<!-- arrows -->`. `dotnet run build/arrows.cs` from the repository's folder; build/tidy.cs runs it too.
// Prints one line for each broken rule and place. Exit code 1 when a rule is broken.
#:package Microsoft.CodeAnalysis.CSharp
#:property TieredPGO=false
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

const string Map = "ARCHITECTURE.md";
// What one of these takes from another is no arrow, but a name has to be resolved to see that.
string[] projects = ["Core", "Client", "Native", "Hub"];
var broken = new List<string>();
var tables = Tables(File.ReadAllText(Map));
var compilation = Compile(projects.SelectMany(project => Directory.EnumerateFiles($"src/Parley.{project}", "*.cs", SearchOption.AllDirectories)));
foreach (var (project, table) in tables)
{
    var folders = compilation.SyntaxTrees.Where(tree => ProjectOf(tree.FilePath) == project).Select(tree => FolderOf(tree.FilePath)).ToHashSet();
    broken.AddRange(folders.Except(table.Keys).Select(folder => $"{Map}: the table of {project} lacks {folder}"));
    broken.AddRange(table.Keys.Except(folders).Select(folder => $"{Map}: {project} has no folder {folder}"));
}

foreach (var arrow in tables.SelectMany(table => Arrows(table.Key, table.Value)).DistinctBy(arrow => arrow.Key))
{
    broken.Add($"{arrow.File}:{arrow.Line}: {arrow.Name} stands in {arrow.To}, which {FolderOf(arrow.File)} may not reference");
}

broken.Sort(StringComparer.Ordinal);
broken.ForEach(Console.WriteLine);
return broken.Count == 0 ? 0 : 1;

// "| Core | may reference |" begins the table of a project. A row names one or more folders and what they may reference: rows above it.
Dictionary<string, Dictionary<string, string[]>> Tables(string map)
{
    Dictionary<string, Dictionary<string, string[]>> tables = [];
    Dictionary<string, string[]> table = [];
    var section = Regex.Match(map, "<!-- arrows -->(.*?)(^#|\\z)", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value;
    foreach (Match row in Regex.Matches(section, "^\\| ([^|]+) \\| ([^|]+) \\|$", RegexOptions.Multiline))
    {
        var (left, right) = (row.Groups[1].Value, row.Groups[2].Value);
        if (right == "may reference")
        {
            tables[left] = table = [];
            continue;
        }

        var allowed = Words(right);
        broken.AddRange(allowed.Where(folder => folder != "*" && !table.ContainsKey(folder)).Select(folder => $"{Map}: {folder} stands in no row above {left}"));
        foreach (var folder in Words(left))
        {
            table.Add(folder, allowed);
        }
    }

    return tables;
}

// The arrows of a project that its table does not list.
IEnumerable<Arrow> Arrows(string project, Dictionary<string, string[]> table)
{
    var trees = compilation.SyntaxTrees.Where(tree => ProjectOf(tree.FilePath) == project).ToList();
    var declared = trees.SelectMany(Declared).ToHashSet(StringComparer.Ordinal);
    return trees.AsParallel().AsOrdered().SelectMany(tree => ArrowsOf(tree, declared)).AsSequential()
        .Where(arrow => table.GetValueOrDefault(FolderOf(arrow.File)) is not { } allowed || !(allowed.Contains("*") || allowed.Contains(arrow.To)));
}

// Every name in the code of a file (a comment may point anywhere) that stands for a type of another folder of its project, or for an extension method of one.
IEnumerable<Arrow> ArrowsOf(SyntaxTree tree, HashSet<string> declared)
{
    var (file, model) = (tree.FilePath, compilation.GetSemanticModel(tree));
    foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => declared.Contains(name.Identifier.Text)))
    {
        var info = model.GetSymbolInfo(name);
        var type = TypeOf(info.Symbol ?? info.CandidateSymbols.FirstOrDefault());
        var targets = type?.DeclaringSyntaxReferences.Select(part => part.SyntaxTree.FilePath).Where(target => ProjectOf(target) == ProjectOf(file))
            .Select(FolderOf).Distinct().ToList() ?? [];
        if (targets.Count > 0 && !targets.Contains(FolderOf(file)))
        {
            yield return new(file, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, type!.Name, targets[0]);
        }
    }
}

// The names that a file gives to types and extension methods. Whatever bears another name need not be looked up.
static IEnumerable<string> Declared(SyntaxTree tree) => tree.GetRoot().DescendantNodes().Select(node => node switch
{
    BaseTypeDeclarationSyntax type => type.Identifier.Text,
    DelegateDeclarationSyntax type => type.Identifier.Text,
    MethodDeclarationSyntax { ParameterList.Parameters: [{ Modifiers: [{ RawKind: (int)SyntaxKind.ThisKeyword }, ..] }, ..] } method => method.Identifier.Text,
    MethodDeclarationSyntax { Parent: ExtensionBlockDeclarationSyntax } method => method.Identifier.Text,
    _ => null,
}).OfType<string>();

static INamedTypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
{
    INamedTypeSymbol type => type,
    IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: var type } => type,
    IMethodSymbol { ReducedFrom.ContainingType: var type } => type,
    IMethodSymbol { ContainingType: { IsExtension: true, ContainingType: var type } } => type,
    _ => null,
};

// The projects as one program. What they take from packages stays unknown, which hides no type of theirs.
static CSharpCompilation Compile(IEnumerable<string> files)
{
    const string Implicit = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";
    var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None);
    var runtime = RuntimeEnvironment.GetRuntimeDirectory();
    var web = runtime.Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App", StringComparison.Ordinal);
    return CSharpCompilation.Create(
        "Parley",
        files.Select(file => file.Replace('\\', '/')).AsParallel().AsOrdered()
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)).Append(CSharpSyntaxTree.ParseText(Implicit, options)),
        new[] { runtime, web }.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll")).Where(IsManaged)
            .Select(file => MetadataReference.CreateFromFile(file)),
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
}

static bool IsManaged(string file)
{
    using var reader = new System.Reflection.PortableExecutable.PEReader(File.OpenRead(file));
    return reader.HasMetadata;
}

static string[] Words(string cell) => cell.Split([' ', ',', '–', '-'], StringSplitOptions.RemoveEmptyEntries);

static string ProjectOf(string file) => file.Length > 0 ? file.Split('/')[1]["Parley.".Length..] : "";

static string FolderOf(string file) => file.Split('/') is { Length: > 3 } parts ? parts[2] : ".";

internal sealed record Arrow(string File, int Line, string Name, string To)
{
    public string Key => $"{File} -> {To}";
}
