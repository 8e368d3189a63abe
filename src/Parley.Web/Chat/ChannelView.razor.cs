using Microsoft.AspNetCore.Components;
using Parley.Access;
using Parley.Chat;
using Parley.Nodes;
using Parley.Web.Access;
using Parley.Web.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>A channel: head, messages, composer.</summary>
public partial class ChannelView
{
    private readonly LiveRelay<MembershipState?> _membership = new(null);
    private RoomChat? _chat;
    private MessageList? _messages;
    private Composer? _composer;
    private string _name = "";
    private string? _topic;
    private string? _silence;
    private bool _missing;
    private NodeId? _domain;
    private IReadOnlyList<KnownPerson> _viewers = [];

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Parameter, EditorRequired] public required NodeId Channel { get; set; }

    protected override void OnInitialized()
    {
        _chat = Client.Channels.Open(Channel);
        Own(_membership);
        Follow(Session.Index.Channels, _ => Read());
        Follow(Client.Spaces.All, _ => Read());
        Follow(Session.Index.Spaces, _ => Judge());
        Follow(Client.Profiles.Version, _ => Judge());
        Follow(_membership, _ => Judge());
        Follow(Session.Presence.Peers, _ => _viewers = Session.ViewersOf(Channel));
    }

    private void Read()
    {
        // The #general of a space is there with its members; its node, which carries no more than the name, may come later.
        var node = Session.Index.Channel(Channel);
        var isGeneral = Channel == Session.Index.General;
        _missing = node is null && !isGeneral && Session.Index.Channels.Ready.IsCompleted;
        _name = node is null && isGeneral ? Strings.General : SpaceIndex.NameOf(node);
        _topic = node?.Text("topic");
        var domain = Session.Index.DomainOf(Channel);
        if (domain != _domain)
        {
            _domain = domain;
            _membership.Turn(domain is { } id ? Client.Spaces.Open(id).State : null);
        }
    }

    private void Judge() => _silence = _membership.Value is { } state ? WritingRule.Why(state, NameOfDomain(state.Domain), Client.Me, Client.Profiles.NameOf) : null;

    private string NameOfDomain(NodeId domain) => domain == Channel ? _name : Session.Index.NameOf(domain);

    private void Keep() => Shell.Pin(Place.Channel(Channel));

    private void ToGeneral() => Navigation.NavigateTo(Session.Home);
}
