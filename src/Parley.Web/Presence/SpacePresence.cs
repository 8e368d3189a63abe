using Parley.Nodes;
using Parley.Presence;
using Parley.Rooms;

namespace Parley.Web.Presence;

/// <summary>Somebody else who is here, however many tabs they have open.</summary>
public sealed record HerePerson(string Did, string? Name, PresenceStatus Status);

/// <summary>Who else is in the space and what they look at; and what this tab looks at.</summary>
public sealed class SpacePresence : IDisposable
{
    private readonly PresenceSession _session;
    private readonly string _me;

    /// <summary>Joins the space's presence.</summary>
    public SpacePresence(ParleyClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _session = client.Presence.Join(RoomNames.SpacePresence(client.Space));
        _me = client.Me.Value;
    }

    /// <summary>Everybody seen; follow it.</summary>
    public Live<IReadOnlyList<PresencePeer>> Peers => _session.Peers;

    /// <summary>Everybody else, once each, latest first.</summary>
    public IReadOnlyList<HerePerson> Others() => People(_session.Peers.Value, _me);

    /// <summary>Everybody else who looks at a node.</summary>
    public IReadOnlyList<HerePerson> ViewersOf(NodeId node) => People(_session.Peers.Value.Where(p => p.State.Viewing == node), _me);

    /// <summary>Says what this tab looks at.</summary>
    public void View(NodeId? node) => _session.Show(state => state with { Viewing = node });

    /// <summary>Each person once, by their latest tab; oneself left out.</summary>
    public static IReadOnlyList<HerePerson> People(IEnumerable<PresencePeer> peers, string me) =>
        [.. peers
            .Where(p => p.Did != me)
            .GroupBy(p => p.Did, StringComparer.Ordinal)
            .Select(tabs => tabs.MaxBy(p => p.LastUpdated)!)
            .Select(p => new HerePerson(p.Did, p.Name, p.State.Status))];

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
