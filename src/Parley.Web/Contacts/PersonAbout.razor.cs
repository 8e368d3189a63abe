using Microsoft.AspNetCore.Components;
using Parley.Browser.Lifecycle;
using Parley.Identity;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Contacts;

/// <summary>A person: name, presence, key, shared spaces; to write to them, to block them.</summary>
public partial class PersonAbout
{
    private ElementReference _confirm;
    private string _name = "";
    private bool _blocked;
    private bool _asking;
    private bool _focus;
    private bool _copied;
    private string? _problem;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required BrowserLifecycle Lifecycle { get; init; }

    [Parameter, EditorRequired] public required PersonId Person { get; set; }
    /// <summary>The conversation with them is what stands beside this: there is no way there to offer.</summary>
    [Parameter] public bool IsHere { get; set; }
    /// <summary>The app went elsewhere.</summary>
    [Parameter] public EventCallback OnGone { get; set; }

    private string State => Person == Client.Me ? Strings.Person_You
        : _blocked ? Strings.Person_Blocked
        : Session.DotOf(Person) switch
        {
            "here" => Strings.People_Here,
            "idle" => Strings.Person_Idle,
            "dnd" => Strings.Person_Dnd,
            "away" => Strings.People_Away,
            _ => "",
        };

    private string Shared => Person == Client.Me ? ""
        : Session.Contacts.SharedWith(Person) is { Count: > 0 } spaces
            ? Phrase.Of(Strings.Person_Shared, string.Join(", ", spaces.Select(Session.Index.NameOf)))
            : Strings.Person_Stranger;

    protected override void OnInitialized()
    {
        Follow(Client.Profiles.Version, _ => _name = Client.Profiles.NameOf(Person));
        Follow(Client.Requests.Blocked, _ => _blocked = Session.Contacts.IsBlocked(Person));
        Follow(Session.Presence.Peers);
        Follow(Session.Presence.Beside);
        Follow(Session.Contacts.Changed);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _confirm.FocusAsync();
        }
    }

    private async Task WriteAsync()
    {
        await TryAsync(async () =>
        {
            var place = Place.Channel(await Client.Channels.OpenDirectAsync([Person], CancellationToken.None));
            await OnGone.InvokeAsync();
            Shell.Keep(place);
            Navigation.NavigateTo(place.Path);
        });
    }

    private void Ask() => _asking = _focus = true;

    private async Task BlockAsync()
    {
        _asking = false;
        await TryAsync(() => Client.Requests.BlockAsync(Person, CancellationToken.None));
    }

    private Task UnblockAsync() => TryAsync(() => Client.Requests.UnblockAsync(Person, CancellationToken.None));

    private async Task CopyAsync() => _copied = await Lifecycle.CopyTextAsync(Person.Value);

    private async Task TryAsync(Func<Task> act)
    {
        _problem = null;
        try
        {
            await act();
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }
    }
}
