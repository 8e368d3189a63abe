using System.Collections.Concurrent;
using Parley.Frames;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Admission;

/// <summary>
/// The tokens that are good no more, by their id; the people and devices whose tokens are, by their DID; and the devices that their
/// person signed out. Kept in the hub's store and, because every connection asks, in memory.
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
    public IReadOnlyList<Revocation> All =>
        [.. _names.Select(static n => new Revocation(n.Key, n.Value)).OrderBy(static r => r.WallMs).ThenBy(static r => r.Name, StringComparer.Ordinal)];

    /// <summary>What a person's device is called here. It binds the two: nobody signs out what is another's.</summary>
    public static string NameOf(PersonId person, PersonId device) => $"{person.Value} {device.Value}";

    /// <summary>Why a connection with this token ends, or null: it, one that it rests on, or somebody who signed one of them was revoked, or the device signed out.</summary>
    public string? WhyEnds(HubToken token) =>
        _names.IsEmpty ? null
        : token.Delegation is { } word && _names.ContainsKey(NameOf(word.Person, word.Device)) ? DeviceSignOut.CloseReason
        : token.Chain.Any(id => _names.ContainsKey(id.Value)) || token.Issuers.Any(issuer => _names.ContainsKey(issuer.Value)) ? CloseReasons.Revoked
        : null;

    /// <summary>Takes in what the store was just given.</summary>
    public void Learn(IReadOnlyList<Revocation> committed)
    {
        foreach (var revocation in committed)
        {
            _names.TryAdd(revocation.Name, revocation.WallMs);
        }
    }

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

    /// <summary>Forgets tokens, though not people and devices, that were revoked so long ago that they are over by now. Returns how many.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task<int> PruneAsync()
    {
        // Whatever is revoked was signed before, and for at most this long.
        var before = _clock.WallMs - (long)(UcanLimits.DelegationLifetimeMax + UcanLimits.ClockSkewMax).TotalMilliseconds;
        var count = 0;
        foreach (var (name, _) in All.Where(r => r.WallMs < before && TokenId.TryParse(r.Name, out var _)))
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
