using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Ledger;

namespace Parley.Hub.Sync;

/// <summary>What one commit brought: the places of what was filed and listed, for those who wait for them.</summary>
internal sealed class GroupCommit
{
    private readonly List<FiledLive> _live = [];
    private readonly Dictionary<ChangeHash, int> _filed = [];
    private readonly IReadOnlyList<Revocation> _revoked;

    /// <param name="decision">What was written.</param>
    /// <param name="places">Where it is, in the order of filing and listing.</param>
    /// <param name="revoked">Devices that it signed out.</param>
    public GroupCommit(Decision decision, IReadOnlyList<Place> places, IReadOnlyList<Revocation> revoked)
    {
        _revoked = revoked;
        foreach (var transition in decision.Transitions)
        {
            if (transition is Transition.Filed filed)
            {
                _filed[filed.Offer.Change.Hash] = _live.Count;
                Add(places[_live.Count], filed.Offer.WireIn(filed.Home));
            }
            else if (transition is Transition.Listed listed)
            {
                Add(places[_live.Count], listed.Offer.WireIn(listed.Home));
            }
        }
    }

    /// <summary>Tells an offer what became of it.</summary>
    public void Settle(ChangeSubmission from, SubmittedChange offer, Verdict verdict)
    {
        var hash = offer.Offer!.Change.Hash;
        switch (verdict)
        {
            case Verdict.Refused refused:
                offer.Refuse(refused.Code, refused.Why);
                break;
            case Verdict.Accepted:
                Brought(_filed[hash], from);
                offer.Settle(OfferOutcome.Filed, PlaceOf(hash));
                break;
            case Verdict.Duplicate(var known):
                offer.Settle(OfferOutcome.Duplicate, _filed.ContainsKey(hash) ? PlaceOf(hash) : known);
                break;
            default:
                // What it waited for may have come later in the same group.
                offer.Settle(OfferOutcome.Held, _filed.ContainsKey(hash) ? PlaceOf(hash) : new(new(from.Room), 0));
                break;
        }
    }

    /// <summary>What is told to subscribers, in the order of the places.</summary>
    public GroupOutcome Outcome() => new(_live, _revoked);

    private void Add(in Place place, byte[] wire) => _live.Add(new(null, place.Room.Value, place.Room.Value, place.Seq, wire));

    // A change and its listing stand one behind the other, and carry the same bytes.
    private void Brought(int at, ChangeSubmission from)
    {
        var wire = _live[at].Wire;
        for (; at < _live.Count && ReferenceEquals(_live[at].Wire, wire); at++)
        {
            _live[at] = _live[at] with { Submission = from };
        }
    }

    private Place PlaceOf(in ChangeHash hash) => new(new(_live[_filed[hash]].Room), _live[_filed[hash]].Seq);
}
