using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// A hub: a ledger over a store in memory, its own word on every change that comes through its door, and rooms that it shows to those who may
/// be in them. It may end at any time, be set back to an older copy, or lose everything.
/// </summary>
internal sealed class SimHub
{
    /// <summary>Bounds so small that they bite.</summary>
    public static readonly LedgerLimits Limits = new()
    {
        WaitingPerMemberMax = 8,
        WaitingOthersMax = 12,
        WaitingPerOtherMax = 4,
        ReleasedMax = 4,
    };

    private const int PageMax = 9;
    private const int BatchMax = 12;

    private readonly SimWorld _world;
    private readonly SimMutant _mutant;
    private readonly List<SimSession> _sessions = [];
    private readonly Queue<(SimSession Session, Change Change, RoomId Room)> _intake = new();
    private readonly Dictionary<RoomId, Ruling> _rulings = [];
    private LedgerEngine _engine;
    private MemoryLedgerStore _backup;
    private long _sinceMs;
    private int _database;
    private int _generation;
    private bool _isAwake;

    public SimHub(SimWorld world, SimMutant mutant)
    {
        _world = world;
        _mutant = mutant;
        Store = new(mutant);
        _backup = new(mutant);
        _engine = Open();
    }

    /// <summary>Its disk.</summary>
    public MemoryLedgerStore Store { get; private set; }

    /// <summary>How far its clock is ahead, ms; negative: behind.</summary>
    public long SkewMs { get; set; }

    /// <summary>What its clock shows, ms since the Unix epoch.</summary>
    public long NowMs => _world.NowMs + SkewMs;

    /// <summary>Which history it has.</summary>
    public string Epoch => $"{_database}.{_generation}";

    /// <summary>What was confirmed to somebody as filed.</summary>
    public HashSet<ChangeHash> Confirmed { get; } = [];

    /// <summary>Called with each commit before it is written.</summary>
    public Action<SimHub, LedgerTransaction> Deciding { get; set; } = (_, _) => { };

    /// <summary>Called after each commit.</summary>
    public Action<Decision> Committed { get; set; } = _ => { };

    /// <summary>The ledger in memory.</summary>
    public LedgerEngine Engine => _engine;

    /// <summary>What governs a room.</summary>
    public Ruling Rule(RoomId room) =>
        _rulings.TryGetValue(room, out var ruling) ? ruling : _rulings[room] = Sim.RuleOf(_engine, Store, room, NowMs);

    /// <summary>True if a person may be in a room now.</summary>
    public bool MayRead(RoomId room, PersonId person) =>
        Rule(room) is var over && over.Rule is not (RoomRule.Unknown or RoomRule.Knock) && Door.StandingOf(over, person) == SenderStanding.Member;

    /// <summary>What it would say to a change now.</summary>
    public Verdict Say(PersonId sender, Change change, RoomId room)
    {
        using var transaction = _engine.Begin([Offered.Of(new(change, room, sender, Way.Live) { IsOfferedAgain = true })], NowMs);
        Sim.Answer(transaction, Store);
        return transaction.Decision.Verdicts[0];
    }

    /// <summary>Takes a copy to be set back to.</summary>
    public void BackUp() => _backup = Store.Clone();

    /// <summary>Sets it back to the copy; whoever comes hears that it has another history.</summary>
    public void SetBack()
    {
        Store = _backup.Clone();
        _generation++;
        _sinceMs = NowMs;
        Restart();
    }

    /// <summary>Begins with an empty disk.</summary>
    public void Wipe()
    {
        Store = new(_mutant);
        _backup = new(_mutant);
        _database++;
        _sinceMs = NowMs;
        Restart();
    }

    /// <summary>Ends the process and starts it again: what was not committed is lost, and so is every line.</summary>
    public void Restart()
    {
        _intake.Clear();
        _rulings.Clear();
        _engine = Open();
        _sessions.ToList().ForEach(session => session.Cut());
    }

    /// <summary>A line is there.</summary>
    public void Connect(SimSession session)
    {
        _sessions.Add(session);
        var epoch = Epoch;
        session.Tell(peer => peer.OnHello(epoch));
    }

    /// <summary>A line is gone.</summary>
    public void Disconnect(SimSession session) => _sessions.Remove(session);

    /// <summary>Somebody wants to hear a room.</summary>
    public void Subscribe(SimSession session, RoomId room)
    {
        session.Wanted.Add(room);
        Look(session, room);
    }

    /// <summary>Somebody hands changes in.</summary>
    public void Offer(SimSession session, IReadOnlyList<(Change Change, RoomId Room)> changes)
    {
        foreach (var (change, room) in changes)
        {
            if (change.WallTime > NowMs + LamportWindow.WallTimeLeadMsMax)
            {
                Answer(session, change, PushState.Refused);
            }
            else
            {
                _intake.Enqueue((session, change, room));
            }
        }

        Wake();
    }

    /// <summary>Somebody asks for what comes after a number.</summary>
    public void Request(SimSession session, RoomId room, long after)
    {
        if (!MayRead(room, session.Person))
        {
            session.Open.Remove(room);
            session.Tell(peer => peer.OnClosed(room));
            return;
        }

        var listing = Store.ListingOf(room);
        var page = new SimPage(
            room, after, _mutant == SimMutant.LamportCursor ? LaterThan(listing, after) : [.. listing.Select((change, i) => (change, i + 1L)).Skip((int)after).Take(PageMax)],
            _mutant != SimMutant.LamportCursor && listing.Count > after + PageMax);
        Show(session, room, peer => peer.OnPage(page));
    }

    /// <summary>Somebody who holds an invite asks for the operations of its access scope.</summary>
    public void RequestLog(SimSession session, NodeId domain, ChangeHash invite)
    {
        if (Rule(RoomNames.OfMessages(domain)).Log?.VerdictOf(invite)?.Status == OpStatus.Valid)
        {
            IReadOnlyList<Change> operations = Store.OperationsOf(domain);
            session.Tell(peer => peer.OnLog(domain, operations));
        }
    }

    private static List<(Change, long)> LaterThan(IReadOnlyList<Change> listing, long lamport) =>
        [.. listing.Where(change => change.Lamport > lamport).OrderBy(change => change.Lamport).Select(change => (change, change.Lamport))];

    /// <summary>A ledger that knows nothing but this disk.</summary>
    public LedgerEngine Open() => new(LedgerPolicy.Hub(hasCommons: false) with { Limits = Limits with { LogBytesKeptMax = _world.Seed % 4 < 2 ? 0 : long.MaxValue }, SinceMs = _sinceMs });

    private void Wake()
    {
        if (!_isAwake)
        {
            _isAwake = true;
            _world.After(5, Step);
        }
    }

    // One commit of what came in by now, whoever brought it, or of what an earlier one left.
    private void Step()
    {
        _isAwake = false;
        List<(SimSession Session, Change Change, RoomId Room)> batch = [];
        while (batch.Count < BatchMax && _intake.TryDequeue(out var next))
        {
            batch.Add(next);
        }

        var rest = Store.Due;
        if (batch.Count == 0 && rest.Count == 0)
        {
            return;
        }

        using (var transaction = batch.Count > 0 ? _engine.Begin([.. batch.Select(one => OfferOf(one.Session, one.Change, one.Room))], NowMs) : _engine.Continue([], rest, [], NowMs))
        {
            Sim.Answer(transaction, Store);
            var fault = _world.NextFault();
            if (fault == CommitFault.Failed && _mutant != SimMutant.EffectsBeforeCommit)
            {
                // Nobody is answered, so it is offered again.
                Wake();
                return;
            }

            Deciding(this, transaction);
            if (fault != CommitFault.Failed)
            {
                Store.Commit(transaction.Decision, batch.Count > 0 ? [] : rest);
            }

            if (fault == CommitFault.AnswerLost)
            {
                transaction.Dispose();
                Restart();
                return;
            }

            transaction.Committed();
            transaction.Dispose();
            Tell(batch, transaction.Decision);
        }

        Wake();
    }

    private Offered OfferOf(SimSession session, Change change, RoomId room) => Offered.Of(new(
        change, room, _mutant == SimMutant.SenderNotAsked ? null : session.Person, Way.Live)
    { IsOfferedAgain = session.TakesAnswers });

    // Whoever may not be in a room any more is gone from it before anything else is told.
    private void Tell(List<(SimSession Session, Change Change, RoomId Room)> batch, Decision decision)
    {
        _rulings.Clear();
        Committed(decision);
        if (decision.Transitions.Any(transition => transition is Transition.MemberSet or Transition.DomainSet or Transition.NodeSet { NewRoot: not null }))
        {
            foreach (var session in _sessions.ToList())
            {
                session.Wanted.ToList().ForEach(room => Look(session, room));
            }
        }

        for (var i = 0; i < batch.Count; i++)
        {
            Answer(batch[i].Session, batch[i].Change, decision.Verdicts[i] switch
            {
                Verdict.Accepted => null,
                Verdict.Duplicate { Place.Seq: 0 } or Verdict.Held => PushState.Waits,
                Verdict.Duplicate => null,
                _ => PushState.Refused,
            });
        }

        foreach (var filed in decision.Transitions.OfType<Transition.Filed>())
        {
            var (change, home) = (filed.Offer.Change, filed.Home);
            var number = Store.Find(change.Hash)?.Number ?? 0;
            foreach (var session in _sessions.Where(session => session.Open.Contains(home)).ToList())
            {
                Show(session, home, peer => peer.OnLive(home, change, number));
            }
        }
    }

    private void Look(SimSession session, RoomId room)
    {
        var may = MayRead(room, session.Person);
        if (may && session.Open.Add(room))
        {
            session.Tell(peer => peer.OnOpen(room));
        }
        else if (!may && _mutant != SimMutant.RemovedAreServed && session.Open.Remove(room))
        {
            session.Tell(peer => peer.OnClosed(room));
        }
    }

    // Null: it is filed.
    private void Answer(SimSession session, Change change, PushState? state)
    {
        if (state is null)
        {
            if (!Store.Has(change.Hash))
            {
                throw new SimulationException($"{change.Hash} was confirmed and is not on the hub's disk");
            }

            Confirmed.Add(change.Hash);
        }

        session.Tell(peer => peer.OnAnswer(change.Hash, state));
    }

    // Nothing of a governed room leaves for somebody whom the rows on disk do not let in.
    private void Show(SimSession session, RoomId room, Action<SimPeer> frame)
    {
        if (Rule(room).Rule is RoomRule.Log(var domain) && Store.Members.Any(member => member.Key.Domain == domain)
            && Store.Members.GetValueOrDefault((domain, session.Person)).Role is null)
        {
            throw new SimulationException($"{session.Person} is shown {room} and has no member row there");
        }

        session.Tell(frame);
    }
}
