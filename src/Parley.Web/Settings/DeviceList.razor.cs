using Microsoft.AspNetCore.Components;
using Parley.Browser.Formats;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Settings;

/// <summary>The person's devices: which they are, their names, and how one is signed out or added.</summary>
public partial class DeviceList
{
    private NodeId? _renaming;
    private string _name = "";
    private Device? _leaving;
    private bool _adding;
    private bool _removing;
    private string? _problem;

    [Inject] public required BrowserFormats Formats { get; init; }

    protected override void OnInitialized() => Follow(Client.Devices.All);

    private void Rename(Device device)
    {
        _renaming = device.Node;
        _name = device.Name;
    }

    private async Task RenameAsync(Device device)
    {
        await TryAsync(() => Client.Devices.RenameAsync(device, _name, Closed));
        _renaming = null;
    }

    private async Task SignOutAsync(Device device)
    {
        await TryAsync(() => Client.Devices.SignOutAsync(device, Closed));
        _leaving = null;
    }

    private async Task TryAsync(Func<Task> work)
    {
        _problem = null;
        try
        {
            await work();
        }
        catch (ParleyException failure)
        {
            _problem = Problem.Sentence(failure);
        }
    }
}
