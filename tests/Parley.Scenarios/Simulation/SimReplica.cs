using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>How a commit goes wrong.</summary>
internal enum CommitFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Nothing of it is on disk; the process goes on.</summary>
    Failed,

    /// <summary>All of it is on disk and the process ended before it knew.</summary>
    AnswerLost,
}

/// <summary>A fault that the oracles must find.</summary>
public enum SimMutant
{
    /// <summary>None.</summary>
    None,

    /// <summary>What must wait is forgotten.</summary>
    NothingWaits,

    /// <summary>A write that failed is taken for done: memory stays ahead of the disk.</summary>
    EffectsBeforeCommit,

    /// <summary>A node is folded from what came last, not from all its changes.</summary>
    RootsByArrival,

    /// <summary>A hub does not ask who hands a change in.</summary>
    SenderNotAsked,

    /// <summary>What a membership log turned is not judged anew.</summary>
    NothingTurns,
}

/// <summary>A person's ledger over a store in memory. The simulation carries changes between them.</summary>
internal sealed class SimReplica
{
    private readonly Random _random;
    private readonly byte[] _publicKey;
    private readonly LedgerPolicy _policy;
    private readonly SimMutant _mutant;
    private LedgerEngine _engine;

    public SimReplica(int number, Random random, SimMutant mutant)
    {
        _random = random;
        _mutant = mutant;
        Store = new(mutant);
        _publicKey = SimKeys.PublicKey(number);
        Me = PersonId.FromPublicKey(_publicKey);
        _policy = LedgerPolicy.Replica(Me) with { Limits = new() { LogBytesKeptMax = number % 2 == 0 ? 0 : long.MaxValue } };
        _engine = Open();
    }

    /// <summary>Whose it is.</summary>
    public PersonId Me { get; }

    /// <summary>Its disk.</summary>
    public MemoryLedgerStore Store { get; }

    /// <summary>The person's clock, ms.</summary>
    public long NowMs { get; set; } = 1_000_000_000_000;

    /// <summary>What the next commits do.</summary>
    public Func<CommitFault> Faults { get; set; } = () => CommitFault.None;

    /// <summary>The membership log of an access scope.</summary>
    public MembershipLog? Log(NodeId domain)
    {
        if (!_engine.Logs.TryFind(domain, out var log))
        {
            var needs = new Needs();
            needs.Logs.Add(domain);
            _engine.Logs.Load(domain, Store.Load(needs).Logs.GetValueOrDefault(domain));
            _engine.Logs.TryFind(domain, out log);
        }

        return log;
    }

    /// <summary>What governs a room.</summary>
    public Ruling Rule(RoomId room)
    {
        using var transaction = _engine.Draft(NowMs);
        while (true)
        {
            if (transaction.RulingOf(room) is { } ruling)
            {
                return ruling;
            }

            transaction.Learn(Store.Load(transaction.Wanted()!));
        }
    }

    /// <summary>Ends the process and starts it again.</summary>
    public void Reopen() => _engine = Open();

    /// <summary>Takes changes as they come from others. Again until they are on disk, as a catch-up would.</summary>
    public IReadOnlyList<Verdict> Receive(IReadOnlyList<(Change Change, RoomId Home)> changes)
    {
        while (true)
        {
            using var transaction = _engine.Begin([.. changes.Select(one => Offered.Of(new(one.Change, one.Home, null, Way.Page)))], NowMs);
            if (Finish(transaction))
            {
                return transaction.Decision.Verdicts;
            }
        }
    }

    /// <summary>Judges what came due until nothing is.</summary>
    public void Settle()
    {
        IReadOnlyList<WaitingRow> rest = [];
        var goesOn = true;
        for (var i = 0; i < 100 && goesOn; i++)
        {
            using var transaction = _engine.Continue([WaitKey.Future], rest, [], NowMs);
            if (Finish(transaction))
            {
                rest = transaction.Decision.Rest;
                goesOn = rest.Count > 0 || transaction.Decision.WaitsForTime;
            }
        }
    }

    /// <summary>Writes operations, each drafted on what the ones before came to, then nodes. False if a rule or the disk refused.</summary>
    public bool Act(Func<SimDraft, bool> act)
    {
        using var transaction = _engine.Draft(NowMs);
        var draft = new SimDraft(this, transaction);
        try
        {
            if (!act(draft))
            {
                return false;
            }
        }
        catch (ParleyException refused) when (refused.Code is ParleyErrorCode.Forbidden)
        {
            return false;
        }

        transaction.Close();
        return Finish(transaction);
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

    /// <summary>Answers until the transaction wants nothing more.</summary>
    public void Answer(LedgerTransaction transaction)
    {
        while (transaction.Next() is { } needs)
        {
            transaction.Learn(Store.Load(needs));
        }
    }

    private LedgerEngine Open()
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

    private bool Finish(LedgerTransaction transaction)
    {
        Answer(transaction);
        switch (Faults())
        {
            case CommitFault.Failed when _mutant == SimMutant.EffectsBeforeCommit:
                transaction.Committed();
                return true;
            case CommitFault.Failed:
                return false;
            case CommitFault.AnswerLost:
                Store.Commit(transaction.Decision);
                transaction.Dispose();
                Reopen();
                return true;
            default:
                Store.Commit(transaction.Decision);
                transaction.Committed();
                return true;
        }
    }
}

/// <summary>What a person writes in one transaction.</summary>
internal sealed class SimDraft(SimReplica replica, LedgerTransaction transaction)
{
    /// <summary>Whose it is.</summary>
    public SimReplica Replica => replica;

    /// <summary>The log as it stands in the transaction.</summary>
    public MembershipLog? Log(NodeId domain) => Ruling(RoomNames.OfMessages(domain)).Log;

    /// <summary>Writes an operation. False if its log does not take it.</summary>
    public bool Write(OpDraft draft)
    {
        var lamport = Math.Max(transaction.Clock!.Now + 1, draft.LamportMin);
        return Append(replica.Sign(draft.ToChange(replica.NewId(), replica.NowMs, lamport)));
    }

    /// <summary>Writes a node, new or known, naming what this person knows of the memberships that govern it. Null if it is refused.</summary>
    public NodeId? Write(NodeId? node, string schema, JsonValue properties, RoomId room, string? parent = null)
    {
        var log = Ruling(room).Log;
        if (log is not null)
        {
            properties = properties.With(Change.SeenProperty, SeenOperations.ToJson(SeenOperations.For(log, replica.Me)));
        }

        var id = replica.NewId();
        var name = node ?? NodeProof.IdFor(replica.Me, id);
        var lamport = Math.Max(transaction.Clock!.Now + 1, log?.NextLamport ?? 0);
        return Append(replica.Sign(new(id, new(name, schema, properties, null), parent, replica.Me, replica.NowMs, lamport))) ? name : null;
    }

    private Ruling Ruling(RoomId room)
    {
        while (true)
        {
            if (transaction.RulingOf(room) is { } ruling)
            {
                return ruling;
            }

            transaction.Learn(replica.Store.Load(transaction.Wanted()!));
        }
    }

    private bool Append(Change change)
    {
        transaction.Append([Offered.Of(new(change, null, null, Way.Own))]);
        replica.Answer(transaction);
        return transaction.Verdicts[^1] is Verdict.Accepted;
    }
}
