using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>Tells senders and subscribers what a commit brought. Runs on the writer's thread, so every room is told in its order.</summary>
internal sealed class Delivery(Topics topics, HubMetrics metrics, string epoch)
{
    private readonly byte[] _quotedEpoch = CanonicalJson.ToBytes(JsonValue.Of(epoch));
    private readonly Dictionary<(HubConnection To, string Room), List<(ChangeHash, long)>> _acks = [];

    /// <summary>Relays what was filed, then answers every frame of the group.</summary>
    public void Deliver(IReadOnlyList<ChangeSubmission> group, IReadOnlyList<FiledLive> live)
    {
        foreach (var filed in live)
        {
            Relay(filed);
        }

        var counts = new int[(int)OfferOutcome.Refused + 1];
        var overQuota = 0;
        foreach (var submission in group)
        {
            foreach (var offer in submission.Offers)
            {
                counts[(int)offer.Outcome]++;
                overQuota += offer is { Outcome: OfferOutcome.Refused, Refusal: Refusal.Quota } ? 1 : 0;
                Answer(submission, offer);
            }
        }

        foreach (var ((to, room), acks) in _acks)
        {
            to.Outbox.Add(HubFrames.NodeAck(room, acks));
        }

        _acks.Clear();
        if (overQuota > 0)
        {
            metrics.OverQuota(overQuota);
        }

        metrics.Committed(
            counts[(int)OfferOutcome.Filed], counts[(int)OfferOutcome.Duplicate], counts[(int)OfferOutcome.Held], counts[(int)OfferOutcome.Refused]);
        foreach (var submission in group)
        {
            submission.From.Settled();
        }
    }

    /// <summary>Answers a wipe; <paramref name="count"/> null where the store failed.</summary>
    public static void Answer(ClearSubmission clear, long? count)
    {
        clear.From.Outbox.Add(count is { } cleared
            ? HubFrames.Cleared(clear.Room, cleared)
            : HubFrames.NodeError(Refusal.Storage.Code(), "The hub could not clear the room.", null, clear.Room));
        clear.From.Settled();
    }

    private void Relay(in FiledLive filed)
    {
        if (topics.Find(filed.Topic) is not { } topic)
        {
            return;
        }

        var quotedRoom = string.Equals(filed.Room, filed.Topic, StringComparison.Ordinal)
            ? topic.QuotedName
            : CanonicalJson.ToBytes(JsonValue.Of(filed.Room));
        topic.Publish(HubFrames.Live(topic, quotedRoom, filed.Wire, filed.Seq, _quotedEpoch), Except(filed));
    }

    /// <summary>
    /// The sender of a single change is not told it again in the topic that it published to; of a batch, and in share rooms, it is,
    /// as the reference has it. Whoever takes acknowledgements learns its changes' places from them and is told nothing twice.
    /// </summary>
    private static HubConnection? Except(in FiledLive filed) =>
        filed.Submission is not { } from ? null
        : from.From.Session.TakesAcks ? from.From
        : !from.IsBatch && string.Equals(filed.Topic, from.Topic, StringComparison.Ordinal) ? from.From
        : null;

    private void Answer(ChangeSubmission submission, SubmittedChange offer)
    {
        var to = submission.From;
        if (offer.Outcome == OfferOutcome.Refused)
        {
            to.Outbox.Add(HubFrames.NodeError(offer.Refusal.Code(), offer.Why, offer.Hash?.ToString(), submission.Room));
            return;
        }

        if (!to.Session.TakesAcks)
        {
            return;
        }

        var key = (to, offer.Place.Room.Value);
        if (!_acks.TryGetValue(key, out var acks))
        {
            _acks[key] = acks = [];
        }

        acks.Add((offer.Hash!.Value, offer.Place.Seq));
    }
}

/// <summary>A filed change to be told to a topic's subscribers.</summary>
/// <param name="Submission">The frame that brought it; null if it was released from waiting.</param>
/// <param name="Topic">Who is told.</param>
/// <param name="Room">The room whose sequence <paramref name="Seq"/> counts.</param>
/// <param name="Seq">Its place there.</param>
/// <param name="Wire">The change.</param>
internal readonly record struct FiledLive(ChangeSubmission? Submission, string Topic, string Room, long Seq, byte[] Wire);
