using Microsoft.AspNetCore.Components;

namespace Parley.Web.Shell;

/// <summary>Resizes a panel by the custom property that holds its width; the width is kept on the device.</summary>
public partial class Separator
{
    private ElementReference _edge;

    [Parameter, EditorRequired] public required string Label { get; set; }
    /// <summary>The custom property without its dashes: <c>dock</c> or <c>details</c>.</summary>
    [Parameter, EditorRequired] public required string Panel { get; set; }
    /// <summary>The panel stands to the right of this edge.</summary>
    [Parameter] public bool PanelIsRight { get; set; }
    [Parameter] public int Default { get; set; }
    [Parameter] public int Min { get; set; }
    [Parameter] public int Max { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Shell/Separator.razor.js") is { } script)
        {
            script.Invoke<object?>("attach", _edge, new { panel = Panel, direction = PanelIsRight ? -1 : 1, initial = Default, min = Min, max = Max });
        }
    }
}
