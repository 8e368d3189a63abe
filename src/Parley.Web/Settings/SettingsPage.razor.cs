using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Parley.Browser.Formats;
using Parley.Browser.Lifecycle;
using Parley.Browser.Memory;
using Parley.Web.Shell;

namespace Parley.Web.Settings;

/// <summary>What this device and this person have set.</summary>
public partial class SettingsPage
{
    private static readonly string Version = typeof(SettingsPage).Assembly.GetName().Version?.ToString(3) ?? "";

    private IJSInProcessObjectReference? _script;
    private bool _words;
    private bool _drill;
    private bool? _persisted;
    private StorageUse? _use;
    private string _hub = "";
    private bool _hubWrong;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required Appearance Look { get; init; }
    [Inject] public required IDeviceMemory Memory { get; init; }
    [Inject] public required HubAddress Hub { get; init; }
    [Inject] public required BrowserLifecycle Lifecycle { get; init; }
    [Inject] public required BrowserFormats Formats { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    private static (string Value, string Label)[] Themes =>
        [("", Strings.Settings_Theme_System), ("light", Strings.Settings_Theme_Light), ("dark", Strings.Settings_Theme_Dark)];

    private static (string Value, string Label)[] Densities =>
        [("", Strings.Settings_Density_Comfortable), ("compact", Strings.Settings_Density_Compact)];

    private string Connection => ConnectionWords.For(Client.Connection.Value).Sentence;

    protected override async Task OnInitializedAsync()
    {
        _hub = Hub.Current(Memory).AbsoluteUri;
        Follow(Client.Connection);
        Follow(Session.BackedUp);
        Follow(Lifecycle.Installable);
        _script = await ImportAsync("./start.js");
        _persisted = await Lifecycle.IsPersistedAsync();
        _use = await Lifecycle.MeasureStorageAsync();
    }

    private void SetTheme(string theme)
    {
        Look.Theme = theme;
        _script?.Invoke<object?>("applyLook");
    }

    private void SetDensity(string density)
    {
        Look.Density = density;
        _script?.Invoke<object?>("applyLook");
    }

    private async Task AskAsync() => _persisted = await Lifecycle.RequestPersistenceAsync();

    // The link is made when the client opens: another hub is another start.
    private void SaveHub()
    {
        _hubWrong = !Hub.Choose(Memory, _hub);
        if (!_hubWrong)
        {
            Navigation.NavigateTo(Navigation.Uri, forceLoad: true);
        }
    }
}
