using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Parley.Web.Contacts;
using Parley.Web.Shell;

namespace Parley.Web.Rooms;

/// <summary>Makes a channel of the current space: for everybody of it, or for chosen people.</summary>
public partial class NewChannelDialog
{
    // As many as a private channel is made with at once; more can be let in afterwards.
    private const int PeopleMax = 100;

    private string _name = "";
    private string _topic = "";
    private string _space = "";
    private bool _private;
    private bool _busy;
    private string? _problem;
    private PeopleChoice? _choice;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    private string Name => _name.Trim().TrimStart('#').Trim();

    protected override void OnInitialized()
    {
        _choice = new(Client.Me, PeopleMax, takesAnybody: false);
        Follow(Session.Membership, state => _choice.Know(Session.RowsOf((state?.Members.Keys ?? []).Where(person => !Session.Contacts.IsBlocked(person)))));
        Follow(Session.Index.Spaces, _ => _space = Session.Space.Value is { } space ? Session.Index.NameOf(space) : "");
    }

    private async Task KeyAsync(KeyboardEventArgs press)
    {
        if (press.Key == "Enter")
        {
            await CreateAsync();
        }
    }

    private async Task CreateAsync()
    {
        if (_busy || Name.Length == 0 || Session.Space.Value is not { } space)
        {
            return;
        }

        _busy = true;
        _problem = null;
        try
        {
            // What was begun is done, also when the dialog goes meanwhile.
            var channel = _private
                ? await Client.Channels.CreatePrivateAsync(space, Name, _choice!.Chosen, _topic, CancellationToken.None)
                : await Client.Channels.CreateAsync(space, Name, _topic, CancellationToken.None);
            var place = Place.Channel(channel);
            _ = OnClose.InvokeAsync();
            Shell.Keep(place);
            Navigation.NavigateTo(place.Path);
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        _busy = false;
    }
}
