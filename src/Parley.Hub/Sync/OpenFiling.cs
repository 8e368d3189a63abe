using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// How an open hub files, as the reference does: no rule and no home, but the room that the sender names, and listed in the room that the
/// change's own fields give. The writer's.
/// </summary>
internal sealed class OpenFiling(IHubStore store, HubOptions options, HubClock clock) : IFiling
{
    /// <inheritdoc/>
    public GroupOutcome File(IReadOnlyList<ChangeSubmission> group)
    {
        try
        {
            return FileGroup(group);
        }
        finally
        {
            store.Release();
        }
    }

    private GroupOutcome FileGroup(IReadOnlyList<ChangeSubmission> group)
    {
        var needs = new Needs();
        foreach (var offer in group.SelectMany(static submission => submission.Offers))
        {
            if (offer.Outcome != OfferOutcome.Refused)
            {
                needs.Changes.Add(offer.Offer!.Change.Hash);
                needs.Usage.Add(offer.Offer.Change.Author);
            }
        }

        var known = store.Load(needs);
        var transitions = new List<Transition>();
        var judged = new List<(ChangeSubmission From, SubmittedChange Offer, Verdict Verdict)>();
        foreach (var submission in group)
        {
            foreach (var offer in submission.Offers.Where(static offer => offer.Outcome != OfferOutcome.Refused))
            {
                var verdict = Judge(known, offer.Offer!, new(submission.Room));
                judged.Add((submission, offer, verdict));
                if (verdict is Verdict.Accepted)
                {
                    transitions.AddRange(Writes(offer.Offer!, new(submission.Room)));
                }
            }
        }

        var decision = new Decision([.. judged.Select(static one => one.Verdict)], transitions, [], WaitsForTime: false);
        var commit = new GroupCommit(decision, transitions.Count > 0 ? store.Commit(decision, new(clock.WallMs, [])) : [], []);
        judged.ForEach(one => commit.Settle(one.From, one.Offer, one.Verdict));
        var outcome = commit.Outcome();
        return outcome with { Live = [.. outcome.Live.Select(InItsTopic)] };
    }

    /// <inheritdoc/>
    public GroupOutcome? Continue() => null;

    /// <inheritdoc/>
    public long Clear(string room) => store.Clear(room);

    private Verdict Judge(Known known, Offer offer, RoomId room)
    {
        var change = offer.Change;
        if (known.Changes.TryGetValue(change.Hash, out var here))
        {
            return new Verdict.Duplicate(here.Place);
        }

        var usage = known.Usage.GetValueOrDefault(change.Author);
        var bytes = offer.WireIn(room).Length;
        if (usage.Bytes + bytes > options.Limits.AuthorBytesMax || usage.Changes >= options.Limits.AuthorChangesMax)
        {
            return new Verdict.Refused(Refusal.Quota, null, "The author's storage on this hub is used up.", IsFinal: false);
        }

        known.Usage[change.Author] = new(usage.Bytes + bytes, usage.Changes + 1);
        known.Changes[change.Hash] = new(new(room, -1), null);
        return new Verdict.Accepted();
    }

    private static IEnumerable<Transition> Writes(Offer offer, RoomId room)
    {
        yield return new Transition.Filed(offer, room, IsOperation: false);
        if (offer.Shape.OwnHome is { } home && home != room)
        {
            yield return new Transition.Listed(offer, home, room);
        }
    }

    // A single change is told in the topic to which it was published.
    private static FiledLive InItsTopic(FiledLive live) =>
        live.Submission is { IsBatch: false } from && live.Room == from.Room ? live with { Topic = from.Topic } : live;
}
