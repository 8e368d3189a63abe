using Microsoft.AspNetCore.Components;
using Parley.Browser.Lifecycle;
using Parley.Chat;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>One message, and what can be done with it.</summary>
public partial class MessageLine
{
    private TextBox? _box;
    private (MessageRow Row, bool Editing) _drawn;
    private ElementReference _confirm;
    private bool _deleting;
    private bool _asked;
    private bool _copied;
    private string? _problem;

    [Inject] public required BrowserLifecycle Lifecycle { get; init; }

    [Parameter, EditorRequired] public required MessageRow Row { get; set; }
    [Parameter, EditorRequired] public required RoomChat Chat { get; set; }
    [Parameter] public bool Editing { get; set; }
    /// <summary>Begins to edit a message; null ends it.</summary>
    [Parameter] public EventCallback<NodeId?> OnEdit { get; set; }

    /// <summary>A list is built anew at every commit; a row that draws alike is left alone.</summary>
    public override Task SetParametersAsync(ParameterView parameters)
    {
        var row = parameters.GetValueOrDefault<MessageRow>(nameof(Row));
        var editing = parameters.GetValueOrDefault<bool>(nameof(Editing));
        if (row is not null && _drawn == (row, editing))
        {
            return Task.CompletedTask;
        }

        _drawn = (row!, editing);
        return base.SetParametersAsync(parameters);
    }

    private static string? Flag(bool value) => value ? "true" : null;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_asked)
        {
            _asked = false;
            await _confirm.FocusAsync(preventScroll: true);
        }
    }

    private void AskToDelete() => _deleting = _asked = true;

    private bool EditKey(BoxKey press)
    {
        switch (press.Key)
        {
            case "Enter" when !press.Shift:
                _ = SaveAsync(press.Text);
                return true;
            case "Escape":
                _ = OnEdit.InvokeAsync(null);
                return true;
            default:
                return false;
        }
    }

    private async Task SaveAsync(string? text)
    {
        await OnEdit.InvokeAsync(null);
        if (!string.IsNullOrWhiteSpace(text) && text.Trim() != Row.Text)
        {
            await TryAsync(() => Chat.EditAsync(Row.Id, text, cancellationToken: CancellationToken.None));
        }
    }

    private async Task DeleteAsync()
    {
        _deleting = false;
        await TryAsync(() => Chat.RedactAsync(Row.Id, CancellationToken.None));
    }

    // A refused change is refused for good: trying again is a new message with the same words and mentions.
    private Task RetryAsync() => TryAsync(async () =>
    {
        var refused = await Client.Nodes.FindAsync(Row.Id, CancellationToken.None);
        await Chat.SendAsync(new OutgoingMessage(Row.Text, Mentions.Read(refused?.Properties["mentions"])), CancellationToken.None);
        await Chat.RedactAsync(Row.Id, CancellationToken.None);
    });

    private async Task CopyAsync() => _copied = await Lifecycle.CopyTextAsync(Row.Text);

    private async Task TryAsync(Func<Task> write)
    {
        _problem = null;
        try
        {
            await write();
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        StateHasChanged();
    }
}
