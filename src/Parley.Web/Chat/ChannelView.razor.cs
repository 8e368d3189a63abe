using Microsoft.AspNetCore.Components;
using Parley.Access;
using Parley.Chat;
using Parley.Connection;
using Parley.Ids;
using Parley.Web.Access;
using Parley.Web.Identity;
using Parley.Web.Rooms;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>A channel: head, messages, composer.</summary>
public partial class ChannelView
{
    private readonly LiveRelay<MembershipState?> _membership = new(null);
    private RoomChat? _chat;
    private MessageList? _messages;
    private Composer? _composer;
    private ChannelFace _face = new(ChannelKind.Open, "", []);
    private string? _topic;
    private string? _silence;
    private Way? _way;
    private int? _people;
    private bool _missing;
    private bool _isCalling;
    private NodeId? _domain;
    private IReadOnlyList<KnownPerson> _viewers = [];

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Parameter, EditorRequired] public required NodeId Channel { get; set; }

    // The id says that it is somebody's private channel or conversation: who was let in has it as soon as the hub was asked.
    private bool IsAwaited => AccessDomains.KindOf(Channel) is not null && _membership.Value is not { HasLeft: true };

    private string Awaited => Client.Connection.Value.Phase is ConnectionPhase.Online ? Strings.Channel_Awaited_Sentence : Strings.Channel_Awaited_Offline;

    protected override void OnInitialized()
    {
        _chat = Client.Channels.Open(Channel);
        Own(_membership);
        Follow(Session.Index.Channels, _ => Read());
        Follow(Client.Spaces.All, _ => Read());
        Follow(Session.Index.Spaces, _ => Judge());
        Follow(Session.Contacts.Changed, _ => Read());
        Follow(_membership, _ => Read());
        Follow(Client.Connection);
        Follow(Session.Presence.Peers, _ => _viewers = Session.ViewersOf(Channel));
        Follow(Session.Presence.Beside, _ => _viewers = Session.ViewersOf(Channel));
    }

    private void Read()
    {
        var node = Session.Index.Channel(Channel);
        _face = Session.Index.FaceOf(Channel);
        var isKnown = node is not null || Channel == Session.Index.General || (_face.IsConversation && _membership.Value?.IsHere == true);
        _missing = !isKnown && Session.Index.Channels.Ready.IsCompleted;
        _topic = node?.Text("topic");
        _people = _face.Kind is ChannelKind.Private or ChannelKind.Group ? Session.Contacts.PeopleOf(Channel)?.Count : null;
        var domain = Session.Index.DomainOf(Channel);
        if (domain != _domain)
        {
            _domain = domain;
            _membership.Turn(domain is { } id ? Client.Spaces.Open(id).State : null);
        }

        Judge();
    }

    private void Judge()
    {
        _silence = null;
        _way = null;
        if (_face is { Kind: ChannelKind.Direct, Others: [var other, ..] } && Session.Contacts.IsBlocked(other))
        {
            _silence = Phrase.Of(Strings.Write_Blocked, Client.Profiles.NameOf(other));
            _way = new(Strings.Unblock, () => Client.Requests.UnblockAsync(other, CancellationToken.None));
        }
        else if (_membership.Value is { } state)
        {
            _silence = WritingRule.Why(state, NameOfDomain(state.Domain), Client.Me, Client.Profiles.NameOf);
            if (state.HasLeft && _face.IsConversation)
            {
                _way = new(Strings.Direct_Return, () => Client.Channels.OpenDirectAsync(_face.Others, CancellationToken.None));
            }
        }
    }

    private string NameOfDomain(NodeId domain) =>
        domain != Channel ? Session.Index.NameOf(domain) : _face.IsConversation ? Strings.Direct_This : _face.Name;

    private async Task GoAsync()
    {
        try
        {
            await (_way?.Act() ?? Task.CompletedTask);
        }
        catch (ParleyException exception)
        {
            _silence = Problem.Sentence(exception);
        }
    }

    private void Keep() => Shell.Pin(Place.Channel(Channel));

    private void ToGeneral() => Navigation.NavigateTo(Session.Home);

    // What stands beside the sentence: how one comes to write here again.
    private sealed record Way(string Label, Func<Task> Act);
}
