using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Parley.Web.Shell;

/// <summary>A modal dialog, open as long as it is rendered. Its owner stops rendering it in <see cref="OnClose"/>.</summary>
public partial class Dialog
{
    private ElementReference _dialog;
    private IJSInProcessObjectReference? _script;

    [Parameter, EditorRequired] public required string Label { get; set; }
    [Parameter] public string? Class { get; set; }
    [Parameter, EditorRequired] public required RenderFragment ChildContent { get; set; }

    /// <summary>Escape, a click beside it, or its own close button.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Shell/Dialog.razor.js") is { } script)
        {
            _script = script;
            script.Invoke<object?>("open", _dialog);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _script?.Invoke<object?>("closed");
        _script = null;
        base.Dispose(disposing);
    }
}
