using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Chat;

/// <summary>Channels: open and private ones of spaces, and direct messages.</summary>
public sealed class Channels
{
    private readonly NodeStore _nodes;
    private readonly RoleHolder _role;
    private readonly ParleyOptions _options;
    private readonly string _space;

    internal Channels(NodeStore nodes, RoleHolder role, ParleyOptions options, string space)
    {
        _nodes = nodes;
        _role = role;
        _options = options;
        _space = space;
        List = ListOf(new NodeId(space));
    }

    /// <summary>All channels of <see cref="ParleyClient.Space"/> that are not archived, by name: the query to watch.</summary>
    public NodeQuery List { get; }

    /// <summary>All channels of a space that are here and not archived, private ones with them, by name: the query to watch.</summary>
    public static NodeQuery ListOf(NodeId space) => NodeQuery.Of(Schemas.Channel).Where("space", space.Value).Where("archived", false).OrderBy("name");

    /// <summary>Makes an open channel in the space. Name: 1 to 120 units after trimming.</summary>
    public Task<NodeId> CreateAsync(string name, string? topic = null, CancellationToken cancellationToken = default) =>
        CreateAsync(new NodeId(_space), name, topic, cancellationToken);

    /// <summary>Makes an open channel in a space that I am in: its members read and write there. Name: 1 to 120 units after trimming.</summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Invalid, Forbidden, Storage.</remarks>
    public Task<NodeId> CreateAsync(NodeId space, string name, string? topic = null, CancellationToken cancellationToken = default) =>
        CreateOpenAsync(space, "channel", name, topic, cancellationToken);

    /// <summary>Makes a voice room in a space that I am in: an open channel that is a call when one opens it. Name: 1 to 120 units after trimming.</summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Invalid, Forbidden, Storage.</remarks>
    public Task<NodeId> CreateVoiceAsync(NodeId space, string name, CancellationToken cancellationToken = default) =>
        CreateOpenAsync(space, "voice", name, topic: null, cancellationToken);

    /// <summary>
    /// Makes a private channel in a space that I am in, with these people of the space. Nobody else of the space gets its name or a byte of it.
    /// </summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Invalid, Forbidden, NotFound (the space is not here), Storage.</remarks>
    public async Task<NodeId> CreatePrivateAsync(
        NodeId space, string name, IReadOnlyCollection<PersonId> people, string? topic = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(people);
        var about = topic?.Trim() is { Length: > 0 } trimmed ? trimmed : null;
        var command = new MembershipCommand.CreateChannel(space, Trimmed(name), about, [.. people]);
        return new(await _role.Current.ActAsync(command, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The conversation of exactly these people and me: there is one, also where several of them open it apart. 2 to 50 with me.</summary>
    /// <remarks>Whoever left it returns. Throws <see cref="ParleyException"/>: Invalid, Storage.</remarks>
    public async Task<NodeId> OpenDirectAsync(IReadOnlyCollection<PersonId> people, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(people);
        var count = people.Append(_options.Signer.Person).Distinct().Count();
        return count is >= AccessDomains.DirectMessagePeopleMin and <= AccessDomains.DirectMessagePeopleMax
            ? new(await _role.Current.ActAsync(new MembershipCommand.OpenDirect([.. people]), cancellationToken).ConfigureAwait(false))
            : throw new ParleyException(
                ParleyErrorCode.Invalid,
                $"A conversation has {AccessDomains.DirectMessagePeopleMin} to {AccessDomains.DirectMessagePeopleMax} people.");
    }

    /// <summary>Makes sure that the space's #general (the thread of the space's node) exists here, and returns it. Safe to call on every start and on every replica.</summary>
    public async Task<NodeId> EnsureGeneralAsync(CancellationToken cancellationToken = default)
    {
        var id = RoomNames.ThreadOf(new NodeId(_space));
        if (await _nodes.FindAsync(id, cancellationToken).ConfigureAwait(false) is null)
        {
            var draft = new NodeDraft
            {
                Node = id,
                SchemaId = Schemas.Channel,
                Properties = JsonValue.Object(
                    ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of("general")),
                    ("target", JsonValue.Of(_space)), ("space", JsonValue.Of(_space))),
            };
            await _nodes.WriteAsync([draft], cancellationToken).ConfigureAwait(false);
        }

        return id;
    }

    private async Task<NodeId> CreateOpenAsync(NodeId space, string kind, string name, string? topic, CancellationToken cancellationToken)
    {
        var trimmed = Trimmed(name);
        var me = _options.Signer.Person;
        var n = new byte[16];
        _options.Random(n);
        var draft = new NodeDraft
        {
            Node = RoomNames.OpenChannel(me, n, space.Value),
            SchemaId = Schemas.Channel,
            Properties = JsonValue.Object(
                ("kind", JsonValue.Of(kind)), ("name", JsonValue.Of(trimmed)), ("space", JsonValue.Of(space.Value)),
                ("topic", topic?.Trim() is { Length: > 0 } about ? JsonValue.Of(about) : null),
                ("parley:access", RoomNames.OpenChannelProof(me, n, space.Value))),
        };
        return (await _nodes.WriteAsync([draft], cancellationToken).ConfigureAwait(false))[0];
    }

    private static string Trimmed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Trim() is { Length: > 0 } trimmed ? trimmed : throw new ParleyException(ParleyErrorCode.Invalid, "The channel's name is empty.");
    }

    /// <summary>The conversation in a channel. Cheap; follows the channel's room while the client is open.</summary>
    public RoomChat Open(NodeId channel)
    {
        _role.Current.Follow(RoomNames.Channel(channel));
        return new(channel, _nodes, _options.Time);
    }
}
