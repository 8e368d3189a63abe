using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>A change under judgement.</summary>
/// <param name="Offer">The change and who brought it.</param>
/// <param name="Index">Its place among the offers; −1 if it waited.</param>
/// <param name="Waited">The row as which it waits, whether it is offered again or was set free.</param>
internal sealed record Candidate(Offer Offer, int Index, WaitingRow? Waited = null)
{
    /// <summary>The change.</summary>
    public Change Change => Offer.Change;

    /// <summary>A change that waited and is judged anew.</summary>
    public static Candidate Of(WaitingRow row, bool isHub) =>
        new(new(row.Change, row.Room, isHub ? row.Payer : null, Way.Waited) { IsListed = row.IsListed, Number = row.Number }, -1, row);
}

/// <summary>
/// One transaction: asks until it knows enough, then decides. Sans I/O: the host answers <see cref="Needs"/>, commits the
/// <see cref="Decision"/>, and only then calls <see cref="Committed"/> and tells anybody.
/// </summary>
/// <remarks>Without <see cref="Committed"/>, <see cref="Dispose"/> forgets everything in memory that this transaction advanced.</remarks>
internal sealed class LedgerTransaction : IDisposable
{
    private readonly LedgerEngine _ledger;
    private readonly List<Verdict?> _verdicts = [];
    private readonly List<Transition> _transitions = [];
    private readonly LamportWindow? _clockBefore;
    private readonly bool _isDraft;
    private readonly Judge _judge;
    private readonly OperationPhase _operations;
    private IEnumerator<Needs>? _steps;
    private Needs _asked = new();
    private Decision? _decision;
    private bool _isClosing;
    private bool _waitsForTime;
    private bool _isCommitted;

    internal LedgerTransaction(LedgerEngine ledger, bool isDraft, long nowMs)
    {
        _ledger = ledger;
        _isDraft = isDraft;
        _clockBefore = ledger.Clock?.Clone();
        NowMs = nowMs;
        Facts = new(ledger.Logs, ledger.Generals);
        Waiting = new(this);
        _judge = Policy.IsHub ? new HubJudge(this) : new ReplicaJudge(this);
        _operations = new(this, _judge);
    }

    /// <summary>The clock on the wall, ms since the Unix epoch.</summary>
    public long NowMs { get; }

    /// <summary>What is known so far.</summary>
    public Facts Facts { get; }

    /// <summary>The ledger's policy.</summary>
    public LedgerPolicy Policy => _ledger.Policy;

    /// <summary>The ledger's membership logs.</summary>
    public LogCache Logs => _ledger.Logs;

    /// <summary>The ledger's window of time; a hub has none.</summary>
    public LamportWindow? Clock => _ledger.Clock;

    /// <summary>What knocks at doors may take.</summary>
    public IKnocks Knocks => _ledger.Knocks;

    /// <summary>What waits.</summary>
    public WaitingRoom Waiting { get; }

    /// <summary>What was set free beyond what one transaction takes.</summary>
    public Dictionary<ChangeHash, WaitingRow> Rest { get; } = [];

    /// <summary>One verdict an offer so far; null for one that is not decided yet.</summary>
    public IReadOnlyList<Verdict?> Verdicts => _verdicts;

    /// <summary>What it comes to. Throws <see cref="InvalidOperationException"/> before everything is decided.</summary>
    public Decision Decision => _decision ?? throw new InvalidOperationException("The transaction has not decided yet.");

    /// <summary>
    /// Of a transaction that drafts: judges these own changes now, so that the next can be drafted on what they come to. Ask
    /// <see cref="Next"/> until it returns null.
    /// </summary>
    public void Append(IReadOnlyList<Offered> offers)
    {
        if (!_isDraft || _steps is not null || _isClosing)
        {
            throw new InvalidOperationException("Only a transaction that drafts takes more, and one batch after the other.");
        }

        Begin(offers, [], [], []);
    }

    /// <summary>Of a transaction that drafts: nothing more comes. Ask <see cref="Next"/> until it returns null.</summary>
    public void Close()
    {
        if (!_isDraft || _steps is not null || _isClosing)
        {
            throw new InvalidOperationException("Only a transaction that drafts is closed, once.");
        }

        BeginClosing();
    }

    /// <summary>What the host has to find out next; null once everything is decided (of a draft: once everything so far is).</summary>
    public Needs? Next()
    {
        while (_steps is not null)
        {
            if (_steps.MoveNext())
            {
                return _asked = _steps.Current;
            }

            _steps.Dispose();
            _steps = null;
            if (_isClosing)
            {
                _decision = new([.. _verdicts.Select(verdict => verdict ?? throw new InvalidOperationException("An offer has no verdict."))], _transitions,
                    [.. Rest.Values.Where(row => Facts.IsWaiting(row))], _waitsForTime);
            }
            else if (!_isDraft)
            {
                BeginClosing();
            }
        }

        return null;
    }

    /// <summary>Takes the answers to what <see cref="Next"/> or <see cref="Wanted"/> asked.</summary>
    public void Learn(Known known) => Facts.Learn(_asked, known);

    /// <summary>What governs a room; null if the host has to find out first what <see cref="Wanted"/> says.</summary>
    public Ruling? RulingOf(RoomId room) => RulingBy(RuleOf(room), room);

    /// <summary>What governs the home of the node that a change would make; null if something has to be asked first.</summary>
    /// <remarks>A thread's own room has no rule before the thread is here: its first change says what it hangs on.</remarks>
    internal Ruling? RulingOfRoot(Change root)
    {
        var home = NodeFold.HomeOf(root);
        return ChangeShape.ThreadTargetOf(root) is { } target && home == RoomNames.Channel(root.Node)
            ? RulingBy(_ledger.Rules.OfThread(root.Node, target, root.Properties["members"], Facts), home)
            : RulingOf(home);
    }

    private Ruling? RulingBy(RoomRule? rule, RoomId room)
    {
        var mayTurn = RoomNames.SubjectOfChannelRoom(room.Value) is { } channel && RoomNames.IsThread(channel);
        return rule is null ? null
            : rule is not RoomRule.Log log ? new(rule, null, mayTurn)
            : Facts.TryLog(log.Domain, out var found) ? new(rule, found, mayTurn)
            : null;
    }

    /// <summary>What was looked up in vain since the last answer; null if nothing was.</summary>
    public Needs? Wanted() => Facts.HasNeeds ? _asked = Facts.TakeNeeds() : null;

    /// <summary>The decision is on disk.</summary>
    public void Committed()
    {
        _isCommitted = true;
        _ledger.Logs.Keep();
    }

    /// <summary>Ends the transaction.</summary>
    public void Dispose()
    {
        _steps?.Dispose();
        _ledger.Ended(_isCommitted ? null : _clockBefore, _isCommitted);
    }

    internal void Begin(
        IReadOnlyList<Offered> offers, IReadOnlyCollection<WaitKey> due, IReadOnlyCollection<WaitingRow> rest, IReadOnlyCollection<NodeId> anew)
    {
        var first = _verdicts.Count;
        _verdicts.AddRange(offers.Select(one => one.Refused));
        List<Candidate> candidates =
            [.. Enumerable.Range(0, offers.Count).Where(i => offers[i].Offer is not null).Select(i => new Candidate(offers[i].Offer!, first + i))];
        foreach (var row in rest)
        {
            if (candidates.Count < Policy.Limits.ReleasedMax)
            {
                candidates.Add(Candidate.Of(row, Policy.IsHub));
            }
            else
            {
                Rest[row.Change.Hash] = row;
            }
        }

        _steps = Run(candidates, due, anew).GetEnumerator();
    }

    /// <summary>Gives the verdict on an offer; nothing for what waited.</summary>
    internal void Settle(Candidate candidate, Verdict verdict)
    {
        if (candidate.Index >= 0)
        {
            _verdicts[candidate.Index] = verdict;
        }
    }

    /// <summary>Refuses a change: it waits no longer and leaves no trace.</summary>
    internal void Refuse(Candidate candidate, Verdict.Refused verdict)
    {
        Waiting.End(candidate, WaitEnd.Refused);
        Settle(candidate, verdict);
    }

    /// <summary>Files a change in its home; the verdict is the caller's.</summary>
    internal void File(Candidate candidate, RoomId home, bool isOperation = false)
    {
        Waiting.End(candidate, WaitEnd.Filed);
        Facts.File(candidate.Change, home, Policy.IsHub ? candidate.Offer.WireIn(home).Length : 0);
        Add(new Transition.Filed(candidate.Offer, home, isOperation));
        if (Policy.IsHub && (candidate.Offer.IsListed || (candidate.Offer.Room is { } room && room != home)))
        {
            Add(new Transition.Listed(candidate.Offer, RoomNames.Author(candidate.Change.Author), home));
        }
    }

    /// <summary>Notes a transition.</summary>
    internal void Add(Transition transition) => _transitions.Add(transition);

    /// <summary>A thread hangs on this node, which may not be here.</summary>
    internal void AwaitTarget(NodeId target) => _ledger.AwaitTarget(target);

    /// <summary>True if a thread is known to hang on this node.</summary>
    internal bool IsAwaitedTarget(NodeId node) => _ledger.IsAwaitedTarget(node);

    /// <summary>The rule of a room; null if something has to be asked first.</summary>
    internal RoomRule? RuleOf(RoomId room) => _ledger.Rules.Of(room.Value, Facts);

    /// <summary>The rule over a node; null if something has to be asked first.</summary>
    internal RoomRule? RuleOver(NodeId node) => _ledger.Rules.OfNode(node, Facts);

    /// <summary>A node or access scope is not what it was. Returns the rooms that had another rule.</summary>
    internal IReadOnlyList<(string Room, RoomRule Was)> ForgetRules(NodeId key) => _ledger.Rules.Forget(key);

    private void BeginClosing()
    {
        _isClosing = true;
        _operations.Tell();
        _steps = Waiting.Close().GetEnumerator();
    }

    private IEnumerable<Needs> Run(List<Candidate> candidates, IReadOnlyCollection<WaitKey> due, IReadOnlyCollection<NodeId> anew)
    {
        if (due.Contains(WaitKey.Future))
        {
            Facts.Needs.Future = new(Clock!.Highest, NowMs + LamportWindow.WallTimeLeadMsMax, Policy.Limits.ReleasedMax);
            yield return Facts.TakeNeeds();
            candidates.AddRange(TakeFuture());
        }

        candidates.ForEach(LookAt);
        if (Facts.HasNeeds)
        {
            yield return Facts.TakeNeeds();
        }

        var open = TakeNew(candidates);
        foreach (var key in due)
        {
            _judge.Release(key);
        }

        foreach (var channel in anew)
        {
            _judge.Opened(channel);
        }

        List<WaitKey> missed = [.. due.Where(key => key.Kind == WaitKind.Operation)];
        missed.ForEach(key => Facts.TryWaiting(key, out _));
        if (Facts.HasNeeds)
        {
            yield return Facts.TakeNeeds();
        }

        open.AddRange(missed.SelectMany(WaitingOperations));
        List<NodeId> domains = [.. due.Where(key => key.Kind == WaitKind.Domain).Select(key => key.Id)];
        foreach (var needs in _operations.Run(open.FindAll(candidate => candidate.Offer.Shape.IsOperation), domains))
        {
            yield return needs;
        }

        foreach (var needs in _judge.Run(open.FindAll(candidate => !candidate.Offer.Shape.IsOperation)))
        {
            yield return needs;
        }
    }

    private IEnumerable<Candidate> WaitingOperations(WaitKey key) => Facts.TryWaiting(key, out var rows)
        ? rows.Where(row => row.IsOperation).Select(row => Candidate.Of(row, Policy.IsHub))
        : [];

    // Everything that nearly every offer is asked about, in one round.
    private void LookAt(Candidate candidate)
    {
        var change = candidate.Change;
        Facts.TryChange(change.Hash, out _);
        Facts.TryNode(change.Node, out _);
        Facts.TryWaiting(WaitKey.Node(change.Node), out _);
        if (Schemas.Is(change.SchemaId, Schemas.Channel))
        {
            Facts.TryWaiting(WaitKey.Domain(change.Node), out _);
        }

        if (candidate.Offer.Shape.OperationOf is { } scope)
        {
            Facts.TryLog(scope, out _);
            Facts.TryWaiting(WaitKey.Domain(scope), out _);
        }

        if (Policy.IsHub)
        {
            Facts.TryUsage(change.Author, out _);
            if (candidate.Offer.Shape.IsOperation)
            {
                Facts.TryWaiting(WaitKey.Operation(change.Hash), out _);
            }
        }
    }

    // Where nothing has come into the window, the window creeps.
    private IEnumerable<Candidate> TakeFuture()
    {
        var future = Facts.Future!;
        if (future is { Rows.Count: 0, LamportMin: { } lowest })
        {
            Clock!.Creep(lowest);
        }

        _waitsForTime = future.Any;
        return future.Rows.Select(row => Candidate.Of(row, isHub: false));
    }

    // Duplicates, quotas and times: what is left is judged. In the order of Lamport times, so that an honest history carries the window along.
    private List<Candidate> TakeNew(List<Candidate> candidates)
    {
        List<Candidate> open = [];
        var seen = new HashSet<ChangeHash>();
        var coming = new Dictionary<PersonId, Usage>();
        foreach (var candidate in Policy.IsHub ? candidates : [.. candidates.OrderBy(candidate => candidate.Change.Lamport)])
        {
            Facts.TryChange(candidate.Change.Hash, out var known);
            if (!Policy.IsHub && !seen.Add(candidate.Change.Hash))
            {
                Settle(candidate, new Verdict.Duplicate(known?.Place ?? default));
            }
            else if (known is { } here && (here.Waiting is null || (Policy.IsHub && candidate.Waited is null)))
            {
                Settle(candidate, new Verdict.Duplicate(here.Place));
            }
            else if (Policy.IsHub && IsOverQuota(candidate, coming))
            {
                Refuse(candidate, new(Refusal.Quota, null, "The author's storage on this hub is used up.", IsFinal: false));
            }
            else if (Clock is { } clock && candidate.Offer.Way != Way.Own && !clock.Allows(candidate.Change.Lamport, candidate.Change.WallTime, NowMs))
            {
                Waiting.Hold(candidate with { Waited = known?.Waiting }, WaitKey.Future, HoldReason.Future);
            }
            else
            {
                Clock?.See(candidate.Change.Lamport);
                open.Add(candidate with { Waited = known?.Waiting });
            }
        }

        return open;
    }

    private bool IsOverQuota(Candidate candidate, Dictionary<PersonId, Usage> coming)
    {
        var author = candidate.Change.Author;
        Facts.TryUsage(author, out var usage);
        var before = coming.GetValueOrDefault(author);
        var bytes = before.Bytes + candidate.Offer.WireIn(candidate.Offer.Shape.OwnHome ?? candidate.Offer.Room ?? RoomNames.Author(author)).Length;
        if (usage.Bytes + bytes > Policy.Limits.AuthorBytesMax || usage.Changes + before.Changes >= Policy.Limits.AuthorChangesMax)
        {
            return true;
        }

        coming[author] = new(bytes, before.Changes + 1);
        return false;
    }
}
