using Parley.Nodes;
using Parley.Presence;
using Parley.Rooms;
using Parley.Web.Shell;

namespace Parley.Web.Presence;

/// <summary>Somebody else who is here, however many tabs they have open.</summary>
public sealed record HerePerson(string Did, string? Name, PresenceStatus Status);

/// <summary>Who else is in the current space and what they look at; and what this tab looks at.</summary>
public sealed class SpacePresence : IDisposable
{
    private readonly ParleyClient _client;
    private readonly LiveRelay<IReadOnlyList<PresencePeer>> _peers = new([]);
    private readonly string _me;
    private PresenceSession? _session;
    private NodeId? _space;
    private NodeId? _viewing;

    /// <summary>In no space yet.</summary>
    public SpacePresence(ParleyClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _me = client.Me.Value;
    }

    /// <summary>Everybody seen; follow it.</summary>
    public Live<IReadOnlyList<PresencePeer>> Peers => _peers;

    /// <summary>Joins the presence of another space, and leaves the one before; none, where one is in no space or only reads.</summary>
    public void Enter(NodeId? space)
    {
        if (space == _space)
        {
            return;
        }

        _space = space;
        _session?.Dispose();
        _session = space is { } id ? _client.Presence.Join(RoomNames.SpacePresence(id.Value)) : null;
        _peers.Turn(_session?.Peers);
        _viewing = null;
    }

    /// <summary>Everybody else, once each, latest first.</summary>
    public IReadOnlyList<HerePerson> Others() => People(_peers.Value, _me);

    /// <summary>Everybody else who looks at a node.</summary>
    public IReadOnlyList<HerePerson> ViewersOf(NodeId node) => People(_peers.Value.Where(p => p.State.Viewing == node), _me);

    /// <summary>Says what this tab looks at.</summary>
    public void View(NodeId? node)
    {
        if (node != _viewing)
        {
            _viewing = node;
            _session?.Show(state => state with { Viewing = node });
        }
    }

    /// <summary>Each person once, by their latest tab; oneself left out.</summary>
    public static IReadOnlyList<HerePerson> People(IEnumerable<PresencePeer> peers, string me) =>
        [.. peers
            .Where(p => p.Did != me)
            .GroupBy(p => p.Did, StringComparer.Ordinal)
            .Select(tabs => tabs.MaxBy(p => p.LastUpdated)!)
            .Select(p => new HerePerson(p.Did, p.Name, p.State.Status))];

    /// <inheritdoc/>
    public void Dispose()
    {
        _peers.Dispose();
        _session?.Dispose();
    }
}
