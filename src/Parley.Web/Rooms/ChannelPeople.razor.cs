using Microsoft.AspNetCore.Components;
using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Web.Access;
using Parley.Web.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Rooms;

/// <summary>The people of a private channel or group conversation.</summary>
public partial class ChannelPeople
{
    private const int CancelledShownMax = 5;

    private IReadOnlyList<KnownPerson> _people = [];
    private MembershipState? _state;
    private ChannelRights _rights = new(false, false, false, null);
    private KnownPerson? _removing;
    private bool _adding;
    private bool _leaving;
    private string? _problem;

    [Parameter, EditorRequired] public required NodeId Channel { get; set; }
    [Parameter, EditorRequired] public required ChannelFace Face { get; set; }

    private string LeaveQuestion => Face.IsConversation ? Strings.Leave_Question_Direct : Phrase.Of(Strings.Space_Leave_Title, Face.Name);

    // The last who may let people in cannot be followed by anybody.
    private string LeaveSentence => Face.IsConversation ? Strings.Leave_Sentence_Direct
        : _state is not null && MemberRules.IsLastOwner(_state) ? Strings.Leave_Sentence_Owner
        : Strings.Leave_Sentence;

    protected override void OnInitialized()
    {
        Follow(Client.Spaces.Open(Channel).State, _ => Read());
        Follow(Session.Index.Channels, _ => Read());
        Follow(Client.Profiles.Version, _ => Read());
        Follow(Session.Presence.Peers, _ => Read());
        Follow(Session.Presence.Beside, _ => Read());
    }

    private void Read()
    {
        _state = Client.Spaces.Open(Channel).State.Value;
        _rights = ChannelRights.Of(Face.Kind, Session.Index.Channel(Channel), _state, Client.Me);
        _people = [.. Session.RowsOf(Session.Contacts.PeopleOf(Channel) ?? [])
            .OrderByDescending(person => _state.Members.GetValueOrDefault(PersonId.Parse(person.Did)))];
    }

    private async Task RemoveAsync(PersonId person)
    {
        _removing = null;
        await TryAsync(() => Client.Spaces.Open(Channel).RevokeAsync(person, CancellationToken.None));
    }

    private async Task LeaveAsync()
    {
        _leaving = false;
        await TryAsync(() => Client.Spaces.Open(Channel).LeaveAsync(CancellationToken.None));
    }

    private async Task TryAsync(Func<Task> act)
    {
        _problem = null;
        try
        {
            await act();
        }
        catch (ParleyException exception)
        {
            _problem = MemberRules.Sentence(exception);
        }
    }
}
