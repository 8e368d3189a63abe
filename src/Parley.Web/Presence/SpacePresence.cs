using Parley.Ids;
using Parley.Presence;
using Parley.Web.Shell;

namespace Parley.Web.Presence;

/// <summary>Somebody else who is here, however many tabs they have open.</summary>
public sealed record HerePerson(string Did, string? Name, PresenceStatus Status);

/// <summary>Who else is in the current space and what they look at; and what this tab looks at.</summary>
public sealed class SpacePresence : IDisposable
{
    private readonly ParleyClient _client;
    private readonly LiveRelay<IReadOnlyList<PresencePeer>> _peers = new([]);
    private readonly LiveRelay<IReadOnlyList<PresencePeer>> _beside = new([]);
    private readonly string _me;
    private PresenceSession? _session;
    private NodeId? _space;
    private PresenceSession? _private;
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

    /// <summary>Everybody seen in the private channel or conversation that this tab looks at; follow it.</summary>
    public Live<IReadOnlyList<PresencePeer>> Beside => _beside;

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
        Turn(null);
    }

    /// <summary>Everybody else, once each, latest first.</summary>
    public IReadOnlyList<HerePerson> Others() => People(_peers.Value, _me);

    /// <summary>Everybody else in the private channel or conversation that this tab looks at.</summary>
    public IReadOnlyList<HerePerson> BesideMe() => People(_beside.Value, _me);

    /// <summary>Everybody else who looks at a node.</summary>
    public IReadOnlyList<HerePerson> ViewersOf(NodeId node) =>
        !IsPrivate(node) ? People(_peers.Value.Where(p => p.State.Viewing == node), _me)
        : node == _viewing ? People(_beside.Value, _me)
        : [];

    /// <summary>
    /// Says what this tab looks at: to the space, where everybody of it may know that this exists; else only to those who are in it, and the
    /// space hears that it is nothing.
    /// </summary>
    public void View(NodeId? node)
    {
        if (node != _viewing)
        {
            var seen = node is { } id && IsPrivate(id) ? null : node;
            _session?.Show(state => state with { Viewing = seen });
            Turn(node);
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
        _beside.Dispose();
        _private?.Dispose();
        _session?.Dispose();
    }

    private void Turn(NodeId? node)
    {
        _viewing = node;
        _private?.Dispose();
        _private = node is { } id && IsPrivate(id) ? _client.Presence.Join(id) : null;
        _beside.Turn(_private?.Peers);
    }

    private static bool IsPrivate(NodeId node) => AccessDomains.KindOf(node) is AccessDomainKind.Channel or AccessDomainKind.DirectMessage;
}
