using System.Collections.Concurrent;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Identity;

namespace Parley.Hub.Access;

/// <summary>
/// The tokens that are good no more, by their id, and the people and devices whose tokens are, by their DID. Kept in the hub's store
/// and, because every connection asks, in memory.
/// </summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class Revocations
{
    private readonly IHubStore _store;
    private readonly StoreTurn _turn;
    private readonly HubClock _clock;
    private readonly ConcurrentDictionary<string, long> _names;

    public Revocations(IHubStore store, StoreTurn turn, HubClock clock)
    {
        _store = store;
        _turn = turn;
        _clock = clock;
        _names = new(store.Revoked().Select(static r => KeyValuePair.Create(r.Name, r.WallMs)), StringComparer.Ordinal);
    }

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<StoredRevocation> All =>
        [.. _names.Select(static n => new StoredRevocation(n.Key, n.Value)).OrderBy(static r => r.WallMs).ThenBy(static r => r.Name, StringComparer.Ordinal)];

    /// <summary>True where the token, one that it rests on, or somebody who signed one of them was revoked.</summary>
    public bool End(HubToken token) =>
        !_names.IsEmpty
        && (token.Chain.Any(id => _names.ContainsKey(id.Value)) || token.Issuers.Any(issuer => _names.ContainsKey(issuer.Value)));

    /// <summary>Revokes one token, and with it all that rest on it. On disk when this returns.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public Task AddAsync(TokenId token) => AddAsync(token.Value);

    /// <summary>As the other, for every token that somebody signed or will sign.</summary>
    public Task AddAsync(PersonId issuer) => AddAsync(issuer.Value);

    /// <summary>Makes it good again; false where it was not revoked.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task<bool> RemoveAsync(string name)
    {
        if (!_names.ContainsKey(name))
        {
            return false;
        }

        await _turn(() => _store.Unrevoke(name)).ConfigureAwait(false);
        return _names.TryRemove(name, out _);
    }

    /// <summary>Forgets tokens, though not people, that were revoked so long ago that they are over by now. Returns how many.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task<int> PruneAsync()
    {
        // Whatever is revoked was signed before, and for at most this long.
        var before = _clock.WallMs - (long)(UcanLimits.DelegationLifetimeMax + UcanLimits.ClockSkewMax).TotalMilliseconds;
        var count = 0;
        foreach (var (name, _) in All.Where(r => r.WallMs < before && !PersonId.TryParse(r.Name, out var _)))
        {
            count += await RemoveAsync(name).ConfigureAwait(false) ? 1 : 0;
        }

        return count;
    }

    private async Task AddAsync(string name)
    {
        var wallMs = _clock.WallMs;
        await _turn(() => _store.Revoke(name, wallMs)).ConfigureAwait(false);
        _names.TryAdd(name, wallMs);
    }
}
