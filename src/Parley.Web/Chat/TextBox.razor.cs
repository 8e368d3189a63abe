using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Parley.Web.Chat;

/// <summary>An auto-growing text field that asks about the keys Enter, Escape, Tab and the arrows before the browser acts on them.</summary>
public partial class TextBox
{
    private ElementReference _field;
    private IJSInProcessObjectReference? _script;

    [Parameter, EditorRequired] public required string Label { get; set; }
    [Parameter] public string? Class { get; set; }
    [Parameter] public string? Placeholder { get; set; }
    [Parameter] public string InitialText { get; set; } = "";
    [Parameter] public int LengthMax { get; set; } = 10_000;
    /// <summary>Takes the focus when it appears, with the caret at the end. A phone's keyboard only rises when asked for.</summary>
    [Parameter] public bool Autofocus { get; set; }
    [Parameter] public Action<string, int>? OnText { get; set; }
    /// <summary>Asked about a key, with Shift and the text; true keeps the browser from acting on it. Never during composition.</summary>
    [Parameter] public Func<BoxKey, bool>? OnKey { get; set; }
    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    /// <summary>What stands in the field.</summary>
    public string Text { get; private set; } = "";

    protected override void OnInitialized() => Text = InitialText;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Chat/TextBox.razor.js") is { } script)
        {
            _script = script;
            script.Invoke<object?>("attach", _field, new { box = Own(DotNetObjectReference.Create(this)), text = InitialText, focus = Autofocus });
        }
    }

    /// <summary>Replaces the text and places the caret.</summary>
    public void Set(string text, int caret)
    {
        Text = text;
        _script?.Invoke<object?>("set", _field, new { text, caret });
    }

    /// <summary>Takes the focus.</summary>
    public void Focus() => _script?.Invoke<object?>("focus", _field);

    [JSInvokable]
    public void Typed(string text, int caret)
    {
        Text = text;
        OnText?.Invoke(text, caret);
    }

    [JSInvokable]
    public bool Pressed(string key, bool shift, string text, int caret)
    {
        Text = text;
        return OnKey?.Invoke(new BoxKey(key, shift, text, caret)) ?? false;
    }
}

/// <summary>A key pressed in a <see cref="TextBox"/>.</summary>
public readonly record struct BoxKey(string Key, bool Shift, string Text, int Caret);
