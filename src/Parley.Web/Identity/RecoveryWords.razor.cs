using Microsoft.AspNetCore.Components;
using Parley.Browser.Keys;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>Shows the 24 words and asks for three of them.</summary>
public partial class RecoveryWords
{
    private readonly ElementReference[] _fields = new ElementReference[WordCheck.Asked];
    private string[]? _words;
    private WordCheck? _check;
    private bool _focus;
    private bool _wrong;
    private bool _done;
    private string? _problem;

    [Inject] public required BrowserKeys Keys { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            _words = (await Keys.RevealWordsAsync(Closed))?.Split(' ');
            _problem = _words is null ? Strings.Words_None : null;
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _fields[0].FocusAsync();
        }
    }

    private void Check()
    {
        _wrong = false;
        _focus = true;
        _check = new WordCheck(_words!, System.Security.Cryptography.RandomNumberGenerator.Fill);
    }

    private async Task ConfirmAsync()
    {
        _wrong = !_check!.Passed;
        if (!_wrong)
        {
            await Keys.MarkBackedUpAsync(Closed);
            Session.NoteBackedUp();
            _done = true;
        }
    }
}
