using Parley.Access;
using Parley.Hub.Connections;
using Parley.Hub.Storage;
using Parley.Ids;
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
internal sealed class ChangeSubmission(HubConnection from, string topic, string room, bool isBatch, Offer[] offers) : SocketSubmission(from)
{
    /// <summary>The envelope's topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>The room in which they are offered.</summary>
    public string Room { get; } = room;

    /// <summary>True for a batch frame, which the reference relays to its sender too.</summary>
    public bool IsBatch { get; } = isBatch;

    /// <summary>The changes in the frame's order.</summary>
    public Offer[] Offers { get; } = offers;
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

/// <summary>One offered change on its way through the hub.</summary>
internal sealed class Offer
{
    private Offer()
    {
    }

    /// <summary>The hash that it names itself, where that can be read.</summary>
    public ChangeHash? Hash { get; private init; }

    /// <summary>The verified change; null where it was refused before.</summary>
    public Change? Change { get; private init; }

    /// <summary>The home room that its own signed fields give, or null where they do not say.</summary>
    public string? OwnHome { get; private init; }

    /// <summary>True where it may be the root of its node.</summary>
    public bool MayCreate { get; private init; }

    /// <summary>True where it also proves that its author made the node.</summary>
    public bool Proves { get; private init; }

    /// <summary>True where it carries a membership operation.</summary>
    public bool IsOperation { get; private init; }

    /// <summary>The domain that the operation says to belong to, where it can be read.</summary>
    public NodeId? OperationOf { get; private init; }

    /// <summary>The bytes to store and serve, with the room <see cref="WireRoom"/> in them.</summary>
    public byte[] Wire { get; private init; } = [];

    /// <summary>The room that was assumed when <see cref="Wire"/> was written.</summary>
    public string WireRoom { get; private init; } = "";

    /// <summary>What became of it.</summary>
    public OfferOutcome Outcome { get; private set; }

    /// <summary>Where it is, for all outcomes but <see cref="OfferOutcome.Refused"/>.</summary>
    public StoredPlace Place { get; private set; }

    /// <summary>Why it was refused.</summary>
    public Refusal Refusal { get; private set; }

    /// <summary>The same as a sentence for developers.</summary>
    public string Why { get; private set; } = "";

    public static Offer Verified(Change change, string? ownHome, byte[] wire, string wireRoom)
    {
        var isOperation = MembershipOpReader.IsCarrier(change);
        var mayCreate = NodeAccess.MayCreate(change, out var proves);
        return new()
        {
            Hash = change.Hash,
            Change = change,
            OwnHome = ownHome,
            MayCreate = mayCreate,
            Proves = mayCreate && proves,
            IsOperation = isOperation,
            OperationOf = isOperation && NodeId.TryParse(change.Properties["channel"]?.Text, out var domain) ? domain : null,
            Wire = wire,
            WireRoom = wireRoom,
        };
    }

    public static Offer Bad(ChangeHash? hash, Refusal refusal, string why)
    {
        var offer = new Offer { Hash = hash };
        offer.Refuse(refusal, why);
        return offer;
    }

    public void Settle(OfferOutcome outcome, in StoredPlace place)
    {
        Outcome = outcome;
        Place = place;
    }

    /// <summary>Makes it undecided again.</summary>
    public void Reopen() => Outcome = OfferOutcome.Open;

    public void Refuse(Refusal refusal, string why)
    {
        Outcome = OfferOutcome.Refused;
        Refusal = refusal;
        Why = why;
    }
}
