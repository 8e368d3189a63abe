using Microsoft.AspNetCore.Components;
using Parley.Browser.Devices;
using Parley.Platform;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>The devices of calls: chosen for this computer, with the microphone's level and the camera's picture. In a call, a change is made in it at once.</summary>
public partial class DevicesForm
{
    private const string MirrorId = "call-mirror";
    private const double Loud = 0.02;
    // Speech fills the bar at about a fifth of full scale.
    private const double FullAt = 0.2;
    private const int Steps = 10;

    private MediaFault? _microphone;
    private MediaFault? _camera;
    private int _level;
    private bool _heard;
    private bool _seen;
    private bool _isGone;
    private bool _silent;

    [Inject] public required BrowserDevices Devices { get; init; }

    /// <summary>The camera can be looked at; in a call it is seen there.</summary>
    [Parameter] public bool ShowsPicture { get; set; } = true;

    /// <summary>Looks at the camera from the beginning.</summary>
    [Parameter] public bool Video { get; set; }

    /// <summary>The camera was turned on or off here.</summary>
    [Parameter] public EventCallback<bool> OnVideo { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Follow(Devices.All);
        Follow(Devices.Level, level =>
        {
            _heard |= level > Loud;
            _level = (int)Math.Round(Math.Min(1, level / FullAt) * Steps);
        });
        await MeasureAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && ShowsPicture && Video)
        {
            await LookAsync();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _isGone = true;
        Devices.StopMeter();
        Devices.StopPreview();
        base.Dispose(disposing);
    }

    private string Of(DeviceKind kind) => Devices.All.Value.FirstOrDefault(device => device.Kind == kind && device.IsChosen)?.Id ?? "";

    // The first is the system's own choice; a browser that has not been allowed yet tells no names.
    private IEnumerable<(string Id, string Label)> Choices(DeviceKind kind) =>
        Devices.All.Value.Where(device => device.Kind == kind && device.Id is not ("" or "default" or "communications"))
            .Select((device, i) => (device.Id, device.Label.Length > 0 ? device.Label : Phrase.Of(Strings.Call_Device_Unnamed, i + 1)))
            .Prepend(("", Strings.Call_Device_Default));

    private async Task ChooseAsync(DeviceKind kind, ChangeEventArgs chosen)
    {
        var id = chosen.Value as string ?? "";
        Session.Calls.Preferences.SetDevice(kind, id);
        Devices.Choose(kind, id);
        if (kind == DeviceKind.Microphone)
        {
            _heard = false;
            await MeasureAsync();
        }
        else if (kind == DeviceKind.Camera && _seen)
        {
            await LookAsync();
        }

        await Session.Calls.SwitchAsync(kind);
    }

    private async Task BlurAsync(bool isOn)
    {
        Session.Calls.Preferences.Blurs = isOn;
        _camera = await Devices.SetBlurAsync(isOn);
        _seen &= _camera is null;
        if (_seen)
        {
            await LookAsync();
        }

        await Session.Calls.SwitchAsync(DeviceKind.Camera);
    }

    private async Task PlayAsync() => _silent = await Devices.TestSpeakerAsync() is not null;

    private async Task ToggleMirrorAsync()
    {
        if (_seen)
        {
            _seen = false;
            Devices.StopPreview();
            await OnVideo.InvokeAsync(false);
        }
        else
        {
            await LookAsync();
        }
    }

    // Whoever goes on meanwhile does not wait for the devices: what they give then is given back.
    private async Task MeasureAsync()
    {
        _microphone = await Devices.StartMeterAsync();
        if (_isGone)
        {
            Devices.StopMeter();
        }
    }

    private async Task LookAsync()
    {
        await Session.Calls.BlurAsync();
        _camera = await Devices.StartPreviewAsync(MirrorId);
        _seen = _camera is null;
        if (_isGone)
        {
            Devices.StopPreview();
            return;
        }

        StateHasChanged();
        await OnVideo.InvokeAsync(_seen);
    }
}
