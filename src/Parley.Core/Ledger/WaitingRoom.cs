using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>
/// What waits because of one transaction, and what may go on waiting: every row is charged to whoever brought it, in the pool of their
/// standing in the room.
/// </summary>
internal sealed class WaitingRoom(LedgerTransaction transaction)
{
    // Rows of this transaction, in the order in which they came.
    private readonly Dictionary<ChangeHash, WaitingRow> _new = [];

    // Rows on disk that end with this transaction.
    private readonly Dictionary<ChangeHash, WaitingRow> _gone = [];

    private Facts Facts => transaction.Facts;

    private LedgerPolicy Policy => transaction.Policy;

    /// <summary>Keeps a change until what it waits for is here; nothing changes if it waits for that already.</summary>
    /// <param name="candidate">The change.</param>
    /// <param name="key">The name of what it waits for.</param>
    /// <param name="why">The same as a reason.</param>
    /// <param name="domain">In which access scope, if the name does not say it.</param>
    public void Hold(Candidate candidate, WaitKey key, HoldReason why, NodeId? domain = null)
    {
        transaction.Settle(candidate, new Verdict.Held(why));
        var (offer, waited) = (candidate.Offer, candidate.Waited);

        // The room of its first arrival stays; its number there may only be known now.
        var room = waited?.Room ?? RoomOf(candidate);
        var number = waited?.Number ?? (offer.Room == room ? offer.Number : null);
        if (waited is not null)
        {
            if (waited.For == key && waited.Why == why && waited.Number == number)
            {
                return;
            }

            End(candidate, WaitEnd.Moved);
        }

        var payer = waited?.Payer ?? offer.Sender ?? candidate.Change.Author;
        var row = new WaitingRow(candidate.Change, room, key, why, payer, Pool.Others, offer.Shape.IsOperation)
        {
            Number = number,
            IsListed = offer.IsListed,
            Scope = domain is { } scope ? RoomNames.OfMessages(scope) : default,
        };
        Facts.Hold(row);
        _new[row.Change.Hash] = row;
    }

    // On a replica what came by its author's own room waits where it belongs, so that it is found there.
    private RoomId RoomOf(Candidate candidate)
    {
        var own = RoomNames.Author(candidate.Change.Author);
        var room = candidate.Offer.Room ?? own;
        return !Policy.IsHub && room == own ? candidate.Offer.Shape.OwnHome ?? room : room;
    }

    /// <summary>Ends a change's waiting; nothing for one that did not wait.</summary>
    public void End(Candidate candidate, WaitEnd end)
    {
        if (candidate.Waited is not { } row)
        {
            return;
        }

        Facts.Release(row);
        if (!_new.Remove(row.Change.Hash) && _gone.TryAdd(row.Change.Hash, row))
        {
            transaction.Add(new Transition.Ended(row, end));
        }
    }

    /// <summary>Decides which rows may stay, and notes the new ones.</summary>
    public IEnumerable<Needs> Close()
    {
        if (_new.Count == 0)
        {
            yield break;
        }

        var pools = new Dictionary<ChangeHash, (Pool Pool, RoomId Scope)>();
        while (!TryPools(pools))
        {
            yield return Facts.TakeNeeds();
        }

        List<WaitingRow> rows = [.. _new.Values.Select(row => row with { Pool = pools[row.Change.Hash].Pool, Scope = pools[row.Change.Hash].Scope })];
        var bounds = BoundsOf(rows);
        Facts.Needs.Crowds.UnionWith(bounds.Select(bound => bound.Question(0)));
        yield return Facts.TakeNeeds();
        var crowds = Facts.Crowds;
        bounds.RemoveAll(bound => !bound.IsBroken(crowds.GetValueOrDefault(bound.Question(0)) ?? Crowd.Empty));
        if (bounds.Count > 0)
        {
            var questions = bounds.ConvertAll(bound => bound.Question(bound.OldestMax));
            Facts.Needs.Crowds.UnionWith(questions);
            yield return Facts.TakeNeeds();
            for (var i = 0; i < bounds.Count; i++)
            {
                foreach (var row in bounds[i].Beyond(Facts.Crowds.GetValueOrDefault(questions[i]) ?? Crowd.Empty))
                {
                    PushOut(row, rows);
                    bounds.ForEach(bound => bound.Lose(row));
                }
            }
        }

        rows.ForEach(row => transaction.Add(new Transition.Waits(row)));
    }

    private void PushOut(WaitingRow row, List<WaitingRow> rows)
    {
        Facts.Release(row);
        if (rows.RemoveAll(other => other.Change.Hash == row.Change.Hash) == 0)
        {
            transaction.Add(new Transition.Ended(row, WaitEnd.PushedOut));
        }

        if (!Policy.IsHub)
        {
            transaction.Add(new Transition.Reread(row.Room, row));
        }
    }

    private bool TryPools(Dictionary<ChangeHash, (Pool Pool, RoomId Scope)> pools)
    {
        foreach (var row in _new.Values)
        {
            if (PoolOf(row) is { } pool)
            {
                pools[row.Change.Hash] = pool;
            }
        }

        return !Facts.HasNeeds;
    }

    // Null if something has to be asked first.
    private (Pool Pool, RoomId Scope)? PoolOf(WaitingRow row)
    {
        var room = row.For.Kind == WaitKind.Domain ? RoomNames.OfMessages(row.For.Id) : row.Scope;
        switch (transaction.RuleOf(room))
        {
            case null:
                return null;
            case RoomRule.Log(var domain):
                return !Facts.TryLog(domain, out var log) ? null
                    : In(log?.EverSeated(row.Payer) == true || log?.Space?.EverSeated(row.Payer) == true, RoomNames.OfMessages(domain));
            case RoomRule.Owner(var owner):
                return In(owner == row.Payer, RoomNames.Author(owner));
            case RoomRule.People people:
                return In(people.Who.Contains(row.Payer), RoomNames.Channel(people.Channel));
            default:
                return In(isMember: false, row.Room);
        }

        (Pool, RoomId) In(bool isMember, RoomId scope) => (isMember ? Pool.Member : Pool.Others, Policy.IsHub ? scope : row.Room);
    }

    private List<Bound> BoundsOf(List<WaitingRow> rows)
    {
        var limits = Policy.Limits;
        List<Bound> bounds =
        [
            .. rows.Where(row => row.Pool == Pool.Member).GroupBy(row => (row.Scope, row.Payer))
                .Select(group => new Bound(Pool.Member, group.Key.Scope, group.Key.Payer, [.. group], limits.WaitingPerMemberMax)),
        ];
        var others = rows.FindAll(row => row.Pool == Pool.Others);
        if (others.Count > 0)
        {
            bounds.AddRange(Policy.IsHub
                ? others.GroupBy(row => row.Payer).Select(group => new Bound(Pool.Others, null, group.Key, [.. group], limits.WaitingPerOtherMax))
                : others.GroupBy(row => row.Room).Select(group => new Bound(Pool.Others, group.Key, null, [.. group], limits.WaitingOthersPerRoomMax)));

            // Anybody may invent rooms.
            bounds.Add(new(Pool.Others, null, null, others, limits.WaitingOthersMax, limits.WaitingOthersBytesMax));
        }

        bounds.ForEach(bound => bound.Gone = [.. _gone.Values.Where(bound.Holds)]);
        return bounds;
    }

    /// <summary>One bound and the rows that come under it.</summary>
    private sealed record Bound(Pool Pool, RoomId? Room, PersonId? Payer, List<WaitingRow> Coming, int CountMax, long BytesMax = long.MaxValue)
    {
        /// <summary>Rows on disk that are counted there and end with this transaction.</summary>
        public List<WaitingRow> Gone { get; set; } = [];

        public int OldestMax => Coming.Count + Gone.Count;

        /// <summary>A row was pushed out, by this bound or by another.</summary>
        public void Lose(WaitingRow row)
        {
            if (Holds(row) && Coming.RemoveAll(other => other.Change.Hash == row.Change.Hash) == 0)
            {
                Gone.Add(row);
            }
        }

        public bool Holds(WaitingRow row) => row.Pool == Pool && (Room is null || row.Scope == Room) && (Payer is null || row.Payer == Payer);

        public CrowdQuestion Question(int oldestMax) => new(Pool, Room, Payer, oldestMax);

        public bool IsBroken(Crowd here) => CountWith(here) > CountMax || BytesWith(here) > BytesMax;

        // The payer with the most rows, or bytes, loses their oldest, until the bound holds.
        public IEnumerable<WaitingRow> Beyond(Crowd here)
        {
            var gone = Gone.Select(row => row.Change.Hash).ToHashSet();
            var rows = here.Oldest.Where(row => !gone.Contains(row.Change.Hash)).Concat(Coming).GroupBy(row => row.Payer)
                .ToDictionary(group => group.Key, group => new Queue<WaitingRow>(group.OrderBy(row => row.Change.Lamport).ThenBy(row => row.Change.Hash)));
            var shares = rows.Keys.ToDictionary(payer => payer, payer => ShareOf(payer, here));
            var all = new Share(CountWith(here), BytesWith(here));
            while ((all.Count > CountMax || all.Bytes > BytesMax) && rows.Count > 0)
            {
                var isByCount = all.Count > CountMax;
                var payer = rows.Keys.OrderByDescending(one => isByCount ? shares[one].Count : shares[one].Bytes).ThenBy(one => one).First();
                var row = rows[payer].Dequeue();
                if (rows[payer].Count == 0)
                {
                    rows.Remove(payer);
                }

                shares[payer] = new(shares[payer].Count - 1, shares[payer].Bytes - BytesOf(row));
                all = new(all.Count - 1, all.Bytes - BytesOf(row));
                yield return row;
            }
        }

        private Share ShareOf(PersonId payer, Crowd here)
        {
            var share = here.Payers.GetValueOrDefault(payer);
            var (coming, gone) = (Coming.FindAll(row => row.Payer == payer), Gone.FindAll(row => row.Payer == payer));
            return new(share.Count + coming.Count - gone.Count, share.Bytes + coming.Sum(BytesOf) - gone.Sum(BytesOf));
        }

        private long CountWith(Crowd here) => here.Count + Coming.Count - Gone.Count;

        private long BytesWith(Crowd here) => here.Bytes + Coming.Sum(BytesOf) - Gone.Sum(BytesOf);

        private static long BytesOf(WaitingRow row) => row.Bytes;
    }
}
