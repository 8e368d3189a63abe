using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>One device of a person: a ledger over a store in memory, and what it knows of each hub. Others carry its changes.</summary>
internal sealed class SimReplica
{
    /// <summary>Bounds so small that they bite.</summary>
    public static readonly LedgerLimits Limits = new() { WaitingPerMemberMax = 8, WaitingOthersPerRoomMax = 8, WaitingOthersMax = 24, ReleasedMax = 4 };

    private readonly Random _random;
    private readonly byte[] _publicKey;
    private readonly LedgerPolicy _policy;
    private readonly SimMutant _mutant;
    private LedgerEngine _engine;

    /// <param name="person">Whose it is; devices of one person share their key.</param>
    /// <param name="seed">Of its own chances: ids, nonces, secrets.</param>
    /// <param name="mutant">A fault that the oracles must find.</param>
    public SimReplica(int person, int seed, SimMutant mutant)
    {
        _random = new(seed);
        _mutant = mutant;
        Store = new(mutant);
        _publicKey = SimKeys.PublicKey(person);
        Me = PersonId.FromPublicKey(_publicKey);

        // Every other device reads each log again for each transaction, as one with many spaces does now and then.
        _policy = LedgerPolicy.Replica(Me) with { Limits = Limits with { LogBytesKeptMax = seed % 2 == 0 ? 0 : long.MaxValue } };
        _engine = Open();
    }

    /// <summary>Whose it is.</summary>
    public PersonId Me { get; }

    /// <summary>Its disk.</summary>
    public MemoryLedgerStore Store { get; }

    /// <summary>The time, which this device's clock may show wrongly.</summary>
    public Func<long> Time { get; set; } = () => SimWorld.BeginsMs;

    /// <summary>How far the clock is ahead, ms; negative: behind.</summary>
    public long SkewMs { get; set; }

    /// <summary>What the clock shows, ms since the Unix epoch.</summary>
    public long NowMs => Time() + SkewMs;

    /// <summary>What it knows of each hub that it is to bring its changes to; on the same disk.</summary>
    public List<SimProgress> Hubs { get; } = [];

    /// <summary>It hears what becomes of its changes, and offers again what was refused; else it offers once.</summary>
    public bool TakesAnswers { get; init; } = true;

    /// <summary>What it refused for good. Of the oracles alone: the disk keeps nothing of that.</summary>
    public HashSet<ChangeHash> RefusedForGood { get; } = [];

    /// <summary>What the next commit does.</summary>
    public Func<CommitFault> Faults { get; set; } = () => CommitFault.None;

    /// <summary>Called when the process ended and is there again: whatever was in memory alone is gone.</summary>
    public Action Restarted { get; set; } = () => { };

    /// <summary>Called after each commit.</summary>
    public Action<Decision> Committed { get; set; } = _ => { };

    /// <summary>The ledger in memory.</summary>
    public LedgerEngine Engine => _engine;

    /// <summary>The membership log of an access scope.</summary>
    public MembershipLog? Log(NodeId domain) => Rule(RoomNames.OfMessages(domain)).Log;

    /// <summary>What governs a room.</summary>
    public Ruling Rule(RoomId room) => Sim.RuleOf(_engine, Store, room, NowMs);

    /// <summary>Ends the process and starts it again.</summary>
    public void Restart()
    {
        _engine = Open();
        if (_mutant == SimMutant.NoOutbox)
        {
            Hubs.ForEach(hub => hub.Pending.Clear());
        }

        Restarted();
    }

    /// <summary>Takes changes as they come from others. Null if the disk failed: nothing happened.</summary>
    /// <param name="changes">With the room in which each is offered.</param>
    /// <param name="hub">Which hub gave them; null for a peer.</param>
    /// <param name="progress">What is written in the same commit about that hub.</param>
    public Decision? Receive(IReadOnlyList<(Change Change, RoomId Room)> changes, SimProgress? hub = null, Action<Decision>? progress = null)
    {
        using var transaction = _engine.Begin([.. changes.Select(one => Offered.Of(new(one.Change, one.Room, null, hub is null ? Way.Live : Way.Page)))], NowMs);
        var isDone = Finish(transaction, hub, decision =>
        {
            RefusedForGood.UnionWith(changes.Where((_, i) => decision.Verdicts[i] is Verdict.Refused { IsFinal: true }).Select(one => one.Change.Hash));
            progress?.Invoke(decision);
        });
        return isDone ? transaction.Decision : null;
    }

    /// <summary>Judges what came due. True if there may be more.</summary>
    public bool Settle()
    {
        var due = Store.Due;
        using var transaction = _engine.Continue([WaitKey.Future], due, [], NowMs);
        return Finish(transaction, null, null, due) && (transaction.Decision.Transitions.Count > 0 || transaction.Decision.WaitsForTime);
    }

    /// <summary>Writes changes, each drafted on what the ones before came to. False if a rule or the disk refused: then nothing was written.</summary>
    public bool Act(Func<SimDraft, bool> act)
    {
        using var transaction = _engine.Draft(NowMs);
        try
        {
            if (!act(new(this, transaction)))
            {
                return false;
            }
        }
        catch (ParleyException refused) when (refused.Code is ParleyErrorCode.Forbidden)
        {
            return false;
        }

        transaction.Close();
        return Finish(transaction, null, null);
    }

    /// <summary>Signs a change with this person's key.</summary>
    public Change Sign(ChangeFields fields)
    {
        var draft = new ChangeDraft(fields);
        return draft.Complete(SimKeys.Sign(_publicKey, draft.BytesToSign.Span));
    }

    /// <summary>A new unique id of a change.</summary>
    public string NewId() => $"{_random.NextInt64():x16}{_random.NextInt64():x16}";

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A ledger that knows nothing but this disk.</summary>
    public LedgerEngine Open()
    {
        var lamport = Store.Log.Select(entry => entry.Change.Lamport).Concat(Store.Waiting.Where(row => row.For != WaitKey.Future).Select(row => row.Change.Lamport)).DefaultIfEmpty().Max();
        var engine = new LedgerEngine(_policy, new LamportWindow(lamport));
        foreach (var node in Store.Nodes.Where(node => RoomNames.IsThread(node.Id.Value)))
        {
            if (NodeId.TryParse(node.State!["target"]?.Text, out var target))
            {
                engine.AwaitTarget(target);
            }
        }

        return engine;
    }

    // True if the decision is on disk.
    private bool Finish(LedgerTransaction transaction, SimProgress? source, Action<Decision>? progress, IReadOnlyList<WaitingRow>? judged = null)
    {
        Sim.Answer(transaction, Store);
        var fault = Faults();
        if (fault == CommitFault.Failed)
        {
            if (_mutant == SimMutant.EffectsBeforeCommit)
            {
                transaction.Committed();
            }

            return _mutant == SimMutant.EffectsBeforeCommit;
        }

        Store.Commit(transaction.Decision, judged ?? []);
        Hubs.ForEach(hub => hub.Record(transaction.Decision, isSource: hub == source));
        progress?.Invoke(transaction.Decision);
        RefusedForGood.UnionWith(transaction.Decision.Transitions.OfType<Transition.Ended>().Where(ended => ended.End == WaitEnd.Refused).Select(ended => ended.Row.Change.Hash));
        if (fault == CommitFault.None)
        {
            transaction.Committed();
        }

        // Nobody is told of a commit whose answer was lost: the process is gone before.
        transaction.Dispose();
        Committed(transaction.Decision);
        if (fault == CommitFault.AnswerLost)
        {
            Restart();
        }

        return true;
    }
}

/// <summary>What hosts of a ledger do alike.</summary>
internal static class Sim
{
    /// <summary>Answers until the transaction wants nothing more.</summary>
    public static void Answer(LedgerTransaction transaction, MemoryLedgerStore store)
    {
        while (transaction.Next() is { } needs)
        {
            transaction.Learn(store.Load(needs));
        }
    }

    /// <summary>What governs a room.</summary>
    public static Ruling RuleOf(LedgerEngine engine, MemoryLedgerStore store, RoomId room, long nowMs)
    {
        using var transaction = engine.Draft(nowMs);
        var ruling = RuleIn(transaction, store, room);
        transaction.Committed();
        return ruling;
    }

    /// <summary>What governs a room as a transaction stands.</summary>
    public static Ruling RuleIn(LedgerTransaction transaction, MemoryLedgerStore store, RoomId room)
    {
        while (true)
        {
            if (transaction.RulingOf(room) is { } ruling)
            {
                return ruling;
            }

            transaction.Learn(store.Load(transaction.Wanted()!));
        }
    }
}
