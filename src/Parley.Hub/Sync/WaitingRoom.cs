using Parley.Hub.Access;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// What waits at the hub, charged to whoever brought it: a member's changes in a domain beside their own there, everybody else's in one
/// shared pool. Where it is too much, the oldest of whoever has the most goes; nobody's changes push out those of a member. The writer's.
/// </summary>
internal sealed class WaitingRoom(IHubStore store, HubLimits limits, HubClock clock, RoomLedger ledger, Memberships memberships)
{
    // Of members as long as a run goes; the pool of all others is read once.
    private readonly Dictionary<(string Scope, string Payer), List<WaitingRow>> _members = [];
    private OthersPool? _others;

    /// <summary>Keeps a change until what it waits for is here. False where its sender's storage is used up; then it is refused.</summary>
    public bool Hold(FilingRun run, in Candidate candidate, NodeId waitsFor, string scope, bool isOperation = false)
    {
        var (offer, payer, waited) = (candidate.Offer, candidate.Sender.Value, candidate.Waited);
        if (waited is not null)
        {
            if (waited.WaitsFor == waitsFor && waited.Scope == scope)
            {
                Remember(run, waited);
                offer.Settle(OfferOutcome.Held, new(waited.Room, 0));
                return true;
            }

            End(run, waited);
        }

        var usage = ledger.UsageOf(payer);
        if (waited is null && (usage.Bytes + offer.Wire.Length > limits.AuthorBytesMax || usage.Changes + usage.Held >= limits.AuthorChangesMax))
        {
            offer.Refuse(Refusal.Quota, "The sender's storage on this hub is used up.");
            return false;
        }

        var held = new HeldChange(
            candidate.Change.Hash, waitsFor, payer, scope, waited?.WallMs ?? clock.WallMs, candidate.Room, candidate.Topic, offer.Wire, isOperation);
        run.Writes.Held.Add(held);
        run.Gone.Remove(held.Hash);
        Remember(run, held);
        ledger.SetUsage(run.Writes, payer, usage with { Bytes = usage.Bytes + offer.Wire.Length, Held = usage.Held + 1 });
        offer.Settle(OfferOutcome.Held, new(candidate.Room, 0));
        MakeRoom(run, held);
        return true;
    }

    /// <summary>Puts a change back among those that wait for the same.</summary>
    public static void Remember(FilingRun run, HeldChange held)
    {
        run.Facts.Changes[held.Hash] = new(held.Room, 0);
        if (!run.Facts.Held.TryGetValue(held.WaitsFor, out var waiting))
        {
            run.Facts.Held[held.WaitsFor] = waiting = [];
        }

        waiting.Add(held);
    }

    /// <summary>Ends a change's waiting, whatever becomes of it.</summary>
    public void End(FilingRun run, HeldChange held)
    {
        if (!run.Writes.Held.Remove(held))
        {
            run.Writes.Released.Add(held.Hash);
        }

        var usage = ledger.UsageOf(held.Payer);
        ledger.SetUsage(run.Writes, held.Payer, usage with { Bytes = usage.Bytes - held.Wire.Length, Held = usage.Held - 1 });
        run.Facts.Changes.Remove(held.Hash);
        if (held.Scope == SenderRule.Everybodys)
        {
            _others?.Remove(held.Payer, held.Hash);
        }
        else if (_members.TryGetValue((held.Scope, held.Payer), out var rows))
        {
            rows.RemoveAll(row => row.Hash == held.Hash);
        }
    }

    /// <summary>The run was committed.</summary>
    public void Committed() => _members.Clear();

    /// <summary>Forgets what was never committed.</summary>
    public void Forget()
    {
        _members.Clear();
        _others = null;
    }

    private void MakeRoom(FilingRun run, HeldChange held)
    {
        var row = new WaitingRow(held.Hash, held.Payer, held.Wire.Length);
        if (held.Scope != SenderRule.Everybodys)
        {
            // What an operation of a member may take is the log's own bound.
            if (!held.IsOperation && MembersRows(run, held, row) is var rows && rows.Count > limits.HeldPerMemberMax)
            {
                PushOut(run, rows[0]);
            }

            return;
        }

        if (_others is null)
        {
            _others = new();
            foreach (var known in Read(run, held.Scope, null))
            {
                _others.Add(known);
            }
        }

        _others.Add(row);
        while (_others.TooMuch(row.Payer, limits) is { } victim)
        {
            PushOut(run, victim);
        }
    }

    private List<WaitingRow> MembersRows(FilingRun run, HeldChange held, in WaitingRow more)
    {
        if (!_members.TryGetValue((held.Scope, held.Payer), out var rows))
        {
            _members[(held.Scope, held.Payer)] = rows = [.. Read(run, held.Scope, held.Payer)];
        }

        rows.Add(more);
        return rows;
    }

    private IEnumerable<WaitingRow> Read(FilingRun run, string scope, string? payer) =>
        store.Waiting(scope, payer).Where(row => !run.Writes.Released.Contains(row.Hash));

    private void PushOut(FilingRun run, in WaitingRow row)
    {
        var hash = row.Hash;
        var held = run.Writes.Held.Find(h => h.Hash == hash) ?? store.FindHeld(hash)!;
        End(run, held);
        run.Gone.Add(hash);
        if (run.Facts.Held.TryGetValue(held.WaitsFor, out var waiting))
        {
            waiting.RemoveAll(h => h.Hash == hash);
        }

        if (held.IsOperation)
        {
            memberships.ReleasedOutside(ChangeWire.FromTrustedBytes(held.Wire));
        }
    }
}
