using Microsoft.AspNetCore.Components;
using Parley.Browser.Lifecycle;
using Parley.Web.Shell;

namespace Parley.Web.Rooms;

/// <summary>The address of the space to hand on: as a link, and as a code for a phone's camera.</summary>
public partial class InviteDialog
{
    private string _link = "";
    private QrDrawing? _code;
    private bool _local;
    private bool _copied;

    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required BrowserLifecycle Lifecycle { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    protected override void OnInitialized()
    {
        _link = new Uri(new Uri(Navigation.BaseUri), Place.Channel(Session.Index.General).Path).AbsoluteUri;
        _local = new Uri(_link).IsLoopback;
        _code = QrDrawing.Of(_link);
    }

    private async Task CopyAsync() => _copied = await Lifecycle.CopyTextAsync(_link);
}
