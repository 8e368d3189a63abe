using Microsoft.AspNetCore.Components;
using Parley.Json;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Pages;

/// <summary>The dock's view of the pages.</summary>
public partial class PageList
{
    private string? _problem;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    protected override void OnInitialized()
    {
        Follow(Session.Index.Pages);
        Follow(Shell.Changed);
        Follow(Session.Membership);
    }

    private async Task CreateAsync()
    {
        if (Session.Space.Value is not { } space)
        {
            return;
        }

        _problem = null;
        try
        {
            var made = await Client.Nodes.WriteAsync(
            [
                new NodeDraft
                {
                    SchemaId = Schemas.Page,
                    Properties = JsonValue.Object(("title", JsonValue.Of(Strings.Untitled)), ("body", JsonValue.Of("")), ("space", JsonValue.Of(space.Value))),
                },
            ], Closed);
            var place = Place.Page(made[0]);
            Shell.Keep(place);
            Navigation.NavigateTo(place.Path);
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }
    }
}
