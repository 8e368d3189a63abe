using Parley.Nodes;
using Parley.Rooms;
using Parley.Tabs;
using Parley.Wire;

namespace Parley.Chat;

/// <summary>The channels of a space.</summary>
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
    }

    /// <summary>All open channels of the space that are not archived, by name: the query to watch.</summary>
    public NodeQuery List { get; } = NodeQuery.Of(Schemas.Channel).Where("archived", false).OrderBy("name");

    /// <summary>Makes an open channel in the space. Name: 1 to 120 units after trimming.</summary>
    public async Task<NodeId> CreateAsync(string name, string? topic = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Trim() is not { Length: > 0 } trimmed)
        {
            throw new ParleyException(ParleyErrorCode.Invalid, "The channel's name is empty.");
        }

        var me = _options.Signer.Person;
        var n = new byte[16];
        _options.Random(n);
        var draft = new NodeDraft
        {
            Node = RoomNames.OpenChannel(me, n, _space),
            SchemaId = Schemas.Channel,
            Properties = JsonValue.Object(
                ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of(trimmed)), ("space", JsonValue.Of(_space)),
                ("topic", topic?.Trim() is { Length: > 0 } about ? JsonValue.Of(about) : null),
                ("parley:access", RoomNames.OpenChannelProof(me, n, _space))),
        };
        return (await _nodes.WriteAsync([draft], cancellationToken).ConfigureAwait(false))[0];
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

    /// <summary>The conversation in a channel. Cheap; follows the channel's room while the client is open.</summary>
    public RoomChat Open(NodeId channel)
    {
        _role.Current.Follow(RoomNames.Channel(channel));
        return new(channel, _nodes, _options.Time);
    }
}
