using Microsoft.AspNetCore.Components;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>What the workbench shows to somebody who is in no space.</summary>
public partial class NoSpace
{
    private NoSpaceWords _words = NoSpaceWords.For(new(Parley.Connection.ConnectionPhase.Connecting), null);
    private bool _making;
    private string _link = "";
    private string? _problem;

    [Inject] public required InviteAtHand AtHand { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    protected override void OnInitialized()
    {
        Follow(Client.Connection, _ => Read());
        Follow(Client.Spaces.Left, _ => Read());
        Follow(Session.Index.Spaces, _ => Read());
        Follow(Client.Profiles.Version);
    }

    private void Read()
    {
        var left = Session.Index.Left;
        _words = NoSpaceWords.For(Client.Connection.Value, left.Count > 0 ? Session.Index.NameOf(left[0]) : null);
    }

    private async Task StartAsync()
    {
        if (_making)
        {
            return;
        }

        _making = true;
        _problem = null;
        try
        {
            await Session.StartSpaceAsync();
            Navigation.NavigateTo("/");
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        _making = false;
    }

    private void Join()
    {
        _problem = AtHand.Offer(_link) ? null : Strings.Join_Broken;
        if (_problem is null)
        {
            Navigation.NavigateTo(InviteAtHand.Path);
        }
    }

    private void Go(NodeId space)
    {
        Session.Enter(space);
        Navigation.NavigateTo("/");
    }
}
