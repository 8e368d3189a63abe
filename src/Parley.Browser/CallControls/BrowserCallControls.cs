using System.Runtime.Versioning;
using Parley.Browser.Devices;
using Parley.Browser.Interop;
using Parley.Calls;
using Parley.Platform;

namespace Parley.Browser.CallControls;

/// <summary>A button of the system's that concerns a call: on a lock screen, a headset, a browser's own small window.</summary>
public enum CallButton
{
    /// <summary>The microphone is to be turned on, or off.</summary>
    Microphone,
    /// <summary>The camera is to be turned on, or off.</summary>
    Camera,
    /// <summary>The call is to be left.</summary>
    HangUp,
}

/// <summary>What the browser does around a call: the system's buttons, a screen that stays on, pictures above other windows.</summary>
/// <remarks>Belongs to the tab's one thread; one for a tab, as one person is in one call. What a browser does not offer is an answer, never an exception.</remarks>
public sealed class BrowserCallControls
{
    private readonly ICallControlsModule _module;
    private readonly LiveState<bool> _isScreenKeptOn = new(false);
    private readonly LiveState<bool> _isPictureShown = new(false);
    private readonly LiveState<bool> _isPoppedOut = new(false);

    internal BrowserCallControls(ICallControlsModule module)
    {
        _module = module;
        module.Watch(Press, _isScreenKeptOn.Become, _isPictureShown.Become, _isPoppedOut.Become);
        var windows = module.Windows().Split(' ');
        (CanShowPicture, CanPopOut) = (windows.Contains("picture"), windows.Contains("pop-out"));
    }

    /// <summary>A button of the system's was pressed while a call goes on.</summary>
    public event Action<CallButton>? Pressed;

    /// <summary>Whether this browser has a small window for one video.</summary>
    public bool CanShowPicture { get; }

    /// <summary>Whether this browser has a window for a part of the page.</summary>
    public bool CanPopOut { get; }

    /// <summary>Whether the screen stays on now. It does from <see cref="Begin"/> to <see cref="EndAsync"/> while the page can be seen, where the system lets it.</summary>
    public Live<bool> IsScreenKeptOn => _isScreenKeptOn;

    /// <summary>Whether a video is in the browser's small window; the person closes that as well.</summary>
    public Live<bool> IsPictureShown => _isPictureShown;

    /// <summary>Whether a part of the page is in a window of its own; the person closes that as well.</summary>
    public Live<bool> IsPoppedOut => _isPoppedOut;

    /// <summary>Begins to watch.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserCallControls> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new BrowserCallControls(new CallControlsModule());
    }

    /// <summary>A call goes on from now; again, it gets another title.</summary>
    /// <param name="title">What the system calls it.</param>
    public void Begin(string title) => _module.Begin(title);

    /// <summary>What the system's buttons show.</summary>
    public void Show(CallMedia media) => _module.Show(media.Audio, media.Video);

    /// <summary>The call is over: buttons, windows and the lit screen are given back.</summary>
    public Task EndAsync() => _module.EndAsync();

    /// <summary>Shows the video element of that id in the browser's small window; only from a click. Null where it does, else why not.</summary>
    public async Task<MediaFault?> ShowPictureAsync(string elementId) => BrowserDevices.FaultOf(await _module.EnterPictureAsync(elementId));

    /// <summary>Closes that window.</summary>
    public Task HidePictureAsync() => _module.LeavePictureAsync();

    /// <summary>
    /// Moves the element of that id, with all that is in it, into a window of its own; only from a click. It comes back when that window
    /// closes. Null where it moved, else why not.
    /// </summary>
    /// <remarks>
    /// It is to be the only child of the element around it: what a component puts beside it meanwhile would not find it. Clicks, changes and
    /// keys in the window reach its components as they would in the page.
    /// </remarks>
    public async Task<MediaFault?> PopOutAsync(string elementId, int widthPx, int heightPx) =>
        BrowserDevices.FaultOf(await _module.PopOutAsync(elementId, widthPx, heightPx));

    /// <summary>Brings it back.</summary>
    public void PopIn() => _module.PopIn();

    private void Press(string button)
    {
        if (Enum.TryParse<CallButton>(button, out var known))
        {
            Pressed?.Invoke(known);
        }
    }
}
