using Microsoft.AspNetCore.Components;
using Parley.Browser.Keys;
using Parley.Browser.Lifecycle;
using Parley.Browser.Memory;
using Parley.Identity;
using Parley.Web.Rooms;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>A signed-in device takes in a new one: a link and a code for its camera, then a question.</summary>
public partial class AddDevice
{
    private DeviceInvitation? _invitation;
    private QrDrawing? _code;
    private string _link = "";
    private bool _copied;
    private string? _problem;

    [Inject] public required BrowserKeys Keys { get; init; }
    [Inject] public required BrowserLifecycle Page { get; init; }
    [Inject] public required IDeviceMemory Memory { get; init; }
    [Inject] public required HubAddress Hub { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    private DeviceInvitationView View => _invitation?.View.Value ?? new(PairingHostPhase.Waiting);

    private bool CanRetry => View.Phase is PairingHostPhase.Expired or PairingHostPhase.Rivals or PairingHostPhase.Left or PairingHostPhase.Refused;

    private string Outcome => View switch
    {
        { Phase: PairingHostPhase.Given } => Strings.AddDevice_Given,
        { Phase: PairingHostPhase.Done, GuestName: var name } => Phrase.Of(Strings.AddDevice_Done, name ?? Strings.AddDevice_Unnamed),
        { Phase: PairingHostPhase.Refused } => Strings.AddDevice_Refused,
        { Phase: PairingHostPhase.Left } => Strings.AddDevice_Left,
        { Phase: PairingHostPhase.Rivals } => Strings.AddDevice_Rivals,
        { Phase: PairingHostPhase.Expired } => Strings.AddDevice_Expired,
        { Phase: PairingHostPhase.Unconfirmed } => Strings.AddDevice_Unconfirmed,
        _ => Strings.Pairing_NotAdmitted,
    };

    protected override Task OnInitializedAsync() => BeginAsync();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _ = EndAsync();
        }
    }

    private async Task BeginAsync()
    {
        await EndAsync();
        _copied = false;
        try
        {
            _invitation = Client.InviteDevice(await Keys.RevealAsync(Closed), namesHub: Hub.Current(Memory) != Hub.Default);
            _link = new Uri(new Uri(Navigation.BaseUri), $"{PairingAtHand.Path}#{_invitation.Link}").AbsoluteUri;
            _code = QrDrawing.Of(_link);
            Follow(_invitation.View);
        }
        catch (ParleyException failure)
        {
            _problem = Problem.Sentence(failure);
        }
    }

    private async Task EndAsync()
    {
        if (_invitation is { } invitation)
        {
            _invitation = null;
            await invitation.DisposeAsync();
        }
    }

    private async Task CopyAsync() => _copied = await Page.CopyTextAsync(_link);
}
