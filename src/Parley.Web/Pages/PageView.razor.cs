using Microsoft.AspNetCore.Components;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Web.Chat;
using Parley.Web.Shell;

namespace Parley.Web.Pages;

/// <summary>A page: written in a plain field, kept as one reads on, live for everybody who has it open.</summary>
public partial class PageView
{
    private static readonly TimeSpan SaveAfter = TimeSpan.FromMilliseconds(600);

    private readonly PageDraft _title = new();
    private readonly PageDraft _body = new();
    private LiveQuery? _query;
    private Node? _page;
    private TextBox? _titleBox;
    private TextBox? _bodyBox;
    private ITimer? _pause;
    private bool _writing = true;
    private string? _problem;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Parameter, EditorRequired] public required NodeId Page { get; set; }

    private string State =>
        _problem ?? (_title.IsRival || _body.IsRival ? Strings.Page_Rival : _title.IsDirty || _body.IsDirty ? Strings.Page_Writing : Strings.Page_Kept);

    protected override void OnInitialized()
    {
        _pause = Own(Time.CreateTimer(_ => InvokeAsync(SaveAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        _query = Own(Client.Nodes.Watch(NodeQuery.Of(Schemas.Page) with { Ids = [Page] }));
        Follow(_query, Read);
    }

    protected override void Dispose(bool disposing)
    {
        // Leaving the tab within the pause loses nothing.
        _ = SaveAsync();
        base.Dispose(disposing);
    }

    private void Read(IReadOnlyList<Node> nodes)
    {
        _page = nodes.Count > 0 ? nodes[0] : null;
        if (_page is null)
        {
            return;
        }

        if (_title.Receive(_page.Text("title") ?? ""))
        {
            _titleBox?.Set(_title.Text, _title.Text.Length);
        }

        if (_body.Receive(_page.Text("body") ?? ""))
        {
            _bodyBox?.Set(_body.Text, _body.Text.Length);
        }
    }

    private void Written(PageDraft draft, string text)
    {
        draft.Write(text);
        Shell.Pin(Place.Page(Page));
        _pause?.Change(SaveAfter, Timeout.InfiniteTimeSpan);
        StateHasChanged();
    }

    private bool TitleKey(BoxKey press)
    {
        if (press.Key is "Enter" or "ArrowDown")
        {
            _bodyBox?.Focus();
            return true;
        }

        return false;
    }

    private async Task ReadAsync()
    {
        _writing = false;
        await SaveAsync();
    }

    private async Task SaveAsync()
    {
        if (!_title.IsDirty && !_body.IsDirty)
        {
            return;
        }

        var title = _title.IsDirty ? _title.Save() : null;
        var body = _body.IsDirty ? _body.Save() : null;
        var properties = JsonValue.Object(
            ("title", title is null ? null : JsonValue.Of(title.Trim().Length > 0 ? title.Trim() : Strings.Untitled)),
            ("body", body is null ? null : JsonValue.Of(body)));
        try
        {
            await Client.Nodes.WriteAsync([new NodeDraft { Node = Page, SchemaId = Schemas.Page, Properties = properties }], CancellationToken.None);
            _problem = null;
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
        }

        if (!Closed.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }
}
