using System.Collections.Concurrent;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Ids;

namespace Parley.Hub.Admission;

/// <summary>Runs a step where the store is written, and completes when it is on disk, or fails as the step did.</summary>
internal delegate Task StoreTurn(Action step);

/// <summary>What the hub makes of a person who proved who they are.</summary>
internal enum Admittance
{
    /// <summary>Lets them in.</summary>
    In,

    /// <summary>Lets them into the lobby (<see cref="Lobby"/>).</summary>
    Lobby,

    /// <summary>Is for others.</summary>
    Unlisted,

    /// <summary>Banned them.</summary>
    Banned,
}

/// <summary>
/// Who may use this hub at all: its owner, the people whom the owner listed or banned, and the mode for everybody else. Kept in the hub's
/// store and, because every connection asks, in memory.
/// </summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class HubPeople
{
    private const string OwnerSetting = "owner";
    private const string ModeSetting = "admission";

    private readonly IHubStore _store;
    private readonly StoreTurn _turn;
    private readonly HubClock _clock;
    private readonly Func<PersonId, bool> _isInASpace;
    private readonly ConcurrentDictionary<string, StoredStanding> _standings;
    private volatile string? _owner;
    private volatile int _mode;

    /// <param name="store">Where it is kept.</param>
    /// <param name="turn">When that may be written.</param>
    /// <param name="clock">The hub's clock.</param>
    /// <param name="isInASpace">Whether a person is a member of a space.</param>
    /// <param name="mode">The mode where it does not follow from what is kept.</param>
    public HubPeople(IHubStore store, StoreTurn turn, HubClock clock, Func<PersonId, bool> isInASpace, AdmissionMode? mode)
    {
        _store = store;
        _turn = turn;
        _clock = clock;
        _isInASpace = isInASpace;
        _standings = new(store.Standings().Select(static s => KeyValuePair.Create(s.Did, s)), StringComparer.Ordinal);
        _owner = store.Setting(OwnerSetting);
        IsModeFixed = mode is not null;
        _mode = (int)(mode ?? AdmissionModes.Read(store.Setting(ModeSetting)) ?? AdmissionMode.Open);
    }

    /// <summary>The hub's owner, once there is one.</summary>
    public PersonId? Owner => _owner is { } did ? PersonId.FromTrusted(did) : null;

    /// <summary>Who comes in without being listed.</summary>
    public AdmissionMode Mode => (AdmissionMode)_mode;

    /// <summary>True where the mode was given at the start and cannot be changed meanwhile.</summary>
    public bool IsModeFixed { get; }

    /// <summary>Everybody with a standing, the oldest first.</summary>
    public IReadOnlyList<StoredStanding> Standings => [.. _standings.Values.OrderBy(static s => s.WallMs).ThenBy(static s => s.Did, StringComparer.Ordinal)];

    /// <summary>What the owner said about a person.</summary>
    public Standing? StandingOf(PersonId person) => _standings.TryGetValue(person.Value, out var said) ? said.Standing : null;

    /// <summary>Whether a person who proved who they are may use this hub.</summary>
    public Admittance Admit(PersonId person) =>
        _owner == person.Value ? Admittance.In
        : StandingOf(person) is { } said ? said == Standing.Banned ? Admittance.Banned : Admittance.In
        : Mode switch
        {
            AdmissionMode.Open => Admittance.In,
            // A direct message opens no door: people would keep it who were removed from everything else.
            AdmissionMode.InviteOnly => _isInASpace(person) ? Admittance.In : Admittance.Lobby,
            AdmissionMode.AllowList => Admittance.Unlisted,
        };

    /// <summary>Makes a person the owner, in the writer's turn.</summary>
    public void BecomeOwner(PersonId person)
    {
        _store.Set(OwnerSetting, person.Value);
        _owner = person.Value;
    }

    /// <summary>Lists or bans a person, or neither.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task SetStandingAsync(PersonId person, Standing? standing)
    {
        var wallMs = _clock.WallMs;
        await _turn(() => _store.SetStanding(person.Value, standing, wallMs)).ConfigureAwait(false);
        if (standing is { } said)
        {
            _standings[person.Value] = new(person.Value, said, wallMs);
        }
        else
        {
            _standings.TryRemove(person.Value, out _);
        }
    }

    /// <summary>Changes the mode.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task SetModeAsync(AdmissionMode mode)
    {
        await _turn(() => _store.Set(ModeSetting, mode.Name())).ConfigureAwait(false);
        _mode = (int)mode;
    }
}
