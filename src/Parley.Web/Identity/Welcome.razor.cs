using Microsoft.AspNetCore.Components;
using Parley.Identity;
using Parley.Web.Access;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>The first run: one card, one question. Or the words of a person who was here before.</summary>
public partial class Welcome
{
    private ElementReference _field;
    private string _name = "";
    private string _words = "";
    private bool _restoring;
    private bool _busy;
    private string? _problem;

    [Inject] public required Startup Startup { get; init; }
    [Inject] public required InviteAtHand AtHand { get; init; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _field.FocusAsync();
        }
    }

    private async Task BeginAsync()
    {
        var name = _name.Trim();
        RecoveryPhrase? phrase = null;
        if (name.Length == 0 || (_restoring && !Read(out phrase)))
        {
            return;
        }

        _busy = true;
        _problem = null;
        try
        {
            AtHand.IsAgreed = true;
            await Startup.BeginAsync(name, phrase);
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        _busy = false;
    }

    private bool Read(out RecoveryPhrase? phrase)
    {
        _problem = RecoveryPhrase.TryParse(_words, out phrase) switch
        {
            PhraseFault.None => null,
            PhraseFault.WordCount => Strings.Restore_Count,
            PhraseFault.UnknownWord => Strings.Restore_Unknown,
            PhraseFault.Checksum => Strings.Restore_Checksum,
        };
        return phrase is not null;
    }

    private void Turn()
    {
        _restoring = !_restoring;
        _problem = null;
    }
}
