using Parley.Hub.Limits;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// Verifies the changes of a frame on the task of the socket that sent them (a large batch on a few cores), and hands them to the writer.
/// </summary>
internal sealed class ChangeIntake(HubOptions options, HubClock clock, HubWriter writer)
{
    /// <summary>From this many on, a batch is worth more than one core.</summary>
    private const int ShareFrom = 64;

    private const int CoresMax = 4;

    /// <summary>Shape, hash, signature, clock and home room of each; nothing here needs the store.</summary>
    public async ValueTask<Offer[]> VerifyAsync(IReadOnlyList<JsonValue> wireChanges, string room)
    {
        var offers = new Offer[wireChanges.Count];
        var latest = clock.WallMs + options.Limits.WallTimeLeadMsMax;
        var cores = wireChanges.Count < ShareFrom ? 1 : Math.Min(CoresMax, Environment.ProcessorCount);
        if (cores == 1)
        {
            Verify(wireChanges, offers, 0, offers.Length, room, latest);
            return offers;
        }

        var share = (offers.Length + cores - 1) / cores;
        await Task.WhenAll(Enumerable.Range(0, cores).Select(core => Task.Run(() =>
            Verify(wireChanges, offers, core * share, Math.Min(offers.Length, (core + 1) * share), room, latest))));
        return offers;
    }

    /// <summary>Hands a submission to the writer, whose answer goes to the socket.</summary>
    public async ValueTask SubmitAsync(SocketSubmission submission)
    {
        submission.From.Submitted();
        if (!await writer.SubmitAsync(submission))
        {
            submission.From.Settled();
        }
    }

    private void Verify(IReadOnlyList<JsonValue> wireChanges, Offer[] offers, int from, int to, string room, long latestWallTime)
    {
        for (var i = from; i < to; i++)
        {
            offers[i] = Verify(wireChanges[i], room, latestWallTime);
        }
    }

    private Offer Verify(JsonValue wireChange, string room, long latestWallTime)
    {
        var plan = ChangeVerification.Plan(wireChange, out var refusal, out var why);
        if (plan is null)
        {
            return Offer.Bad(ChangeHash.TryParse(wireChange["hash"]?.Text, out var claimed) ? claimed : null, refusal, why);
        }

        var change = ChangeVerification.Apply(plan, SodiumSignatures.Verify(plan.Check));
        if (change is null)
        {
            return Offer.Bad(plan.Change.Hash, Refusal.Signature, "Change signature is invalid");
        }

        if (change.WallTime > latestWallTime)
        {
            return Offer.Bad(change.Hash, Refusal.WallTime, $"Change wallTime is more than {options.Limits.WallTimeLeadMsMax}ms in the future");
        }

        var home = HomeRoom.Of(change)?.Value;
        var filedIn = options.Open ? room : home ?? room;
        return Offer.Verified(change, home, ChangeWire.ToBytes(change, new(filedIn)), filedIn);
    }
}
