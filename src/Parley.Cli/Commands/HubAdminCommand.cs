using System.Globalization;
using Parley.Cli.Hosting;
using Parley.Cli.Terminal;
using Parley.Hub;
using Parley.Json;

namespace Parley.Cli.Commands;

/// <summary><c>parley hub admin</c>: what a hub's owner orders, from the machine that it runs on.</summary>
internal static class HubAdminCommand
{
    private static readonly Option Json = new("json", null, "prints the answer as JSON");
    private static readonly Option Reset = new("reset", null, "makes a new code; an older one is good no more");
    private static readonly Operand Did = new("DID", "the person, as 'parley keys did' prints it");
    private static readonly Operand Name = new("ID", "a token's id, or the DID of a person or device");

    public static IReadOnlyList<Command> Commands { get; } =
    [
        List("status", "Says who owns the hub, who may use it, and how many are connected.", "owner", "isClaimable", "mode", "isModeFixed", "connections", "version"),
        List("people", "Lists people: what is kept of them, their standing, their connections.", "did", "standing", "admittance", "connections", "changes", "bytes", "name"),
        List("spaces", "Lists spaces and how many are in each.", "id", "members", "name"),
        List("rooms", "Lists rooms by what is kept in them; looks at everything.", "bytes", "changes", "room"),
        List("revoked", "Lists tokens and signers that are good no more.", "at", "name"),
        Order("ban", "Shuts a person out, at once.", Did, "did"),
        Order("unban", "Ends a ban.", Did, "did"),
        Order("allow", "Lists a person: they come in whatever the mode.", Did, "did"),
        Order("disallow", "Takes a person off the list.", Did, "did"),
        Order("mode", $"Says who else may come in: {string.Join(", ", AdmissionModes.All)}.", new("MODE", "the mode"), "mode"),
        Order("revoke", "Takes a token, or a person's or device's tokens, out of service.", Name, "name"),
        Order("unrevoke", "Puts it back into service.", Name, "name"),
        new("hub admin prune", "Forgets revoked tokens that have ended by themselves.", PruneAsync) { Options = [HubCommand.Data], Notes = Notes, ExitCodes = ExitCodes },
        new("hub admin claim", "Prints the path that makes whoever opens it the hub's owner.", ClaimAsync)
        {
            Options = [HubCommand.Data, Reset], Notes = Notes, ExitCodes = ExitCodes,
        },
    ];

    private static IReadOnlyList<string> Notes =>
        ["Works on the data folder, whether or not a hub runs on it: whoever can write there is the owner."];

    private static IReadOnlyList<int> ExitCodes => [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Unreachable, ExitCode.Interrupted];

    private static Command List(string verb, string summary, params string[] columns) =>
        new("hub admin " + verb, summary, (arguments, token) => ListAsync(arguments, verb, columns, token))
        {
            Options = [HubCommand.Data, Json],
            Notes = Notes,
            ExitCodes = ExitCodes,
        };

    private static Command Order(string verb, string summary, Operand operand, string member) =>
        new("hub admin " + verb, summary, (arguments, token) => OrderAsync(arguments, verb, member, token))
        {
            Operands = [operand],
            Options = [HubCommand.Data],
            Notes = Notes,
            ExitCodes = ExitCodes,
        };

    private static async Task<int> ListAsync(Arguments arguments, string verb, string[] columns, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(arguments, cancellationToken, ("do", JsonValue.Of(verb)));
        if (arguments.Has("json"))
        {
            Console.WriteLine(CanonicalJson.ToText(answer));
        }
        else if (answer[verb]?.Items is { } rows)
        {
            WriteTable([columns, .. rows.Select(row => columns.Select(column => Shown(column, row[column])).ToArray())]);
        }
        else
        {
            WriteTable([.. columns.Select(name => (string[])[name, Shown(name, answer[name])])]);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> OrderAsync(Arguments arguments, string verb, string member, CancellationToken cancellationToken)
    {
        await AskAsync(arguments, cancellationToken, ("do", JsonValue.Of(verb)), (member, JsonValue.Of(arguments.Operand(0)!)));
        return ExitCode.Ok;
    }

    private static async Task<int> PruneAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(arguments, cancellationToken, ("do", JsonValue.Of("prune")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer["pruned"]!.Integer} forgotten"));
        return ExitCode.Ok;
    }

    private static async Task<int> ClaimAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(arguments, cancellationToken, ("do", JsonValue.Of("claim")), ("reset", JsonValue.Of(arguments.Has("reset"))));
        Console.WriteLine($"/claim#code={answer["code"]!.Text}");
        Console.Error.WriteLine("Open this path at the hub's address: whoever does so first becomes its owner.");
        return ExitCode.Ok;
    }

    private static Task<JsonValue> AskAsync(Arguments arguments, CancellationToken cancellationToken, params (string Name, JsonValue? Value)[] request) =>
        LocalAdministration.AskAsync(
            Path.GetFullPath(arguments.Text(HubCommand.Data.Name) ?? DataFolder.Default("hub")), JsonValue.Object(request), cancellationToken);

    private static string Shown(string name, JsonValue? value) =>
        value is null ? "-"
        : value.Integer is { } number ? name == "at" ? DateTimeOffset.FromUnixTimeMilliseconds(number).ToString("u", CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture)
        : value.Boolean is { } said ? said ? "yes" : "no"
        : value.Text ?? "-";

    private static void WriteTable(IReadOnlyList<string[]> rows)
    {
        var widths = rows.Count == 0 ? [] : rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))));
        }
    }
}
