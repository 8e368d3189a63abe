using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Parley.Calls;
using Parley.Chat;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Rooms;

namespace Parley.Web.Chat;

/// <summary>A channel's messages: the newest, and older ones as one scrolls up. It stays at the bottom while one is near it.</summary>
public partial class MessageList
{
    private const int Page = 60;
    private const int RowsMax = 1_200;
    private const int CallsMax = 200;
    private const int StickWithinPx = 120;

    private ElementReference _list;
    private IJSInProcessObjectReference? _script;
    private Timeline? _timeline;
    private LiveQuery? _query;
    private LiveQuery? _calls;
    private IReadOnlyList<TimelineRow> _rows = [];
    private NodeId? _editing;
    private string? _newest;
    private string? _seen;
    private bool _ready;
    private bool _more;
    private bool _away;
    private int _fresh;
    private bool _jump;

    [Inject] public required ICalendar Calendar { get; init; }

    [Parameter, EditorRequired] public required RoomChat Chat { get; set; }
    [Parameter, EditorRequired] public required ChannelFace Face { get; set; }
    /// <summary>Somebody wants to write: the composer takes the focus.</summary>
    [Parameter] public EventCallback OnWrite { get; set; }

    /// <summary>Goes to the newest message.</summary>
    public void ToLatest()
    {
        _jump = true;
        StateHasChanged();
    }

    /// <summary>Begins to edit the newest own message, where there is one to edit.</summary>
    public void EditLast()
    {
        _editing = _rows.OfType<MessageRow>().LastOrDefault(r => r is { Mine: true, Redacted: false })?.Id;
        StateHasChanged();
    }

    protected override void OnInitialized()
    {
        _timeline = new Timeline(Client.Me, Calendar, Client.Profiles.NameOf);
        _query = Own(Client.Nodes.Watch(Chat.Newest(Page)));
        _calls = Own(Client.Nodes.Watch(CallRecord.In(Chat.Channel).Take(CallsMax)));
        Follow(_query, _ => Read());
        Follow(_calls, _ => Read());
        Follow(Client.Profiles.Version, _ => Read());
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Chat/MessageList.razor.js") is { } script)
        {
            _script = script;
            script.Invoke<object?>("attach", _list, new { list = Own(DotNetObjectReference.Create(this)), stickWithin = StickWithinPx });
        }

        if (_jump)
        {
            _jump = false;
            _script?.Invoke<object?>("toLatest", _list);
        }
    }

    /// <summary>The view came to the bottom, or left it.</summary>
    [JSInvokable]
    public void AtBottom(bool at)
    {
        _away = !at;
        _seen = at ? _newest : _seen;
        _fresh = at ? 0 : _fresh;
        if (at && _query is { } query && query.Query.Limit > Page)
        {
            // Back at the newest: what was loaded for looking back is let go.
            query.Query = Chat.Newest(Page);
        }

        StateHasChanged();
    }

    /// <summary>Escape in the rows: back to writing.</summary>
    [JSInvokable]
    public void Leave()
    {
        if (_editing is null)
        {
            _ = OnWrite.InvokeAsync();
        }
    }

    /// <summary>The view came near the top.</summary>
    [JSInvokable]
    public void Older()
    {
        if (_more && _query is { } query && query.Value.Count >= query.Query.Limit && query.Query.Limit < RowsMax)
        {
            query.Query = Chat.Newest(query.Query.Limit + Page);
        }
    }

    private void Read()
    {
        if (_query is not { } query || _timeline is null)
        {
            return;
        }

        var messages = query.Value;
        _ready = query.Ready.IsCompleted;
        _more = messages.Count >= Page && messages.Count >= query.Query.Limit && messages.Count < RowsMax;
        _rows = _timeline.Build(messages, CallsSince(_more ? messages[^1].CreatedAt : 0));
        var newest = messages.Count > 0 ? messages[0].SortKey : null;
        // An own message is a wish to see it, wherever one had scrolled to.
        _jump |= _newest is not null && newest != _newest && messages[0].CreatedBy == Client.Me;
        _newest = newest;
        _seen ??= newest;
        _fresh = _away ? messages.Count(m => string.CompareOrdinal(m.SortKey, _seen) > 0 && m.CreatedBy != Client.Me) : 0;
        if (!_away)
        {
            _seen = newest;
        }
    }

    // Beside the messages that are loaded stand the calls of their time.
    private IReadOnlyList<CallRecord> CallsSince(long ms) =>
        [.. CallRecord.Of(_calls!.Value).Where(call => call.StartedAt.ToUnixTimeMilliseconds() >= ms)];

    private void Edit(NodeId? message)
    {
        _editing = message;
        if (message is null)
        {
            _ = OnWrite.InvokeAsync();
        }
    }
}
