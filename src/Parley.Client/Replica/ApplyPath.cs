using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;
using Parley.Views;

namespace Parley.Replica;

/// <summary>What a commit carries besides the changes themselves.</summary>
/// <param name="Own">They are own writes: they go into the outbox.</param>
/// <param name="FromHub">A hub has them: what the outbox still holds of them is settled.</param>
/// <param name="Alongside">Makes further statements of the same transaction (a command's answer), under the writer's lock.</param>
/// <param name="Effects">What own operations came to that the logs have taken in already.</param>
/// <param name="Read">How far rooms are read with it.</param>
/// <param name="PassBegun">It begins to read again what was dropped.</param>
/// <param name="Pass">It ends a page that reads again what was dropped.</param>
internal readonly record struct CommitOptions(
    bool Own = false, bool FromHub = false, Func<IEnumerable<SqlStatement>>? Alongside = null, MembershipEffects? Effects = null,
    IReadOnlyCollection<RoomReading>? Read = null, PassBegun? PassBegun = null, PassPage? Pass = null);

/// <summary>Offered changes with their verdicts so far; null where the change verified and is still to be judged.</summary>
internal sealed record PreparedBatch(NodeVerdict?[] Verdicts, List<OfferedChange> Verified, HashSet<ChangeHash> Known);

/// <summary>
/// The one way into the store, for own writes, hub pages, live frames and imports alike: verify, judge, merge, place in the timeline,
/// and write everything in one transaction; then <see cref="AdvanceSignal"/> is raised.
/// </summary>
/// <remarks>One batch at a time is between its read and its commit; verifying the next one overlaps with that.</remarks>
internal sealed partial class ApplyPath(
    ISqlDriver driver, ChangeVerifier verifier, LamportClock clock, RoomBook rooms, MembershipBook memberships, Outbox outbox, HeldChanges held,
    AdvanceSignal advanced, TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    /// <summary>The replica's clock; used under <see cref="EnterAsync"/>.</summary>
    public LamportClock Clock => clock;

    /// <summary>The replica's membership logs; used under <see cref="EnterAsync"/>.</summary>
    public MembershipBook Memberships => memberships;

    /// <summary>The clock on the wall, ms.</summary>
    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The highest wall time that is believed now, ms.</summary>
    public long LatestWallMs => NowMs + LamportClock.WallTimeLeadMsMax;

    /// <summary>Takes the writer's turn; disposing gives it back.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_writer);
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>Verifies and applies what somebody else offered. One verdict per offer.</summary>
    public async Task<NodeVerdict[]> ReceiveAsync(IReadOnlyList<WireOffer> offers, CommitOptions options, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(offers, cancellationToken).ConfigureAwait(false);
        return await CommitAsync(prepared, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first half of <see cref="ReceiveAsync"/>: shape, hash and signature. May overlap with the commit of another batch.</summary>
    public async Task<PreparedBatch> PrepareAsync(IReadOnlyList<WireOffer> offers, CancellationToken cancellationToken)
    {
        var verdicts = new NodeVerdict?[offers.Count];
        var plans = await ChangeVerifier.PlanAsync(offers).ConfigureAwait(false);
        var known = await KnownAsync(plans, cancellationToken).ConfigureAwait(false);
        List<int> open = [];
        for (var i = 0; i < plans.Length; i++)
        {
            if (plans[i].Plan is not { } plan)
            {
                verdicts[i] = new NodeVerdict.Refused(plans[i].Why);
            }
            else if (known.Contains(plan.Change.Hash))
            {
                verdicts[i] = NodeVerdict.AlreadyHere;
            }
            else
            {
                open.Add(i);
            }
        }

        var holds = await verifier.VerifyAsync(open.ConvertAll(i => plans[i].Plan!), cancellationToken).ConfigureAwait(false);
        List<OfferedChange> verified = [];
        for (var v = 0; v < open.Count; v++)
        {
            var index = open[v];
            if (ChangeVerification.Apply(plans[index].Plan!, holds[v]) is { } change)
            {
                verified.Add(new(change, offers[index].Room, offers[index].Number));
            }
            else
            {
                verdicts[index] = new NodeVerdict.Refused(Refusal.Signature);
            }
        }

        return new(verdicts, verified, known);
    }

    /// <summary>The second half of <see cref="ReceiveAsync"/>.</summary>
    public async Task<NodeVerdict[]> CommitAsync(PreparedBatch prepared, CommitOptions options, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        var judged = await CommitAsync(prepared.Verified, options, prepared.Known, cancellationToken).ConfigureAwait(false);
        var next = 0;
        return [.. prepared.Verdicts.Select(verdict => verdict ?? judged[next++])];
    }

    /// <summary>
    /// Judges, merges and writes verified changes; <c>known</c> are those that were offered too and are in the log already.
    /// Only with the writer's turn.
    /// </summary>
    public async Task<NodeVerdict[]> CommitAsync(
        IReadOnlyList<OfferedChange> changes, CommitOptions options, IReadOnlyCollection<ChangeHash>? known, CancellationToken cancellationToken)
    {
        await memberships.RefreshAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await CommitAsync(changes, [], options, known, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // They may have gone ahead of a disk that did not follow.
            memberships.Invalidate();
            throw;
        }
    }

    private async Task<NodeVerdict[]> CommitAsync(
        IReadOnlyList<OfferedChange> changes, IReadOnlyList<string> again, CommitOptions options, IReadOnlyCollection<ChangeHash>? known,
        CancellationToken cancellationToken)
    {
        var lamport = clock.Now;
        var carriers = CarriersIn(changes, options.Own);
        var effects = options.Effects ?? (carriers is null ? null : new());
        if (carriers is not null)
        {
            await memberships.ArriveAsync(carriers, effects!, cancellationToken).ConfigureAwait(false);
        }

        var ordinary = carriers is null ? changes : [.. changes.Except(carriers)];
        var batch = await JudgeAsync(ordinary, again, effects, options.Own, cancellationToken).ConfigureAwait(false);
        var regoverned = LearnChannels(batch);
        var statements = effects is null ? [] : StatementsOf(effects, carriers, options);
        statements.AddRange(CommitStatements.Of(batch, options.Own ? memberships.Me : null));
        statements.AddRange(FollowsOf(batch));
        var blocks = TouchesBlocks(batch);
        statements.AddRange(blocks ? CommitStatements.Blocks(memberships.Me) : []);
        statements.AddRange(options.Alongside?.Invoke() ?? []);
        var moved = MovedBy(batch, effects, regoverned);
        var progress = ProgressOf(batch, effects, moved, options);
        statements.AddRange(progress.Statements);
        statements.AddRange(FollowsOf(effects, options.FromHub));
        if (options.FromHub && outbox.HoldsAny)
        {
            statements.AddRange(Outbox.Settle([.. known ?? [], .. changes.Select(c => c.Change.Hash)]));
        }

        var offeredAgain = RoomsToOfferAgain(effects);
        statements.AddRange(offeredAgain.Count > 0 ? [Outbox.OfferAgain(offeredAgain)] : []);

        if (statements.Count > 0 || clock.Now != lamport)
        {
            statements.Add(clock.ToStatement());
            statements.Add(Outbox.Count);
            var answer = await driver.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
            progress.Learn();
            outbox.Learn(answer[^1]);
            outbox.Resume(offeredAgain);
            held.Learn(batch.NewlyHeld, batch.Dropped);
            Tell(batch, effects, blocks);
        }

        if (regoverned is not null)
        {
            await SettleChannelsAsync(regoverned, cancellationToken).ConfigureAwait(false);
        }

        return carriers is not null ? InOrder(changes, batch.Verdicts, effects!)
            : batch.Verdicts.Length == changes.Count ? batch.Verdicts
            : batch.Verdicts[..changes.Count];
    }

    /// <summary>Writes statements that are no changes (an acknowledgement), and how far a room is read with them; tells what they touched.</summary>
    public async Task<IReadOnlyList<SqlResult>> WriteAsync(
        IReadOnlyList<SqlStatement> statements, Func<IReadOnlyList<SqlResult>, Advance?> touched, CancellationToken cancellationToken,
        RoomReading? read = null)
    {
        using (await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            var reading = read is { } one && rooms.IsCurrent(one) ? read : null;
            var answer = await driver.WriteAsync(
                [.. statements, .. reading is { } kept ? [RoomBook.Write(kept)] : Array.Empty<SqlStatement>(), Outbox.Count], cancellationToken).ConfigureAwait(false);
            if (reading is { } learnt)
            {
                rooms.Learn(learnt);
            }

            outbox.Learn(answer[^1]);
            if (touched(answer) is { } advance)
            {
                advanced.Raise(advance);
            }

            return answer;
        }
    }

    private async Task<ApplyBatch> JudgeAsync(
        IReadOnlyList<OfferedChange> changes, IReadOnlyList<string> again, MembershipEffects? effects, bool own, CancellationToken cancellationToken)
    {
        if (effects is { Touched.Count: > 0 })
        {
            var due = await DueAsync(effects, cancellationToken).ConfigureAwait(false);
            (changes, again) = ([.. changes, .. due.Released], [.. again, .. due.Nodes]);
        }

        var snapshot = await ApplySnapshot.ReadAsync(driver, [.. changes.Select(c => c.Change)], again, cancellationToken).ConfigureAwait(false);
        var batch = new ApplyBatch(snapshot, clock, memberships, NowMs, own);
        batch.Judge(changes, again);
        if (batch.ToPlace.Count > 0)
        {
            await new TimelinePlacement(driver, snapshot, batch.Rows).PlaceAsync(batch.ToPlace, cancellationToken).ConfigureAwait(false);
            if (!own)
            {
                batch.MarkLate(room => rooms[room].CaughtUp);
            }
        }

        batch.Dropped.AddRange(await held.BoundAsync(batch.NewlyHeld, batch.Released, cancellationToken).ConfigureAwait(false));
        return batch;
    }

    private async Task<HashSet<ChangeHash>> KnownAsync((ChangePlan? Plan, Refusal Why)[] plans, CancellationToken cancellationToken)
    {
        var hashes = ApplySnapshot.Hashes(plans.Select(p => p.Plan).OfType<ChangePlan>().Select(p => p.Change.Hash));
        var answer = await driver.ReadAsync([hashes], cancellationToken).ConfigureAwait(false);
        return [.. answer[0].Rows.Select(row => new ChangeHash((byte[])row[0]!))];
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
