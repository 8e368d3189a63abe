using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>A change as it was offered: its wire form, the room in which it came, and the hub's number of it there, if it gave one.</summary>
internal readonly record struct WireOffer(JsonValue Wire, RoomId Room, long? Number = null);

/// <summary>Changes that were offered together, verified.</summary>
/// <param name="Offers">One for each, in order.</param>
/// <param name="Known">Those that are in the log already: their signatures were not looked at again.</param>
internal sealed record VerifiedBatch(IReadOnlyList<Offered> Offers, IReadOnlySet<ChangeHash> Known)
{
    /// <summary>The hashes of all that hold.</summary>
    public IEnumerable<ChangeHash> Hashes => Offers.Where(one => one.Offer is not null).Select(one => one.Offer!.Change.Hash);
}

/// <summary>
/// Shape, hash and signature of offered changes, and all that a change says about itself: spread over the processor's cores, and outside the
/// writer's turn.
/// </summary>
internal sealed class OfferIntake(ISqlDriver driver, ISignatures signatures)
{
    // Below this a hop to another thread costs more than it wins.
    private const int SliceMin = 16;

    private static readonly int Cores = OperatingSystem.IsBrowser() ? 1 : Environment.ProcessorCount;

    /// <summary>Verifies.</summary>
    public async Task<VerifiedBatch> VerifyAsync(IReadOnlyList<WireOffer> offers, CancellationToken cancellationToken)
    {
        var slices = Math.Clamp(offers.Count / SliceMin, 1, Cores);
        var plans = new IntakePlan[slices];
        await EachAsync(slices, slice =>
        {
            var first = First(slice);
            plans[slice] = IntakePlan.OfEach(
                [.. Enumerable.Range(first, First(slice + 1) - first).Select(i => offers[i].Wire)],
                i => new(offers[first + i].Room, null, Way.Live) { Number = offers[first + i].Number });
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        var known = await KnownAsync(plans.SelectMany(plan => plan.Hashes), cancellationToken).ConfigureAwait(false);
        var verified = new Offered[offers.Count];
        await EachAsync(slices, async slice =>
        {
            var checks = plans[slice].Checks(known);
            var holds = checks.Length == 0 ? [] : await signatures.VerifyAsync(checks, cancellationToken).ConfigureAwait(false);
            var offered = plans[slice].Apply(holds, known);
            foreach (var offer in offered.Select(one => one.Offer).OfType<Offer>().Where(offer => !known.Contains(offer.Change.Hash)))
            {
                offer.WriteAhead(offer.Room!.Value);
            }

            offered.CopyTo(verified, First(slice));
        }).ConfigureAwait(false);
        return new(verified, known);

        int First(int slice) => offers.Count * slice / slices;
    }

    private async Task<HashSet<ChangeHash>> KnownAsync(IEnumerable<ChangeHash> hashes, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [new("SELECT hash FROM change_log WHERE hash IN (SELECT unhex(value) FROM json_each(?1))", SqlJson.Of(hashes))], cancellationToken).ConfigureAwait(false);
        return [.. answer[0].Rows.Select(row => new ChangeHash((byte[])row[0]!))];
    }

    private static async Task EachAsync(int slices, Func<int, ValueTask> work)
    {
        if (slices == 1)
        {
            await work(0).ConfigureAwait(false);
            return;
        }

        await Task.WhenAll(Enumerable.Range(0, slices).Select(slice => Task.Run(() => work(slice).AsTask()))).ConfigureAwait(false);
    }
}
