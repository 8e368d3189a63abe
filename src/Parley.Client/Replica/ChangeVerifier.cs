using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>A change as it was offered: its wire form, the room in which it came, and the hub's number of it there, where it gave one.</summary>
internal readonly record struct WireOffer(JsonValue Wire, RoomId Room, long? Number = null);

/// <summary>A change whose signature holds, with the room in which it came and its number there; both null for own writes.</summary>
internal readonly record struct OfferedChange(Change Change, RoomId? Room, long? Number = null)
{
    /// <summary>A change that waited: its wire form, room and number.</summary>
    public static OfferedChange Read(object?[] held) => new(ChangeWire.FromTrustedBytes((byte[])held[0]!), new((string)held[1]!), (long?)held[2]);
}

/// <summary>Shape, hash and signature of offered changes, spread over the processor's cores where there are several.</summary>
internal sealed class ChangeVerifier(ISignatures signatures)
{
    // Below this a hop to another thread costs more than it wins.
    private const int SliceMin = 16;

    private static readonly int Cores = OperatingSystem.IsBrowser() ? 1 : Environment.ProcessorCount;

    /// <summary>Step one for each offer: a plan, or the refusal.</summary>
    public static async Task<(ChangePlan? Plan, Refusal Why)[]> PlanAsync(IReadOnlyList<WireOffer> offers)
    {
        var plans = new (ChangePlan? Plan, Refusal Why)[offers.Count];
        await SlicesAsync(offers.Count, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                plans[i].Plan = ChangeVerification.Plan(offers[i].Wire, out plans[i].Why, out _);
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return plans;
    }

    /// <summary>Step two: one answer per plan.</summary>
    public async Task<bool[]> VerifyAsync(IReadOnlyList<ChangePlan> plans, CancellationToken cancellationToken)
    {
        var answers = new bool[plans.Count];
        await SlicesAsync(plans.Count, async (from, to) =>
        {
            var checks = new SignatureCheck[to - from];
            for (var i = from; i < to; i++)
            {
                checks[i - from] = plans[i].Check;
            }

            (await signatures.VerifyAsync(checks, cancellationToken).ConfigureAwait(false)).CopyTo(answers, from);
        }).ConfigureAwait(false);
        return answers;
    }

    private static async Task SlicesAsync(int count, Func<int, int, ValueTask> work)
    {
        var slices = Math.Clamp(count / SliceMin, 1, Cores);
        if (slices == 1)
        {
            await work(0, count).ConfigureAwait(false);
            return;
        }

        await Task.WhenAll(Enumerable.Range(0, slices).Select(slice =>
            Task.Run(() => work(count * slice / slices, count * (slice + 1) / slices).AsTask()))).ConfigureAwait(false);
    }
}
