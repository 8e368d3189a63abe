using Microsoft.AspNetCore.Components;
using Parley.Chat;
using Parley.Nodes;
using Parley.Web.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>A channel: head, messages, composer.</summary>
public partial class ChannelView
{
    private RoomChat? _chat;
    private MessageList? _messages;
    private Composer? _composer;
    private string _name = "";
    private string? _topic;
    private bool _missing;
    private IReadOnlyList<KnownPerson> _viewers = [];

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Parameter, EditorRequired] public required NodeId Channel { get; set; }

    protected override void OnInitialized()
    {
        _chat = Client.Channels.Open(Channel);
        Follow(Session.Index.Channels, _ => Read());
        Follow(Session.Presence.Peers, _ => _viewers = Session.ViewersOf(Channel));
    }

    private void Read()
    {
        var node = Session.Index.Channel(Channel);
        _missing = node is null && Session.Index.Channels.Ready.IsCompleted;
        _name = SpaceIndex.NameOf(node);
        _topic = node?.Text("topic");
    }

    private void Keep() => Shell.Pin(Place.Channel(Channel));

    private void ToGeneral() => Navigation.NavigateTo(Place.Channel(Session.Index.General).Path);
}
