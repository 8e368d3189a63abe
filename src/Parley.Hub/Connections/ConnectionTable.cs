namespace Parley.Hub.Connections;

/// <summary>The sockets that are open, and how many each person has.</summary>
internal sealed class ConnectionTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, HubConnection> _connections = [];
    private readonly Dictionary<string, int> _ofPerson = new(StringComparer.Ordinal);

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
            return _ofPerson.GetValueOrDefault(did);
        }
    }

    /// <summary>Adds a socket. Returns how many its person has with it; 0 where nobody proved who they are.</summary>
    public int Add(HubConnection connection)
    {
        lock (_gate)
        {
            _connections.Add(connection.Id, connection);
            return connection.Session.Person is { } person ? _ofPerson[person.Value] = _ofPerson.GetValueOrDefault(person.Value) + 1 : 0;
        }
    }

    /// <summary>Takes it out.</summary>
    public void Remove(HubConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection.Id) && connection.Session.Person is { } person && --_ofPerson[person.Value] == 0)
            {
                _ofPerson.Remove(person.Value);
            }
        }
    }
}
