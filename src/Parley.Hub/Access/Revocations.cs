using System.Collections.Concurrent;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Hub.Sync;
using Parley.Identity;

namespace Parley.Hub.Access;

/// <summary>
/// The tokens that are good no more, by their id; the people and devices whose tokens are, by their DID; and the devices that their
/// person signed out. Kept in the hub's store and, because every connection asks, in memory.
/// </summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class Revocations
{
    private const string Revoked = "Token revoked";

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

    /// <summary>What a person's device is called here. It binds the two: nobody signs out what is another's.</summary>
    public static string NameOf(PersonId person, PersonId device) => $"{person.Value} {device.Value}";

    /// <summary>Why a connection with this token ends, or null: it, one that it rests on, or somebody who signed one of them was revoked, or the device signed out.</summary>
    public string? WhyEnds(HubToken token) =>
        _names.IsEmpty ? null
        : token.Delegation is { } word && _names.ContainsKey(NameOf(word.Person, word.Device)) ? DeviceSignOut.CloseReason
        : token.Chain.Any(id => _names.ContainsKey(id.Value)) || token.Issuers.Any(issuer => _names.ContainsKey(issuer.Value)) ? Revoked
        : null;

    /// <summary>Takes in what the store was just given.</summary>
    public void Learn(IReadOnlyList<Revocation> committed)
    {
        foreach (var revocation in committed)
        {
            _names[revocation.Name] = true;
        }
    }

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
