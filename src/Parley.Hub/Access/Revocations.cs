using System.Collections.Concurrent;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Hub.Sync;
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
    private readonly HubWriter _writer;
    private readonly HubClock _clock;
    private readonly ConcurrentDictionary<string, bool> _names;

    public Revocations(IHubStore store, HubWriter writer, HubClock clock)
    {
        _store = store;
        _writer = writer;
        _clock = clock;
        _names = new(store.Revoked().Select(static name => KeyValuePair.Create(name, true)), StringComparer.Ordinal);
    }

    /// <summary>True where the token, one that it rests on, or somebody who signed one of them was revoked.</summary>
    public bool End(HubToken token) =>
        !_names.IsEmpty
        && (token.Chain.Any(id => _names.ContainsKey(id.Value)) || token.Issuers.Any(issuer => _names.ContainsKey(issuer.Value)));

    /// <summary>Revokes one token, and with it all that rest on it. On disk when this returns.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public Task AddAsync(TokenId token) => AddAsync(token.Value);

    /// <summary>As the other, for every token that somebody signed or will sign.</summary>
    public Task AddAsync(PersonId issuer) => AddAsync(issuer.Value);

    private async Task AddAsync(string name)
    {
        var errand = new StoreErrand(() => _store.Revoke(name, _clock.WallMs));
        if (!await _writer.SubmitAsync(errand))
        {
            throw new ParleyException(ParleyErrorCode.Disconnected, "The hub stops.");
        }

        await errand.Done;
        _names[name] = true;
    }
}
