using Microsoft.AspNetCore.Components;
using Parley.Browser.Formats;
using Parley.Json;
using Parley.Web.Shell;

namespace Parley.Web.Admin;

/// <summary>What the hub's owner sees and orders.</summary>
public partial class AdminPage
{
    private JsonValue? _status;
    private IReadOnlyList<JsonValue> _people = [];
    private IReadOnlyList<JsonValue> _spaces = [];
    private IReadOnlyList<JsonValue> _revoked = [];
    private IReadOnlyList<JsonValue>? _rooms;
    private string? _problem;
    private string _did = "";
    private string _token = "";
    private bool _isBusy;

    [Inject] public required HubOrders Orders { get; init; }
    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required BrowserFormats Formats { get; init; }

    private static (string Mode, string Label)[] Modes =>
        [("open", Strings.Admin_Mode_Open), ("invite-only", Strings.Admin_Mode_InviteOnly), ("allow-list", Strings.Admin_Mode_AllowList)];

    protected override Task OnInitializedAsync()
    {
        Shell.ShowPane(Pane.Main);
        return TryAsync(ReadAsync);
    }

    private Task<bool> SetModeAsync(string mode) => OrderAsync("mode", "mode", mode);

    private async Task AllowAsync()
    {
        if (await OrderAsync("allow", "did", _did.Trim()))
        {
            _did = "";
        }
    }

    private async Task RevokeAsync()
    {
        if (await OrderAsync("revoke", "name", _token.Trim()))
        {
            _token = "";
        }
    }

    private Task<bool> CountRoomsAsync() => TryAsync(async () => _rooms = (await Orders.AskAsync("rooms"))["rooms"]!.Items);

    /// <summary>Gives an order and reads again what it may have changed. True where it was done.</summary>
    private Task<bool> OrderAsync(string what, string? member = null, string? value = null) => TryAsync(async () =>
    {
        await Orders.AskAsync(what, member, value);
        await ReadAsync();
    });

    private async Task ReadAsync()
    {
        _status = await Orders.AskAsync("status");
        _people = (await Orders.AskAsync("people"))["people"]!.Items;
        _spaces = (await Orders.AskAsync("spaces"))["spaces"]!.Items;
        _revoked = (await Orders.AskAsync("revoked"))["revoked"]!.Items;
    }

    private async Task<bool> TryAsync(Func<Task> step)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            await step();
            return true;
        }
        catch (HubOrderException failure)
        {
            _problem = failure.Sentence;
            return false;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private static string NameOf(JsonValue person) => person["name"]?.Text ?? person["did"]!.Text!;

    private static string? StandingOf(JsonValue person) => person["standing"]?.Text switch
    {
        "owner" => Strings.Admin_Owner,
        "allowed" => Strings.Admin_Allowed,
        "banned" => Strings.Admin_Banned,
        _ => person["admittance"]?.Text switch { "lobby" => Strings.Admin_InLobby, "unlisted" => Strings.Admin_Unlisted, _ => null },
    };

    private static long Count(JsonValue facts, string name) => facts[name]?.Integer ?? 0;

    private string Size(JsonValue facts)
    {
        var bytes = Count(facts, "bytes");
        return bytes >= 1_048_576
            ? Phrase.Of(Strings.Admin_Megabytes, Formats.Number(Math.Round(bytes / 1_048_576d, 1)))
            : Phrase.Of(Strings.Admin_Kilobytes, Formats.Number(Math.Ceiling(bytes / 1_024d)));
    }
}
