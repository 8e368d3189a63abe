using Parley.Storage;

namespace Parley.Replica;

/// <summary>The replica's Lamport clock and the window above which received changes wait (W8).</summary>
/// <remarks>
/// A single far-away time cannot drag the clock along: what lies more than <see cref="Window"/> ahead is held. So that an honest
/// workspace with more history than one window still opens on a new device, the window's base creeps by one window each
/// <see cref="CreepMs"/> while something is held above it; an attacker would need years of it to reach the protocol's ceiling.
/// Used under the writer's lock.
/// </remarks>
internal sealed class LamportClock
{
    /// <summary>How far ahead of the own clock a received change may be.</summary>
    public const long Window = 1 << 20;

    /// <summary>How far ahead of the own clock a wall time may be, ms.</summary>
    public const long WallTimeLeadMsMax = 300_000;

    /// <summary>How often the window creeps towards what is held, ms.</summary>
    public const long CreepMs = 1_000;

    private long _base;

    private LamportClock(long now) => (Now, _base) = (now, now);

    /// <summary>The highest time seen or given.</summary>
    public long Now { get; private set; }

    public static async Task<LamportClock> LoadAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([new("SELECT value FROM meta WHERE key = 'lamport'")], cancellationToken).ConfigureAwait(false);
        return new(answer[0].Rows is [[long now]] ? now : 0);
    }

    /// <summary>The next time for an own write.</summary>
    public long Tick() => ++Now;

    /// <summary>Learns an accepted or known time.</summary>
    public void See(long lamport) => Now = Math.Max(Now, lamport);

    /// <summary>The highest received time that is believed now.</summary>
    public long Highest => Math.Max(Now, _base) + Window;

    /// <summary>True where a received time may be believed already.</summary>
    public bool Allows(long lamport, long wallTime, long nowMs) =>
        lamport <= Highest && wallTime <= nowMs + WallTimeLeadMsMax;

    /// <summary>Lets the window creep by one step towards a held time.</summary>
    public void Creep(long lowestHeld) => _base = Math.Min(Highest, lowestHeld);

    public SqlStatement ToStatement() =>
        new("INSERT INTO meta (key, value) VALUES ('lamport', ?1) ON CONFLICT (key) DO UPDATE SET value = max(value, ?1)", Now);
}
