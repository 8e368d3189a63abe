using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Parley.Identity;
using Parley.Ids;

namespace Parley.Web.Contacts;

/// <summary>The field in which people are chosen. What it holds is its owner's <see cref="PeopleChoice"/>.</summary>
public partial class PeoplePicker
{
    private const string ListId = "people-to-choose";

    private ElementReference _field;

    [Parameter, EditorRequired] public required PeopleChoice Choice { get; set; }
    [Parameter, EditorRequired] public required string Label { get; set; }
    [Parameter] public string? Placeholder { get; set; }
    [Parameter] public bool Autofocus { get; set; }
    /// <summary>Somebody was chosen or given up.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }
    /// <summary>Enter in the empty field: these it shall be.</summary>
    [Parameter] public EventCallback OnDone { get; set; }

    private string Typed
    {
        get => Choice.Typed;
        set
        {
            Choice.Type(value);
            _ = OnChanged.InvokeAsync();
        }
    }

    protected override void OnInitialized() => Follow(Client.Profiles.Version);

    private async Task KeyAsync(KeyboardEventArgs press)
    {
        switch (press.Key)
        {
            case "ArrowDown":
                Choice.Move(1);
                break;
            case "ArrowUp":
                Choice.Move(-1);
                break;
            case "Enter" when Choice.Typed.Length == 0 && Choice.Chosen.Count > 0:
                await OnDone.InvokeAsync();
                break;
            case "Enter" when Choice.TakeSelected():
                await OnChanged.InvokeAsync();
                break;
            case "Backspace" when Choice.Typed.Length == 0:
                Choice.DropLast();
                await OnChanged.InvokeAsync();
                break;
        }
    }

    private async Task TakeAsync(PersonId person)
    {
        Choice.Choose(person);
        await OnChanged.InvokeAsync();
        await _field.FocusAsync();
    }

    private async Task DropAsync(PersonId person)
    {
        Choice.Drop(person);
        await OnChanged.InvokeAsync();
        await _field.FocusAsync();
    }
}
