using Parley.Identity;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;
using Parley.Views;

namespace Parley.Replica;

/// <summary>What the ledger of a replica works with.</summary>
internal sealed record LedgerParts(
    ISqlDriver Store, ISignatures Signatures, LamportWindow Clock, RoomBook Rooms, Outbox Outbox, AdvanceSignal Advanced, TimeProvider Time);

/// <summary>
/// The one way into the store, for own writes, hub pages, live frames and imports alike. The ledger asks and decides; this answers out of the
/// store, writes the decision in one transaction, and only then lets anybody know.
/// </summary>
/// <remarks>
/// One transaction at a time, under the writer's turn (<see cref="EnterAsync"/>); verifying the next batch overlaps with it. A write that
/// fails leaves no trace in memory.
/// </remarks>
internal sealed partial class ReplicaLedger : IDisposable
{
    private readonly LedgerParts _parts;
    private readonly OfferIntake _intake;
    private readonly LedgerEngine _engine;
    private readonly LedgerFollows _follows;
    private readonly LedgerProgress _progress;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private long _lamportKept;
    private bool _isStale;

    public ReplicaLedger(LedgerParts parts, PersonId me)
    {
        _parts = parts;
        Me = me;
        _intake = new(parts.Store, parts.Signatures);
        _engine = new(LedgerPolicy.Replica(me), parts.Clock);
        _follows = new(parts.Store, parts.Rooms, me);
        _progress = new(parts.Store, parts.Rooms, parts.Outbox, parts.Time);
        _lamportKept = parts.Clock.Now;
        Logs = new(parts.Store, _engine.Logs);
    }

    /// <summary>Whose replica it is.</summary>
    public PersonId Me { get; }

    /// <summary>The membership logs; with the writer's turn, after <see cref="RefreshAsync"/>.</summary>
    public LedgerLogs Logs { get; }

    /// <summary>The replica's clock; with the writer's turn.</summary>
    public LamportWindow Clock => _parts.Clock;

    /// <summary>The clock on the wall, ms since the Unix epoch.</summary>
    public long NowMs => _parts.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Called with the access scopes whose membership a commit changed.</summary>
    public Action<IReadOnlyCollection<NodeId>>? MembershipsChanged { get; set; }

    /// <summary>The rule of a room if it is remembered; at any time.</summary>
    public RoomRule? FindRule(RoomId room) => _engine.Rules.Find(room.Value);

    /// <summary>Takes the writer's turn; disposing gives it back.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new WritersTurn(_writer);
    }

    /// <summary>Shape, hash and signature of what others offered: the first half of <see cref="ReceiveAsync"/>. May overlap with the commit of another batch.</summary>
    public Task<VerifiedBatch> VerifyAsync(IReadOnlyList<WireOffer> offers, CancellationToken cancellationToken) => _intake.VerifyAsync(offers, cancellationToken);

    /// <summary>Verifies, judges and writes what others offered. One verdict an offer.</summary>
    public async Task<IReadOnlyList<Verdict>> ReceiveAsync(IReadOnlyList<WireOffer> offers, CommitOptions options, CancellationToken cancellationToken) =>
        await CommitAsync(await VerifyAsync(offers, cancellationToken).ConfigureAwait(false), options, cancellationToken).ConfigureAwait(false);

    /// <summary>The second half of <see cref="ReceiveAsync"/>.</summary>
    public async Task<IReadOnlyList<Verdict>> CommitAsync(VerifiedBatch batch, CommitOptions options, CancellationToken cancellationToken)
    {
        using var entered = await EnterAsync(cancellationToken).ConfigureAwait(false);
        List<Offered> open = [.. batch.Offers.Where(one => one.Offer is { } offer && !batch.Known.Contains(offer.Change.Hash))];
        using var turn = await BeginAsync(() => _engine.Begin(open, NowMs), cancellationToken).ConfigureAwait(false);
        var creates = open.Select(one => one.Offer!.Change).Where(static change => change.Fields.Parent is null && change.SchemaId is not null);
        await turn.RunAsync(questions => turn.Reads.Timeline.Ask(creates, questions), cancellationToken).ConfigureAwait(false);
        await CommitAsync(turn, options, [.. batch.Hashes], isOwn: false, cancellationToken).ConfigureAwait(false);
        var judged = new Queue<Verdict>(turn.Transaction.Decision.Verdicts);
        return [.. batch.Offers.Select(one => one.Refused ?? (batch.Known.Contains(one.Hash!.Value) ? new Verdict.Duplicate(default) : judged.Dequeue()))];
    }

    /// <summary>Begins own writes, drafted one on the other; <see cref="CommitOwnAsync"/> writes them. With the writer's turn.</summary>
    public ValueTask<LedgerTurn> DraftAsync(CancellationToken cancellationToken) => BeginAsync(() => _engine.Draft(NowMs), cancellationToken);

    /// <summary>Writes what was drafted.</summary>
    public async Task CommitOwnAsync(LedgerTurn turn, CommitOptions options, CancellationToken cancellationToken)
    {
        turn.Transaction.Close();
        await turn.RunAsync(null, cancellationToken).ConfigureAwait(false);
        await CommitAsync(turn, options, [], isOwn: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes statements that are no changes (an acknowledgement), and how far a room is read with them; tells what they touched.</summary>
    public async Task<IReadOnlyList<SqlResult>> WriteAsync(
        IReadOnlyList<SqlStatement> statements, Func<IReadOnlyList<SqlResult>, Advance?> touched, CancellationToken cancellationToken, RoomReading? read = null)
    {
        using var entered = await EnterAsync(cancellationToken).ConfigureAwait(false);
        var reading = read is { } one && _parts.Rooms.IsCurrent(one) ? read : null;
        var answer = await _parts.Store.WriteAsync(
            [.. statements, .. reading is { } kept ? [RoomBook.Write(kept)] : Array.Empty<SqlStatement>(), Outbox.Count], cancellationToken).ConfigureAwait(false);
        if (reading is { } learnt)
        {
            _parts.Rooms.Learn(learnt);
        }

        _parts.Outbox.Learn(answer[^1]);
        if (touched(answer) is { } advance)
        {
            _parts.Advanced.Raise(advance);
        }

        return answer;
    }

    /// <summary>Follows rooms, save those that this person may not read: what was left stays left, whoever opens it.</summary>
    public async Task FollowAsync(IReadOnlyCollection<RoomId> wanted, CancellationToken cancellationToken)
    {
        using var entered = await EnterAsync(cancellationToken).ConfigureAwait(false);
        using var turn = await DraftAsync(cancellationToken).ConfigureAwait(false);
        await FollowAsync(await _follows.OfWantedAsync(turn, wanted, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        turn.Committed();
    }

    /// <summary>Follows a scope's room once, though this person is not known to be in it.</summary>
    public async Task ExpectAsync(NodeId domain, CancellationToken cancellationToken)
    {
        using var entered = await EnterAsync(cancellationToken).ConfigureAwait(false);
        var follow = new FollowPlan();
        follow.Want(RoomNames.OfMessages(domain));
        await FollowAsync(follow.Against(_parts.Rooms, []), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads again the logs that an abandoned transaction had advanced: before anybody looks at <see cref="Logs"/>. With the writer's turn.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        if (_isStale)
        {
            await Logs.RefreshAsync(cancellationToken).ConfigureAwait(false);
            _isStale = false;
        }
    }

    public void Dispose() => _writer.Dispose();

    private async ValueTask<LedgerTurn> BeginAsync(Func<LedgerTransaction> begin, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return new(_engine, begin(), new(_parts.Store, _parts.Signatures, Logs, _parts.Rooms), Logs, () => _isStale = true);
    }

    private async Task CommitAsync(
        LedgerTurn turn, CommitOptions options, IReadOnlyCollection<ChangeHash> atHub, bool isOwn, CancellationToken cancellationToken)
    {
        var decision = turn.Transaction.Decision;
        var nodes = turn.Nodes();
        var rows = await PlaceAsync(turn, nodes, isOwn, cancellationToken).ConfigureAwait(false);
        var follows = await _follows.OfAsync(turn, nodes, options.FromHub, cancellationToken).ConfigureAwait(false);
        var progress = await _progress.OfAsync(turn, nodes, options, cancellationToken).ConfigureAwait(false);
        var touchesBlocks = nodes.Any(node => Schemas.Is(node.After.Root.SchemaId, Schemas.Block) && node.After.Root.Author == Me);
        List<SqlStatement> statements =
        [
            .. LedgerStatements.Of(decision),

            // In timeline order, so that what becomes visible together is numbered as it is read.
            .. rows.Values.OrderBy(row => row.Position).Select(row => row.ToUpsert()),
            .. LedgerStatements.Shown(
                [.. nodes.Where(node => node.IsShownAgain).Select(node => rows[node.After.Id]).OrderBy(row => row.Position).Select(row => row.State.Id)]),
            .. touchesBlocks ? LedgerStatements.Blocks(Me) : [],
            .. options.Alongside ?? [],
            .. progress.Statements(),
            .. follows.Statements(),
            .. options.FromHub && _parts.Outbox.HoldsAny ? Outbox.Settle(atHub) : [],
        ];
        if (statements.Count > 0 || Clock.Now != _lamportKept)
        {
            statements.Add(LamportRow.Keep(Clock.Now));
            statements.Add(Outbox.Count);
            var answer = await _parts.Store.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
            _parts.Outbox.Learn(answer[^1]);
        }

        turn.Committed();
        _lamportKept = Clock.Now;
        Learn(decision);
        _progress.Learn(progress);
        _follows.Learn(follows);
        Tell(decision, rows, touchesBlocks);
    }

    private async Task FollowAsync(FollowPlan.Carried follows, CancellationToken cancellationToken)
    {
        List<SqlStatement> statements = [.. follows.Statements()];
        if (statements.Count > 0)
        {
            await _parts.Store.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
        }

        _follows.Learn(follows);
    }

    private void Tell(Decision decision, Dictionary<NodeId, NodeRow> rows, bool everything)
    {
        List<NodeId> domains = [.. decision.Transitions.OfType<Transition.DomainSet>().Select(set => set.Domain)];
        if (domains.Count > 0)
        {
            MembershipsChanged?.Invoke(domains);
        }

        if (everything)
        {
            _parts.Advanced.Raise(Advance.Everything);
        }
        else if (rows.Count + domains.Count > 0)
        {
            _parts.Advanced.Raise(Advance.Of(rows.Values.Select(row => (row.State.Id.Value, row.State.SchemaId, row.Room.Value))
                .Concat(domains.Select(domain => (domain.Value, Advance.MembershipSchema, RoomNames.OfMessages(domain).Value)))));
        }
    }

    private sealed class WritersTurn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
