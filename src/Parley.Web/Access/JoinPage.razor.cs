using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>Comes into a space by the link of an invite, and says why where it cannot.</summary>
public partial class JoinPage
{
    private static readonly TimeSpan SaidAfter = TimeSpan.FromSeconds(8);

    private Invite? _invite;
    private ITimer? _late;
    private bool _busy;
    private bool _hasWaited;
    private bool _isOver;
    private string? _problem;

    [Inject] public required InviteAtHand AtHand { get; init; }
    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }

    private string Title =>
        _invite is null ? Strings.Join_Broken_Title
        : _busy ? Strings.Join_Busy_Title
        : _problem is not null ? Strings.Join_Failed_Title
        : Strings.Join_Title;

    private string Sentence =>
        _invite is null ? Strings.Join_Broken
        : _busy ? JoinWords.Waiting(Client.Connection.Value, _hasWaited)
        : _problem ?? Strings.Join_Sentence;

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += Arrived;
        _late = Own(Time.CreateTimer(_ => InvokeAsync(SayLate), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Follow(Client.Connection);
        Follow(Session.Space);
        Begin();
    }

    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= Arrived;
        base.Dispose(disposing);
    }

    // The address of an open tab was replaced by that of another invite.
    private void Arrived(object? sender, LocationChangedEventArgs arrival)
    {
        if (AtHand.Read(arrival.Location))
        {
            Navigation.NavigateTo(InviteAtHand.Path, replace: true);
            Begin();
            StateHasChanged();
        }
    }

    private void Begin()
    {
        _invite = AtHand.Value;
        _problem = null;
        _isOver = false;
        if (!AtHand.IsAsked)
        {
            Navigation.NavigateTo(Session.Home, replace: true);
        }
        else if (_invite is { } invite && (AtHand.IsAgreed || Client.Spaces.Open(invite.Domain).State.Value.Role is not null))
        {
            _ = JoinAsync();
        }
    }

    private async Task JoinAsync()
    {
        if (_busy || _invite is not { } invite)
        {
            return;
        }

        _busy = true;
        _hasWaited = false;
        _problem = null;
        _late?.Change(SaidAfter, Timeout.InfiniteTimeSpan);
        while (_busy)
        {
            try
            {
                Enter(await Client.JoinAsync(invite, Closed));
                _busy = false;
            }
            catch (ParleyException exception) when (exception.Code == ParleyErrorCode.Timeout)
            {
                // Nobody has it yet: whoever brings it to the hub lets this go on.
            }
            catch (ParleyException exception)
            {
                _problem = JoinWords.Sentence(exception);
                _isOver = exception.Code is ParleyErrorCode.Forbidden or ParleyErrorCode.NotFound;
                _busy = false;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            StateHasChanged();
        }
    }

    // Asking takes half a minute and more; long before that one wants to know what may be wrong.
    private void SayLate()
    {
        _hasWaited = true;
        StateHasChanged();
    }

    private void Enter(NodeId domain)
    {
        AtHand.PutAway();
        Place? place = null;
        if (AccessDomains.KindOf(domain) == AccessDomainKind.Space)
        {
            Session.Enter(domain);
            place = Session.Index.General is { } general ? Place.Channel(general) : null;
        }

        place ??= Place.Channel(domain);
        Shell.Keep(place);
        Navigation.NavigateTo(place.Path, replace: true);
    }

    private void Leave()
    {
        AtHand.PutAway();
        Navigation.NavigateTo(Session.Home, replace: true);
    }
}
