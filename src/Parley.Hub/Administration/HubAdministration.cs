using Microsoft.Extensions.Logging;
using Parley.Hub.Access;
using Parley.Hub.Admission;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Hub.Administration;

/// <summary>What an administration works on: a running hub, or a data folder that none runs on.</summary>
/// <param name="Store">The hub's store.</param>
/// <param name="People">Who may use it.</param>
/// <param name="Claim">How somebody becomes its owner.</param>
/// <param name="Revocations">What is good no more.</param>
/// <param name="Members">Who is in what.</param>
/// <param name="Connections">Its sockets.</param>
/// <param name="Judge">Judges the sockets of one person again, or of everybody.</param>
internal sealed record AdministeredHub(
    IHubStore Store, HubPeople People, HubClaim Claim, Revocations Revocations, RoomReading Members, ConnectionTable Connections,
    Action<PersonId?> Judge);

/// <summary>
/// What the hub's owner asks and orders, as JSON: <c>{"do": …}</c> in, an object out, with <c>error</c> where it was not done. One set of
/// orders serves the page, the command line and a hub that does not run.
/// </summary>
internal sealed class HubAdministration(AdministeredHub hub, ILogger<HubAdministration> log)
{
    private const int ListMax = 1_000;

    /// <summary>Carries out one request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="by">Who asks, for the log: a DID, or a word for whoever has the data folder.</param>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task<JsonValue> AnswerAsync(JsonValue request, string by)
    {
        var what = request["do"]?.Text;
        switch (what)
        {
            case "status":
                return Status();
            case "people":
                return JsonValue.Object(("people", JsonValue.Array([.. People()])));
            case "spaces":
                return JsonValue.Object(("spaces", JsonValue.Array([.. hub.Members.Spaces().Take(ListMax).Select(OfSpace)])));
            case "rooms":
                return JsonValue.Object(("rooms", JsonValue.Array([.. hub.Store.RoomTotals(ListMax).Select(OfRoom)])));
            case "revoked":
                return JsonValue.Object(("revoked", JsonValue.Array([.. hub.Revocations.All.Select(OfRevocation)])));
            case "ban" or "unban" or "allow" or "disallow":
                return PersonId.TryParse(request["did"]?.Text, out var person) ? await SetStandingAsync(what, person, by) : Refused("That is no DID.");
            case "mode":
                return AdmissionModes.Read(request["mode"]?.Text) is { } mode ? await SetModeAsync(mode, by) : Refused("That is no mode.");
            case "revoke" or "unrevoke":
                return await SetRevokedAsync(what, request["name"]?.Text ?? "", by);
            case "prune":
                var pruned = await hub.Revocations.PruneAsync();
                AdministrationLog.Done(log, by, what, $"{pruned} tokens");
                return JsonValue.Object(("pruned", JsonValue.Of(pruned)));
            case "claim":
                return await ClaimAsync(request["reset"]?.Boolean == true, by);
            default:
                return Refused("That is no order.");
        }
    }

    private async Task<JsonValue> ClaimAsync(bool isNew, string by)
    {
        if (isNew)
        {
            await hub.Claim.ResetAsync();
            AdministrationLog.Done(log, by, "a new claim code", "");
        }

        return hub.Claim.Code is { } code ? JsonValue.Object(("code", JsonValue.Of(code))) : Refused("The hub has an owner; ask for a new code to change that.");
    }

    private JsonValue Status() => JsonValue.Object(
        ("mode", JsonValue.Of(hub.People.Mode.Name())),
        ("isModeFixed", JsonValue.Of(hub.People.IsModeFixed)),
        ("owner", Text(hub.People.Owner?.Value)),
        ("isClaimable", JsonValue.Of(hub.Claim.Code is not null)),
        ("connections", JsonValue.Of(hub.Connections.Count)),
        ("version", JsonValue.Of(HubVersion.Text)));

    private IEnumerable<JsonValue> People()
    {
        var totals = hub.Store.AuthorTotals(ListMax).ToDictionary(static t => t.Did, static t => t.Usage, StringComparer.Ordinal);
        var standings = hub.People.Standings.ToDictionary(static s => s.Did, static s => s.Standing, StringComparer.Ordinal);
        var connected = hub.Connections.All.Select(static c => c.Session.Person?.Value).OfType<string>();
        IEnumerable<string> owner = hub.People.Owner is { } known ? [known.Value] : [];
        foreach (var did in owner.Concat(standings.Keys).Concat(totals.Keys).Concat(connected).Distinct(StringComparer.Ordinal))
        {
            var usage = totals.GetValueOrDefault(did);
            yield return JsonValue.Object(
                ("did", JsonValue.Of(did)),
                ("name", Text(NameOf(did))),
                ("standing", Text(did == hub.People.Owner?.Value ? "owner" : standings.TryGetValue(did, out var said) ? Word(said) : null)),
                ("admittance", JsonValue.Of(hub.People.Admit(PersonId.FromTrusted(did)).ToString().ToLowerInvariant())),
                ("connections", JsonValue.Of(hub.Connections.CountOf(did))),
                ("changes", JsonValue.Of(usage.Changes)),
                ("bytes", JsonValue.Of(usage.Bytes)));
        }
    }

    private JsonValue OfSpace((NodeId Space, int Members) space) => JsonValue.Object(
        ("id", JsonValue.Of(space.Space.Value)),
        ("name", Text(hub.Store.Find(space.Space) is { } node ? ChangeWire.FromTrustedBytes(node.RootWire).Properties["name"]?.Text : null)),
        ("members", JsonValue.Of(space.Members)));

    private static JsonValue OfRoom(RoomTotal room) => JsonValue.Object(
        ("room", JsonValue.Of(room.Room)), ("changes", JsonValue.Of(room.Changes)), ("bytes", JsonValue.Of(room.Bytes)));

    private static JsonValue OfRevocation(Revocation revoked) => JsonValue.Object(("name", JsonValue.Of(revoked.Name)), ("at", JsonValue.Of(revoked.WallMs)));

    private async Task<JsonValue> SetStandingAsync(string what, PersonId person, string by)
    {
        if (what == "ban" && person == hub.People.Owner)
        {
            return Refused("The hub's owner cannot be banned.");
        }

        var wanted = what switch { "ban" => Standing.Banned, "allow" => Standing.Allowed, _ => (Standing?)null };
        var undone = what switch { "unban" => Standing.Banned, "disallow" => Standing.Allowed, _ => (Standing?)null };
        if (undone is not null && hub.People.StandingOf(person) != undone)
        {
            return Refused($"That person is not {Word(undone.Value)}.");
        }

        await hub.People.SetStandingAsync(person, wanted);
        hub.Judge(person);
        AdministrationLog.Done(log, by, what, person.Value);
        return JsonValue.EmptyObject;
    }

    private async Task<JsonValue> SetModeAsync(AdmissionMode mode, string by)
    {
        if (hub.People.IsModeFixed)
        {
            return Refused("The mode was given when the hub was started, with --admission.");
        }

        await hub.People.SetModeAsync(mode);
        hub.Judge(null);
        AdministrationLog.Done(log, by, "mode", mode.Name());
        return JsonValue.EmptyObject;
    }

    private async Task<JsonValue> SetRevokedAsync(string what, string name, string by)
    {
        if (what == "unrevoke")
        {
            if (!await hub.Revocations.RemoveAsync(name))
            {
                return Refused("That was not revoked.");
            }
        }
        else if (PersonId.TryParse(name, out var issuer))
        {
            await hub.Revocations.AddAsync(issuer);
        }
        else if (TokenId.TryParse(name, out var token))
        {
            await hub.Revocations.AddAsync(token);
        }
        else
        {
            return Refused("That is neither a DID nor the id of a token.");
        }

        hub.Judge(null);
        AdministrationLog.Done(log, by, what, name);
        return JsonValue.EmptyObject;
    }

    /// <summary>The name that a person gave themselves last, as far as it is soon found.</summary>
    private string? NameOf(string did)
    {
        var latest = new LatestName();
        hub.Store.ReadByLamport(RoomNames.Profile(PersonId.FromTrusted(did)).Value, -1, latest);
        return latest.Name;
    }

    private static string Word(Standing standing) => standing == Standing.Banned ? "banned" : "allowed";

    private static JsonValue? Text(string? text) => text is null ? null : JsonValue.Of(text);

    private static JsonValue Refused(string why) => JsonValue.Object(("error", JsonValue.Of(why)));

    /// <summary>Reads profiles in the order of their times.</summary>
    private sealed class LatestName : IPageReader
    {
        private const int ChangesMax = 100;

        private int _count;

        public string? Name { get; private set; }

        public bool Take(long seq, long lamport, ReadOnlySpan<byte> wire)
        {
            Name = ChangeWire.FromTrustedBytes(wire.ToArray()).Properties["displayName"]?.Text ?? Name;
            return ++_count < ChangesMax;
        }
    }
}

/// <summary>What the owner did, for whoever looks at the log.</summary>
internal static partial class AdministrationLog
{
    [LoggerMessage(30, LogLevel.Information, "Done by {By}: {What} {Whom}")]
    public static partial void Done(ILogger log, string by, string what, string whom);

    [LoggerMessage(31, LogLevel.Information, "{Person} is the owner of this hub now")]
    public static partial void Claimed(ILogger log, string person);
}
