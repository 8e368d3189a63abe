using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
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
    public async ValueTask<Offered[]> VerifyAsync(IReadOnlyList<JsonValue> wireChanges, string room, string topic, Session from)
    {
        var offers = new Offered[wireChanges.Count];
        var terms = new Terms(new(room), topic, from, clock.WallMs + options.Limits.WallTimeLeadMsMax);
        var cores = wireChanges.Count < ShareFrom ? 1 : Math.Min(CoresMax, Environment.ProcessorCount);
        if (cores == 1)
        {
            Verify(wireChanges, offers, 0, offers.Length, terms);
            return offers;
        }

        var share = (offers.Length + cores - 1) / cores;
        await Task.WhenAll(Enumerable.Range(0, cores).Select(core => Task.Run(() =>
            Verify(wireChanges, offers, core * share, Math.Min(offers.Length, (core + 1) * share), terms))));
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

    private readonly record struct Terms(RoomId Room, string Topic, Session From, long LatestWallMs);

    private void Verify(IReadOnlyList<JsonValue> wireChanges, Offered[] offers, int from, int to, in Terms terms)
    {
        var sender = terms.From.Did is { } did ? PersonId.FromTrusted(did) : (PersonId?)null;
        var plan = IntakePlan.Of(
            [.. wireChanges.Skip(from).Take(to - from)], new(terms.Room, sender, Way.Live, terms.LatestWallMs, terms.From.TakesAcks));
        var checks = plan.Checks();
        var holds = new bool[checks.Length];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = SodiumSignatures.Verify(checks[i]);
        }

        foreach (var offered in plan.Apply(holds))
        {
            offers[from++] = Placed(offered, terms);
        }
    }

    // The home as topic of an envelope for its author's own room: it counts as the home, and is listed there too.
    private Offered Placed(in Offered offered, in Terms terms)
    {
        if (offered.Offer is not { } offer)
        {
            return offered.Refused!.Code == Refusal.WallTime
                ? offered with { Refused = offered.Refused with { Why = $"Change wallTime is more than {options.Limits.WallTimeLeadMsMax}ms in the future" } }
                : offered;
        }

        var (room, topic) = (terms.Room.Value, terms.Topic);
        if (!options.Open && room != topic)
        {
            if (room != offer.Change.Author.Value)
            {
                return new(null, offered.Hash, new(Refusal.Room, null, "The change does not belong in this room."));
            }

            offer = offer with { Room = new(topic), IsListed = true };
        }

        if (options.Open)
        {
            offer.WireIn(terms.Room);
        }
        else
        {
            offer.WriteAhead(terms.Room);
        }

        return Offered.Of(offer);
    }
}
