using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Parley.Browser.CallControls;
using Parley.Browser.Lifecycle;
using Parley.Calls;
using Parley.Ids;
using Parley.Web.Rooms;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>The dock: where a call is seen and handled, whatever else is looked at.</summary>
public partial class CallDock
{
    private const string DockId = "call-dock";
    private const int PopWidthPx = 400;
    private const int PopHeightPx = 420;

    private ElementReference _root;
    private IJSInProcessObjectReference? _script;
    private DotNetObjectReference<CallDock>? _self;
    private CallView? _view;
    private CallStage? _stage;
    private ChannelFace? _face;
    private SessionId? _spokeLast;
    private DockSize _size;
    private string? _pinned;
    private string? _said;
    private bool _isAttached;
    private bool _devices;
    private bool _checks;

    [Inject] public required BrowserLifecycle Lifecycle { get; init; }
    [Inject] public required BrowserCallControls Platform { get; init; }

    private CallDesk Desk => Session.Calls;

    private string Alone => _view!.Declined.Count > 0
        ? Phrase.Of(Strings.Call_Declined, CallWords.Guests([.. _view.Declined.Select(Client.Profiles.NameOf)]))
        : _face!.IsConversation ? Phrase.Of(Strings.Call_Ringing, _face.Title)
        : Strings.Call_Alone;

    /// <summary>A chord that the script recognised.</summary>
    [JSInvokable]
    public void Chord(string chord) => _ = chord switch
    {
        "Alt+M" => Desk.ToggleMicrophoneAsync(),
        "Alt+C" => Desk.ToggleCameraAsync(),
        "Alt+H" => Desk.ToggleHandAsync(),
        "Alt+Q" => Desk.LeaveAsync(),
        _ => Task.CompletedTask,
    };

    /// <summary>The bar for talking was pressed or let go.</summary>
    [JSInvokable]
    public void Hold(bool isDown) => _ = Desk.HoldAsync(isDown);

    /// <summary>It was dragged into a corner.</summary>
    [JSInvokable]
    public void Corner(string corner)
    {
        Desk.Preferences.Corner = Enum.Parse<DockCorner>(corner);
        Desk.Note();
    }

    /// <summary>The device woke up, or has another network.</summary>
    [JSInvokable]
    public void NetworkChanged() => Client.Calls.NetworkChanged();

    protected override void OnInitialized()
    {
        _size = Desk.Preferences.Size;
        Platform.Pressed += Press;
        Follow(Platform.IsPoppedOut);
        Follow(Desk.Problem);
        Follow(Desk.View, Look);
        Follow(Desk.Changed, _ => Arrange());
        Follow(Session.Index.Channels, _ => Arrange());
        Follow(Client.Profiles.Version, _ => Arrange());
        Follow(Lifecycle.Online, isOnline =>
        {
            if (isOnline)
            {
                Client.Calls.NetworkChanged();
            }
        });
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Calls/CallDock.razor.js") is { } script)
        {
            _script = script;
            _self = Own(DotNetObjectReference.Create(this));
            if (script.Invoke<ResumedCall?>("recall") is { } before && NodeId.TryParse(before.Channel, out var channel))
            {
                _ = Desk.ResumeAsync(channel, new(before.Audio, before.Video));
            }
        }

        if (_script is not null && _isAttached != _view is not null)
        {
            _isAttached = _view is not null;
            _script.Invoke<object?>(_isAttached ? "attach" : "detach", _root, _self);
        }
    }

    protected override void Dispose(bool disposing)
    {
        Platform.Pressed -= Press;
        if (_isAttached)
        {
            _isAttached = false;
            _script?.Invoke<object?>("detach");
        }

        base.Dispose(disposing);
    }

    private void Look(CallView? now)
    {
        var before = _view?.Channel == now?.Channel ? _view : null;
        if (now is not null)
        {
            _said = CallAnnouncer.Next(before, now, NameOf, Desk.Preferences.AnnouncesSpeaking) ?? _said;
            _spokeLast = now.Others.FirstOrDefault(other => other.Media.Speaking)?.Session ?? _spokeLast;
        }

        Tell(before, now);
        _view = now;
        Keep();
        Arrange();
    }

    // The system's own buttons, its lock screen and its power saving know of the call.
    private void Tell(CallView? before, CallView? now)
    {
        if (now is { Phase: CallPhase.Seated })
        {
            if (before?.Phase != CallPhase.Seated)
            {
                Platform.Begin(Session.Index.FaceOf(now.Channel).Name);
            }

            Platform.Show(now.Media);
        }
        else if (_view?.Phase == CallPhase.Seated)
        {
            _ = Platform.EndAsync();
        }
    }

    private void Press(CallButton button) => _ = button switch
    {
        CallButton.Microphone => Desk.ToggleMicrophoneAsync(),
        CallButton.Camera => Desk.ToggleCameraAsync(),
        CallButton.HangUp => Desk.LeaveAsync(),
    };

    private async Task PopAsync()
    {
        if (Platform.IsPoppedOut.Value)
        {
            Platform.PopIn();
        }
        else if (Platform.CanPopOut)
        {
            await Platform.PopOutAsync(DockId, PopWidthPx, PopHeightPx);
        }
        else if (_stage!.All.FirstOrDefault(tile => tile.HasPicture) is { } tile)
        {
            await Platform.ShowPictureAsync(CallPicture.IdOf(tile.Session, tile.Source));
        }
    }

    // A reload of the page comes back into the call; leaving it, or another tab, does not.
    private void Keep()
    {
        if (_view is { Phase: CallPhase.Seated } view)
        {
            _script?.Invoke<object?>("remember", new ResumedCall(view.Channel.Value, view.Media.Audio, view.Media.Video));
        }
        else if (_view is null or { Phase: CallPhase.Ended })
        {
            _script?.Invoke<object?>("forget");
        }
    }

    private void Arrange()
    {
        if (_view is not { } view)
        {
            (_stage, _pinned) = (null, null);
            return;
        }

        _size = Desk.Preferences.Size;
        _face = Session.Index.FaceOf(view.Channel);
        _stage = CallStage.Of(view, Client.Me.Value, did => Session.NameOf(did, null), _pinned, Desk.Preferences.ShowsSpeaker, _spokeLast);
    }

    private string NameOf(CallParticipant other) => other.Person is { } person ? Client.Profiles.NameOf(person) : Strings.Call_Guest;

    private void Pin(string key)
    {
        _pinned = _pinned == key ? null : key;
        Arrange();
    }

    private void ToggleView()
    {
        Desk.Preferences.ShowsSpeaker = !Desk.Preferences.ShowsSpeaker;
        Desk.Note();
    }

    private void Resize(DockSize size)
    {
        Desk.Preferences.Size = size;
        Desk.Note();
    }

    private sealed record ResumedCall(string Channel, bool Audio, bool Video);
}
