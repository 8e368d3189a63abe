using Microsoft.AspNetCore.Components;
using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Contacts;

/// <summary>The dock's view of requests and blocked people.</summary>
public partial class RequestList
{
    private ElementReference _head;
    private string? _told;
    private string? _problem;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ICalendar Calendar { get; init; }

    protected override void OnInitialized()
    {
        Follow(Client.Requests.All);
        Follow(Client.Requests.Blocked);
        Follow(Client.Profiles.Version);
        Follow(Client.Connection);
    }

    private async Task AcceptAsync(ContactRequest request)
    {
        await TryAsync(() => Client.Requests.AcceptAsync(request, CancellationToken.None), RequestWords.Accepted(request.Domain));
        if (_problem is null && AccessDomains.KindOf(request.Domain) != AccessDomainKind.Space)
        {
            if (Client.Requests.All.Value.All(other => other == request))
            {
                // Nobody else waits: the list of the conversations is where this one stands from now on.
                Shell.ShowDock(DockView.Chats);
            }

            var place = Place.Channel(request.Domain);
            Shell.Keep(place);
            Navigation.NavigateTo(place.Path);
        }
    }

    private Task DeclineAsync(ContactRequest request) =>
        TryAsync(() => Client.Requests.DeclineAsync(request, CancellationToken.None), Phrase.Of(Strings.Requests_Declined, Client.Profiles.NameOf(request.From)));

    private Task BlockAsync(ContactRequest request) =>
        TryAsync(() => Client.Requests.BlockAsync(request.From, CancellationToken.None), Phrase.Of(Strings.Requests_Blocked, Client.Profiles.NameOf(request.From)));

    private Task UnblockAsync(PersonId person) =>
        TryAsync(() => Client.Requests.UnblockAsync(person, CancellationToken.None), Phrase.Of(Strings.Requests_Unblocked, Client.Profiles.NameOf(person)));

    // The row goes with its buttons: whoever pressed one by key stands at the head of the list again, where the outcome is read out.
    private async Task TryAsync(Func<Task> act, string told)
    {
        _problem = null;
        try
        {
            await act();
            _told = told;
            await _head.FocusAsync();
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }
    }
}
