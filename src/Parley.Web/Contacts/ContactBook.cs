using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Contacts;

/// <summary>Whom one talks to: conversations by how lately something was said, private channels, who is blocked. Follow <see cref="Changed"/>.</summary>
public sealed class ContactBook : IDisposable
{
    private readonly ParleyClient _client;
    private readonly SpaceIndex _index;
    private readonly Dictionary<NodeId, LiveQuery?> _followed = [];
    private readonly LiveValue<int> _changed = new(0);
    private readonly LiveValue<PersonId?> _shown = new(null);
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Begins to follow what the index lists.</summary>
    public ContactBook(ParleyClient client, SpaceIndex index)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(index);
        _client = client;
        _index = index;
        _ = FollowAsync(index.Channels, Extend);
        _ = FollowAsync(client.Requests.Blocked, Note);
        _ = FollowAsync(client.Profiles.Version, Note);
    }

    /// <summary>Counts up when a conversation came, went, was named anew, or something was said in one.</summary>
    public Live<int> Changed => _changed;

    /// <summary>The conversations to list, the liveliest first.</summary>
    public IReadOnlyList<Conversation> Direct { get; private set; } = [];

    /// <summary>The conversations that one left: out of the list, found by their names.</summary>
    public IReadOnlyList<Conversation> Left { get; private set; } = [];

    /// <summary>Whose card is open; null where none is.</summary>
    public Live<PersonId?> Shown => _shown;

    /// <summary>The channels of the current space to list, by name.</summary>
    public IReadOnlyList<Node> ChannelsHere => [.. _index.ChannelsHere.Where(channel => IsListed(channel.Id))];

    /// <summary>True for a channel or conversation that one was in and is no more.</summary>
    public bool HasLeft(NodeId channel) => AccessDomains.KindOf(channel) is not null && StateOf(channel).HasLeft;

    /// <summary>Nothing of theirs is shown.</summary>
    public bool IsBlocked(PersonId person) => _client.Requests.Blocked.Value.Contains(person);

    /// <inheritdoc cref="IsBlocked(PersonId)"/>
    public bool IsBlocked(string did) => PersonId.TryParse(did, out var person) && IsBlocked(person);

    /// <summary>The people of a private channel or conversation; null for a channel that everybody of its space is in.</summary>
    public IReadOnlyList<PersonId>? PeopleOf(NodeId channel) => AccessDomains.KindOf(channel) switch
    {
        AccessDomainKind.Channel or AccessDomainKind.DirectMessage => StateOf(channel) is { IsHere: true } state
            ? [.. state.Members.Keys]
            : [.. _index.FaceOf(channel).Others, _client.Me],
        AccessDomainKind.Space or null => null,
    };

    /// <summary>Everybody met somewhere: in a space of mine, or in a conversation. Not the blocked ones.</summary>
    public IReadOnlyCollection<PersonId> Met =>
        [.. _client.Spaces.All.Value.SelectMany(space => StateOf(space).Members.Keys)
            .Concat(Direct.SelectMany(conversation => conversation.Face.Others))
            .Distinct().Except(_client.Requests.Blocked.Value)];

    /// <summary>The spaces of mine that somebody is in too.</summary>
    public IReadOnlyList<NodeId> SharedWith(PersonId person) => [.. _index.Mine.Where(space => StateOf(space).Members.ContainsKey(person))];

    /// <summary>Opens somebody's card.</summary>
    public void Show(PersonId person) => _shown.Show(person);

    /// <summary>Closes the card.</summary>
    public void Hide() => _shown.Show(null);

    /// <summary>Opens the card of somebody seen here: what is no DID has none.</summary>
    public void Show(string did)
    {
        if (PersonId.TryParse(did, out var person))
        {
            _shown.Show(person);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        foreach (var newest in _followed.Values)
        {
            newest?.Dispose();
        }
    }

    private MembershipState StateOf(NodeId domain) => _client.Spaces.Open(domain).State.Value;

    private bool IsListed(NodeId channel) => AccessDomains.KindOf(channel) is null || Conversation.BelongsInLists(StateOf(channel), _client.Me);

    // What was said last is one live question for each conversation: a commit elsewhere does not ask it again.
    private void Extend()
    {
        foreach (var channel in _index.Channels.Value.Select(node => node.Id))
        {
            if (AccessDomains.KindOf(channel) is { } kind && !_followed.ContainsKey(channel))
            {
                var newest = kind == AccessDomainKind.DirectMessage ? _client.Nodes.Watch(NewestOf(channel)) : null;
                _followed[channel] = newest;
                _ = FollowAsync(_client.Spaces.Open(channel).State, Note);
                if (newest is not null)
                {
                    _ = FollowAsync(newest, Note);
                }
            }
        }

        Note();
    }

    private void Note()
    {
        var all = _followed.Where(each => each.Value is not null && _index.Channel(each.Key) is not null)
            .Select(each => new Conversation(each.Key, _index.FaceOf(each.Key), LastAtMs(each.Key, each.Value!)))
            .ToLookup(conversation => IsListed(conversation.Id));
        Direct = Conversation.Listed(all[true], _client.Requests.Blocked.Value);
        Left = Conversation.Listed(all[false], _client.Requests.Blocked.Value);
        _changed.Show(_changed.Value + 1);
    }

    private long LastAtMs(NodeId channel, LiveQuery newest) => newest.Value is [var message, ..] ? message.CreatedAt : _index.Channel(channel)!.CreatedAt;

    private static NodeQuery NewestOf(NodeId channel) =>
        NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value).OrderBy(NodeOrder.Timeline, descending: true).Take(1);

    private async Task FollowAsync<T>(Live<T> live, Action then)
    {
        try
        {
            await foreach (var _ in live.WatchAsync(_ending.Token))
            {
                then();
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }
}
