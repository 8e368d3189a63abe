using Microsoft.AspNetCore.Components;
using Parley.Browser.Keys;
using Parley.Browser.Lifecycle;
using Parley.Browser.Memory;
using Parley.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>A new device that was opened with the link of a signed-in one: asks it, shows the code, and becomes the person's.</summary>
public sealed partial class Arrival
{
    private readonly CancellationTokenSource _closed = new();
    private DeviceArrival? _arrival;
    private string? _problem;

    [Inject] public required PairingAtHand Pairing { get; init; }
    [Inject] public required BrowserKeys Keys { get; init; }
    [Inject] public required BrowserLifecycle Page { get; init; }
    [Inject] public required IDeviceMemory Memory { get; init; }
    [Inject] public required HubAddress Hub { get; init; }
    [Inject] public required Startup Startup { get; init; }

    /// <summary>The person wants to begin otherwise.</summary>
    [Parameter] public EventCallback OnGiveUp { get; set; }

    private DeviceArrivalView? View => _arrival?.View.Value;

    private bool IsOver => _problem is not null || Pairing.Value is null
        || View?.Phase is PairingGuestPhase.Refused or PairingGuestPhase.Expired or PairingGuestPhase.Left;

    private string Sentence => Pairing.Value is null ? Strings.Arrival_Broken : View switch
    {
        null => Strings.Arrival_Connecting,
        { IsRefused: true } => Strings.Pairing_NotAdmitted,
        { Phase: PairingGuestPhase.Calling, IsConnected: false } => Strings.Arrival_Connecting,
        { Phase: PairingGuestPhase.Calling } => Strings.Arrival_Calling,
        { Phase: PairingGuestPhase.Seen, HostName: var name } => name is null ? Strings.Arrival_Seen : Phrase.Of(Strings.Arrival_Seen_Named, name),
        { Phase: PairingGuestPhase.Received } => Strings.Arrival_Received,
        { Phase: PairingGuestPhase.Refused } => Strings.Arrival_Refused,
        { Phase: PairingGuestPhase.Expired or PairingGuestPhase.Left } => Strings.Arrival_Expired,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        if (_arrival is not null)
        {
            await _arrival.DisposeAsync();
        }

        _closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (Pairing.Value is not { } link)
        {
            return;
        }

        try
        {
            if (link.Hub is { } hub)
            {
                Hub.Choose(Memory, hub.AbsoluteUri);
            }

            var options = new PairingOptions { Hub = Hub.Current(Memory), Signer = await Keys.OpenDeviceAsync() };
            _arrival = DeviceArrival.Open(options, link, Page.DeviceName());
            _ = WatchAsync(_arrival);
            using var secret = await _arrival.Secret.WaitAsync(_closed.Token);
            StateHasChanged();
            Pairing.PutAway();
            await Startup.BeginAsync(name: null, secret, backedUp: false);
            _arrival.Confirm();
        }
        catch (OperationCanceledException)
        {
            // The person began otherwise.
        }
        catch (ParleyException failure)
        {
            _problem = Problem.Sentence(failure);
        }
    }

    private async Task WatchAsync(DeviceArrival arrival)
    {
        try
        {
            await foreach (var _ in arrival.View.WatchAsync(_closed.Token))
            {
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The card closed.
        }
    }

    private Task GiveUpAsync() => OnGiveUp.InvokeAsync();
}
