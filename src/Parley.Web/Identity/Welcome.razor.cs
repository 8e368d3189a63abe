using Microsoft.AspNetCore.Components;
using Parley.Identity;
using Parley.Web.Access;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>The first run: one card, one question. Or the words of a person who was here before, or the link of another device of theirs.</summary>
public partial class Welcome
{
    private ElementReference _field;
    private SecretForm? _form;
    private string _name = "";
    private bool _restoring;
    private bool _busy;
    private string? _problem;
    private string? _warning;
    private string? _person;

    [Inject] public required Startup Startup { get; init; }
    [Inject] public required InviteAtHand AtHand { get; init; }
    [Inject] public required PairingAtHand Pairing { get; init; }
    [Inject] public required DeviceReset Device { get; init; }

    private string Action => _busy ? Strings.Welcome_Busy
        : _warning is not null ? Strings.Restore_Anyway
        : AtHand.Value is null ? Strings.Welcome_Begin
        : Strings.Join_Action;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && !Pairing.IsAsked)
        {
            await _field.FocusAsync();
        }
    }

    private async Task BeginAsync()
    {
        var name = _name.Trim();
        _problem = null;
        using var secret = _restoring ? _form!.Read(out _problem) : null;
        if (name.Length == 0 || _problem is not null)
        {
            return;
        }

        _busy = true;
        try
        {
            // A weaker key, and one whose words nobody checked, is shown first: a mistyped phrase is another, empty identity.
            if (secret is not null && _warning is null && SecretReading.Warn(secret) is { } warning)
            {
                _person = (await Device.PersonOfAsync(secret)).Value;
                _warning = warning;
            }
            else
            {
                AtHand.IsAgreed = true;
                await Startup.BeginAsync(name, secret, backedUp: secret is not null);
            }
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        _busy = false;
    }

    private void Retyped() => _warning = _problem = null;

    private void Turn()
    {
        _restoring = !_restoring;
        Retyped();
    }

    private void PutAway()
    {
        Pairing.PutAway();
        StateHasChanged();
    }
}
