using Microsoft.Extensions.Logging.Abstractions;
using Parley.Hub.Access;
using Parley.Hub.Admission;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Json;

namespace Parley.Hub.Administration;

/// <summary>A data folder on which no hub runs, for its owner's orders.</summary>
public sealed class HubFolder : IDisposable
{
    private readonly IHubStore _store;
    private readonly HubAdministration _administration;

    private HubFolder(IHubStore store, HubAdministration administration)
    {
        _store = store;
        _administration = administration;
    }

    /// <summary>Opens it, and keeps hubs away from it meanwhile.</summary>
    /// <exception cref="ParleyException">StoreInUse: a hub runs on it. Storage, NewerStore.</exception>
    public static HubFolder Open(string folder, TimeProvider time)
    {
        var store = SqliteHubStore.Open(folder, time);
        try
        {
            var clock = new HubClock(time);
            MemberRows.Rebuild(store);
            var members = new RoomReading(store, hasCommons: false);
            StoreTurn now = static step =>
            {
                step();
                return Task.CompletedTask;
            };
            var people = new HubPeople(store, now, clock, members.IsInASpace, null);
            var claim = new HubClaim(store, now, HubKey.Open(folder), people);
            var hub = new AdministeredHub(store, people, claim, new(store, now, clock), members, new(), static _ => { });
            return new(store, new(hub, NullLogger<HubAdministration>.Instance));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Carries out one request (docs/running-a-hub.md, administration).</summary>
    /// <exception cref="ParleyException">Storage.</exception>
    public Task<JsonValue> AnswerAsync(JsonValue request) => _administration.AnswerAsync(request, "the data folder's owner");

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
