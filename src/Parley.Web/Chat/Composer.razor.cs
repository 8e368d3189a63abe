using Microsoft.AspNetCore.Components;
using Parley.Chat;
using Parley.Nodes;
using Parley.Presence;
using Parley.Web.Rooms;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>Where a message is written: draft, completion of names, typing presence, sending.</summary>
public partial class Composer
{
    private const string ListId = "mention-list";

    private readonly MentionPicker _picker = new();
    private TextBox? _box;
    private PresenceSession? _presence;
    private TypingLine _typing = TypingLine.Nobody;
    private ITimer? _lapse;
    private long _announcedAt;
    private string _draft = "";
    private bool _empty = true;
    private string? _problem;

    [Inject] public required Drafts Drafts { get; init; }
    [Inject] public required ICalendar Calendar { get; init; }
    [Inject] public required TimeProvider Time { get; init; }

    [Parameter, EditorRequired] public required RoomChat Chat { get; set; }
    [Parameter, EditorRequired] public required ChannelFace Face { get; set; }
    /// <summary>The first letter was typed.</summary>
    [Parameter] public EventCallback OnBegun { get; set; }
    /// <summary>A message was handed over.</summary>
    [Parameter] public EventCallback OnSent { get; set; }
    /// <summary>The arrow up was pressed in the empty field.</summary>
    [Parameter] public EventCallback OnEditLast { get; set; }

    /// <summary>Takes the focus.</summary>
    public void Focus() => _box?.Focus();

    protected override void OnInitialized()
    {
        _draft = Drafts[Chat.Channel];
        _empty = string.IsNullOrWhiteSpace(_draft);
        _lapse = Own(Time.CreateTimer(_ => InvokeAsync(ShowTyping), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        _presence = Own(Client.Presence.Join(Chat.Channel));
        Follow(_presence.Peers, _ => ReadTyping());
    }

    private void Typed(string text, int caret)
    {
        var begun = _empty && text.Length > 0;
        _empty = string.IsNullOrWhiteSpace(text);
        Drafts[Chat.Channel] = text;
        _picker.Update(text, caret, Candidates());
        Announce();
        if (begun)
        {
            _ = OnBegun.InvokeAsync();
        }

        StateHasChanged();
    }

    private bool Pressed(BoxKey press)
    {
        var taken = true;
        switch (press.Key)
        {
            case "Enter" or "Tab" when _picker.IsOpen:
                Take(_picker.Offered[_picker.Selected]);
                break;
            case "ArrowUp" when _picker.IsOpen:
                _picker.Move(-1);
                break;
            case "ArrowDown" when _picker.IsOpen:
                _picker.Move(1);
                break;
            case "Escape" when _picker.IsOpen:
                _picker.Close();
                break;
            case "Enter" when !press.Shift:
                Send();
                break;
            case "ArrowUp" when press.Text.Length == 0:
                _ = OnEditLast.InvokeAsync();
                break;
            default:
                taken = false;
                break;
        }

        StateHasChanged();
        return taken;
    }

    private void Take(MentionCandidate person)
    {
        var (text, caret) = _picker.Take(_box!.Text, person);
        _box.Set(text, caret);
        Drafts[Chat.Channel] = text;
    }

    private void Send()
    {
        var text = _box?.Text ?? "";
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        var message = new OutgoingMessage(text, _picker.For(text));
        _box!.Set("", 0);
        _box.Focus();
        _picker.Clear();
        _empty = true;
        _problem = null;
        _announcedAt = 0;
        _presence?.Show(state => state with { Typing = null });
        _ = SendAsync(message);
        _ = OnSent.InvokeAsync();
    }

    private async Task SendAsync(OutgoingMessage message)
    {
        try
        {
            await Chat.SendAsync(message, CancellationToken.None);
            if (_empty)
            {
                Drafts[Chat.Channel] = "";
            }
        }
        catch (ParleyException exception)
        {
            // Nothing was written: the words go back to where they came from.
            _problem = Problem.Sentence(exception);
            if (_empty && !Closed.IsCancellationRequested)
            {
                _box?.Set(message.Text, message.Text.Length);
                _empty = false;
            }

            Drafts[Chat.Channel] = message.Text;
            StateHasChanged();
        }
    }

    private void Announce()
    {
        var now = Calendar.Now;
        if (!_empty && now - _announcedAt >= TypingLine.AnnounceMs)
        {
            _announcedAt = now;
            _presence?.Show(state => state with { Typing = new Typing(Chat.Channel, now + TypingLine.LastsMs) });
        }
    }

    private void ShowTyping()
    {
        ReadTyping();
        StateHasChanged();
    }

    private void ReadTyping()
    {
        var now = Calendar.Now;
        _typing = TypingLine.For(_presence?.Peers.Value ?? [], Chat.Channel, Client.Me.Value, now, p => Session.NameOf(p.Did, p.Name));
        if (_typing.NextChangeMs is { } next)
        {
            _lapse?.Change(TimeSpan.FromMilliseconds(next - now + 1), Timeout.InfiniteTimeSpan);
        }
    }

    // Where chosen people are in, they are all that can be mentioned; elsewhere everybody of the space, and whoever is here.
    private IEnumerable<MentionCandidate> Candidates() =>
        (Session.Contacts.PeopleOf(Chat.Channel) is { } people ? Session.RowsOf(people) : Session.People())
            .Select(person => new MentionCandidate(person.Did, person.Name, person.Dot != "away", person.Self));
}
