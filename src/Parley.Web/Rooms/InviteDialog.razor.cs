using Microsoft.AspNetCore.Components;
using Parley.Access;
using Parley.Browser.Lifecycle;
using Parley.Web.Access;
using Parley.Web.Shell;

namespace Parley.Web.Rooms;

/// <summary>Makes an invite to the current space, to hand on as a link and as a code for a phone's camera.</summary>
public partial class InviteDialog
{
    private readonly InviteTerms _terms = new();
    private ElementReference _copy;
    private string _title = "";
    private string? _link;
    private string? _problem;
    private QrDrawing? _code;
    private bool _mayInvite;
    private bool _local;
    private bool _busy;
    private bool _copied;
    private bool _focus;

    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required BrowserLifecycle Lifecycle { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    protected override void OnInitialized()
    {
        Follow(Session.Membership, state => _mayInvite = state?.Role is AccessRole.Owner or AccessRole.Admin);
        Follow(Session.Index.Spaces, _ => _title = Session.Space.Value is { } space ? Phrase.Of(Strings.Invite_Title, Session.Index.NameOf(space)) : "");
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _copy.FocusAsync();
        }
    }

    private async Task MakeAsync()
    {
        if (_busy || Session.Space.Value is not { } space)
        {
            return;
        }

        _busy = true;
        _problem = null;
        try
        {
            var invite = await Client.Spaces.Open(space).InviteAsync(_terms.Ends(Time.GetUtcNow()), _terms.Uses, Closed);
            _link = new Uri(new Uri(Navigation.BaseUri), InviteAtHand.Path) + "#" + invite;
            _local = new Uri(_link).IsLoopback;
            _code = QrDrawing.Of(_link);
            _focus = true;
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        _busy = false;
    }

    private async Task CopyAsync() => _copied = await Lifecycle.CopyTextAsync(_link!);
}
