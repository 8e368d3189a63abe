using Parley.Hub.Connections;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>Something for the thread that writes.</summary>
internal abstract class Submission;

/// <summary>Something that the hub itself wants done to its store, between two commits.</summary>
internal sealed class StoreErrand(Action run) : Submission
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it was done, or fails as it did.</summary>
    public Task Done => _done.Task;

    /// <summary>Does it.</summary>
    public void Run()
    {
        try
        {
            run();
            _done.SetResult();
        }
        catch (Exception failure)
        {
            _done.SetException(failure);
        }
    }
}

/// <summary>Something from one socket.</summary>
internal abstract class SocketSubmission(HubConnection from) : Submission
{
    /// <summary>Who waits for the answer.</summary>
    public HubConnection From { get; } = from;
}

/// <summary>The changes of one frame, verified as far as they go without the store.</summary>
internal sealed class ChangeSubmission(HubConnection from, string topic, string room, bool isBatch, IEnumerable<Offered> offers) : SocketSubmission(from)
{
    /// <summary>The envelope's topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>The room in which they are offered.</summary>
    public string Room { get; } = room;

    /// <summary>True for a batch frame, which the reference relays to its sender too.</summary>
    public bool IsBatch { get; } = isBatch;

    /// <summary>The changes in the frame's order.</summary>
    public SubmittedChange[] Offers { get; } = [.. offers.Select(static offered => new SubmittedChange(offered))];
}

/// <summary>Wipes a room (open hubs only).</summary>
internal sealed class ClearSubmission(HubConnection from, string room) : SocketSubmission(from)
{
    /// <summary>The room.</summary>
    public string Room { get; } = room;
}

/// <summary>What became of an offered change.</summary>
internal enum OfferOutcome : byte
{
    /// <summary>Not decided yet.</summary>
    Open,

    /// <summary>Filed in its home room.</summary>
    Filed,

    /// <summary>It was here already.</summary>
    Duplicate,

    /// <summary>Kept until its node's create comes (W9), or the memberships that would allow it.</summary>
    Held,

    /// <summary>Refused, for good or for now.</summary>
    Refused,
}

/// <summary>One change of a frame, and what became of it.</summary>
internal sealed class SubmittedChange
{
    /// <param name="offered">What came of the intake.</param>
    public SubmittedChange(in Offered offered)
    {
        (Hash, Offer) = (offered.Hash, offered.Offer);
        if (offered.Refused is { } refused)
        {
            Refuse(refused.Code, refused.Why);
        }
    }

    /// <summary>The hash that it names itself; null if that cannot be read.</summary>
    public ChangeHash? Hash { get; }

    /// <summary>The verified change; null if it is none.</summary>
    public Offer? Offer { get; }

    /// <summary>What became of it.</summary>
    public OfferOutcome Outcome { get; private set; }

    /// <summary>Where it is, for all outcomes but <see cref="OfferOutcome.Refused"/>.</summary>
    public Place Place { get; private set; }

    /// <summary>Why it was refused.</summary>
    public Refusal Refusal { get; private set; }

    /// <summary>The same as a reason of docs/access.md or a sentence for developers.</summary>
    public string Why { get; private set; } = "";

    public void Settle(OfferOutcome outcome, in Place place)
    {
        Outcome = outcome;
        Place = place;
    }

    public void Refuse(Refusal refusal, string why)
    {
        Outcome = OfferOutcome.Refused;
        Refusal = refusal;
        Why = why;
    }
}
