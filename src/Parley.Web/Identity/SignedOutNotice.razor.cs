using Microsoft.AspNetCore.Components;
using Parley.Connection;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>What a device says that its person signed out, and the ways on.</summary>
public partial class SignedOutNotice
{
    private SecretForm? _form;
    private bool _isSignedOut;
    private bool _isRead;
    private bool _signingIn;
    private bool _removing;
    private bool _busy;
    private string? _problem;

    [Inject] public required DeviceReset Reset { get; init; }

    protected override void OnInitialized()
    {
        Follow(Client.Connection, status => _isSignedOut |= status.Phase == ConnectionPhase.SignedOut);
        Follow(Client.Devices.All, all => _isSignedOut |= all.Any(device => device is { IsThis: true, IsSignedOut: true }));
    }

    private async Task SignInAsync()
    {
        using var secret = _form!.Read(out _problem);
        if (secret is null)
        {
            return;
        }

        _busy = true;
        try
        {
            _problem = await Reset.SignInAnewAsync(secret) ? null : Strings.SignedOut_OtherPerson;
        }
        catch (ParleyException failure)
        {
            _problem = Problem.Sentence(failure);
        }

        _busy = false;
    }
}
