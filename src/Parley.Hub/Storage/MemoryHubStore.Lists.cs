namespace Parley.Hub.Storage;

/// <content>What its owner says, and what they look at.</content>
internal sealed partial class MemoryHubStore
{
    private readonly Dictionary<string, long> _revoked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredStanding> _standings = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<Revocation> Revoked()
    {
        lock (_gate)
        {
            return [.. _revoked.Select(static r => new Revocation(r.Key, r.Value)).OrderBy(static r => r.WallMs).ThenBy(static r => r.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Revoke(string name, long wallMs)
    {
        lock (_gate)
        {
            _revoked.TryAdd(name, wallMs);
        }
    }

    /// <inheritdoc/>
    public void Unrevoke(string name)
    {
        lock (_gate)
        {
            _revoked.Remove(name);
        }
    }

    /// <inheritdoc/>
    public string? Setting(string name)
    {
        lock (_gate)
        {
            return _settings.GetValueOrDefault(name);
        }
    }

    /// <inheritdoc/>
    public void Set(string name, string? value)
    {
        lock (_gate)
        {
            if (value is null)
            {
                _settings.Remove(name);
            }
            else
            {
                _settings[name] = value;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredStanding> Standings()
    {
        lock (_gate)
        {
            return [.. _standings.Values.OrderBy(static s => s.WallMs).ThenBy(static s => s.Did, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void SetStanding(string did, Standing? standing, long wallMs)
    {
        lock (_gate)
        {
            if (standing is { } said)
            {
                _standings[did] = new(did, said, wallMs);
            }
            else
            {
                _standings.Remove(did);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<AuthorTotal> AuthorTotals(int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _usage.Select(static u => new AuthorTotal(u.Key, u.Value))
                    .OrderByDescending(static a => a.Usage.Bytes).ThenBy(static a => a.Did, StringComparer.Ordinal).Take(limit),
            ];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoomTotal> RoomTotals(int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _changes.Values.GroupBy(static c => c.Home, StringComparer.Ordinal)
                    .Select(static room => new RoomTotal(room.Key, room.Count(), room.Sum(static c => (long)c.Wire.Length)))
                    .OrderByDescending(static r => r.Bytes).ThenBy(static r => r.Room, StringComparer.Ordinal).Take(limit),
            ];
        }
    }
}
