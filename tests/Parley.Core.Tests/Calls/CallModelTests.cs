using Xunit;

namespace Parley.Calls;

/// <summary>
/// The machine against chance: participants join, leave, crash, return and change their media over a topic that loses, doubles and reorders;
/// when that ends, within a lease all who sit agree on who sits and are connected.
/// </summary>
/// <remarks>A failure names its seed: <c>PARLEY_CALL_SEED</c> runs it again; <c>PARLEY_CALL_RUNS</c> sets how many (300).</remarks>
public sealed class CallModelTests
{
    private const long SettleMs = CallLimits.LeaseMs + CallLimits.LeaseMs;

    // Each failed once: a consent outlived the room it was given for, and its holder asked for ever.
    private static readonly int[] OnceFailed = [1561, 2761, 4003, 4157];

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("PARLEY_CALL_RUNS"), out var runs) ? runs : 300;

    private static int? Seed => int.TryParse(Environment.GetEnvironmentVariable("PARLEY_CALL_SEED"), out var seed) ? seed : null;

    [Fact]
    public void Whatever_happens_all_who_sit_agree_within_the_lease()
    {
        var seeds = Seed is { } one ? [one] : Enumerable.Range(1, Runs).Concat(OnceFailed);
        foreach (var seed in seeds)
        {
            var faults = Play(seed);
            Assert.True(faults.Count == 0, $"PARLEY_CALL_SEED={seed}:\n{string.Join('\n', faults)}");
        }
    }

    private static List<string> Play(int seed)
    {
        var call = new SimulatedCall(seed);
        var random = call.Random;
        (call.Loss, call.Doubling, call.DelayMsMax) = (random.NextDouble() * 0.25, random.NextDouble() * 0.2, random.Next(10, 400));
        var peopleMax = random.Next(2, 10);
        for (var i = 0; i < 40; i++)
        {
            Act(call, random, peopleMax);
            call.RunFor(random.Next(0, 1_000));
        }

        foreach (var person in call.People)
        {
            person.Run(machine => machine.SignalingUp(call.NowMs));
        }

        (call.Loss, call.Doubling) = (0, 0);
        call.RunFor(SettleMs);
        return [.. call.Faults, .. Disagreements(call)];
    }

    private static void Act(SimulatedCall call, Random random, int peopleMax)
    {
        var alive = call.People.Where(person => person.IsAlive && person.Machine.Phase != CallPhase.Ended).ToList();
        if (alive.Count < Math.Min(2, peopleMax) || (alive.Count < peopleMax && random.Next(3) == 0))
        {
            call.Join(Any(random));
            return;
        }

        var person = alive[random.Next(alive.Count)];
        var other = alive[random.Next(alive.Count)];
        switch (random.Next(12))
        {
            case 0:
                person.Run(machine => machine.Leave(call.NowMs));
                break;
            case 1:
                person.IsAlive = false;
                break;
            case 2:
                person.Run(machine => machine.NetworkChanged(call.NowMs));
                break;
            case 3:
                person.Run(machine => machine.SignalingDown());
                call.After(random.Next(3_000), () => person.Run(machine => machine.SignalingUp(call.NowMs)));
                break;
            case 4 or 5:
                person.Run(machine => machine.NegotiationNeeded(other.Session, call.NowMs));
                other.Run(machine => machine.NegotiationNeeded(person.Session, call.NowMs));
                break;
            default:
                person.Run(machine => machine.Want(Any(random), call.NowMs));
                break;
        }
    }

    private static CallMedia Any(Random random) => new(random.Next(2) == 0, random.Next(4) == 0, random.Next(4) == 0, random.Next(4) == 0);

    private static IEnumerable<string> Disagreements(SimulatedCall call)
    {
        var seated = call.Seated.ToList();
        if (seated.Count > CallLimits.SeatsMax(seated.Exists(person => person.State.Media.Video)))
        {
            yield return $"{seated.Count} seats, a camera: {seated.Exists(person => person.State.Media.Video)}";
        }

        foreach (var person in call.People.Where(person => person.IsAlive && person.Machine.Phase == CallPhase.Asking))
        {
            yield return $"{person.Session} asks still";
        }

        foreach (var person in seated)
        {
            var expected = seated.Where(other => other != person).Select(other => (other.Session, other.State.Media)).OrderBy(seat => seat.Session).ToList();
            var actual = person.State.Peers.Select(peer => (peer.Session, peer.Media)).ToList();
            if (!expected.SequenceEqual(actual))
            {
                yield return $"{person.Session} sees {string.Join(", ", actual)}; there are {string.Join(", ", expected)}";
            }

            foreach (var peer in person.State.Peers.Where(peer => peer.Health != LinkHealth.Connected))
            {
                yield return $"{person.Session} is not connected to {peer.Session}: {peer.Health}";
            }
        }
    }
}
