using Parley.Json;

namespace Parley.Calls;

/// <summary>The media engine of one participant, as strict as a browser: what would throw there, is a fault here.</summary>
internal sealed class SimulatedEngine(SimulatedCall call, SimulatedParticipant owner)
{
    private readonly Dictionary<SessionId, Connection> _connections = [];
    private int _made;

    public int Count => _connections.Count;

    public void Do(MediaCommand command)
    {
        switch (command)
        {
            case OpenLink open:
                _connections[open.Peer] = new($"{owner.Session}/{++_made}");
                break;
            case CloseLink close:
                _connections.Remove(close.Peer);
                break;
            case MakeOffer make:
                Made(make.Peer, make.Round, isOffer: true);
                break;
            case TakeOffer take:
                Took(take.Peer, take.Sdp, isOffer: true);
                Made(take.Peer, take.Round, isOffer: false);
                break;
            case TakeAnswer take:
                Took(take.Peer, take.Sdp, isOffer: false);
                break;
            case AddCandidate add:
                call.Demand(_connections.TryGetValue(add.Peer, out var connection) && connection.Remote is not null, $"{owner.Session}: candidate before description");
                break;
            case SendMedia:
                break;
        }
    }

    /// <summary>Reports what changed since the last look: a connection stands when each end has the other's description.</summary>
    public void Look()
    {
        foreach (var (peer, connection) in _connections.ToList())
        {
            var other = call.Find(peer)?.Engine._connections.GetValueOrDefault(owner.Session);
            var stands = other is not null && connection.Remote == other.Id && other.Remote == connection.Id && !connection.IsOffering;
            var health = stands ? LinkHealth.Connected
                : connection.Health is LinkHealth.Connected or LinkHealth.Interrupted ? LinkHealth.Interrupted
                : LinkHealth.Connecting;
            if (health != connection.Health && !(connection.IsOffering && connection.Health == LinkHealth.Connected))
            {
                connection.Health = health;
                owner.Run(machine => machine.HealthChanged(peer, health, call.NowMs));
            }
        }
    }

    private void Made(SessionId peer, long round, bool isOffer)
    {
        if (!_connections.TryGetValue(peer, out var connection))
        {
            call.Fault($"{owner.Session}: no connection");
            return;
        }

        call.Demand(!isOffer || !connection.IsOffering, $"{owner.Session}: an offer while one is out");
        connection.IsOffering = isOffer;
        call.After(call.Random.Next(1, 40), () =>
        {
            if (_connections.GetValueOrDefault(peer) != connection)
            {
                return;
            }

            owner.Run(machine => isOffer
                ? machine.OfferMade(peer, round, connection.Id, call.NowMs)
                : machine.AnswerMade(peer, round, connection.Id, call.NowMs));
            var candidate = JsonValue.Object(("candidate", JsonValue.Of(connection.Id)));
            owner.Run(machine => machine.CandidateFound(peer, round, candidate));
        });
    }

    private void Took(SessionId peer, string sdp, bool isOffer)
    {
        if (!_connections.TryGetValue(peer, out var connection))
        {
            call.Fault($"{owner.Session}: no connection");
            return;
        }

        call.Demand(!isOffer || !connection.IsOffering, $"{owner.Session}: glare");
        call.Demand(isOffer || connection.IsOffering, $"{owner.Session}: an answer to no offer");
        connection.IsOffering = false;
        connection.Remote = sdp;
    }

    private sealed class Connection(string id)
    {
        public string Id { get; } = id;

        public string? Remote { get; set; }

        public bool IsOffering { get; set; }

        public LinkHealth Health { get; set; }
    }
}
