using Parley.Ids;

namespace Parley.Hub.Connections;

/// <summary>The sockets that are open, and how many each person has.</summary>
internal sealed class ConnectionTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, HubConnection> _connections = [];
    private readonly Dictionary<string, List<HubConnection>> _ofPerson = new(StringComparer.Ordinal);

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>All of them, as they stand.</summary>
    public IReadOnlyList<HubConnection> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _connections.Values];
            }
        }
    }

    /// <summary>How many a person has.</summary>
    public int CountOf(string did)
    {
        lock (_gate)
        {
            return _ofPerson.GetValueOrDefault(did)?.Count ?? 0;
        }
    }

    /// <summary>A person's, as they stand.</summary>
    public IReadOnlyList<HubConnection> Of(PersonId person)
    {
        lock (_gate)
        {
            return _ofPerson.TryGetValue(person.Value, out var known) ? [.. known] : [];
        }
    }

    /// <summary>Adds a socket. Returns how many its person has with it; 0 where nobody proved who they are.</summary>
    public int Add(HubConnection connection)
    {
        lock (_gate)
        {
            _connections.Add(connection.Id, connection);
            if (connection.Session.Person is not { } person)
            {
                return 0;
            }

            if (!_ofPerson.TryGetValue(person.Value, out var own))
            {
                _ofPerson[person.Value] = own = [];
            }

            own.Add(connection);
            return own.Count;
        }
    }

    /// <summary>Takes it out.</summary>
    public void Remove(HubConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection.Id) && connection.Session.Person is { } person
                && _ofPerson[person.Value] is var own && own.Remove(connection) && own.Count == 0)
            {
                _ofPerson.Remove(person.Value);
            }
        }
    }
}
