using Parley.Chat;
using Parley.Nodes;
using Parley.Rooms;
using Parley.Storage;

namespace Parley.Sync;

/// <summary>What a commit carries besides the changes themselves.</summary>
/// <param name="Own">They are own writes: they go into the outbox.</param>
/// <param name="FromHub">A hub has them: what the outbox still holds of them is settled.</param>
/// <param name="Alongside">Makes further statements of the same transaction (a cursor, a command's answer), under the writer's lock.</param>
internal readonly record struct CommitOptions(bool Own = false, bool FromHub = false, Func<IEnumerable<SqlStatement>>? Alongside = null);

/// <summary>Offered changes with their verdicts so far; null where the change verified and is still to be judged.</summary>
internal sealed record PreparedBatch(NodeVerdict?[] Verdicts, List<OfferedChange> Verified, HashSet<ChangeHash> Known);

/// <summary>
/// The one way into the store, for own writes, hub pages, live frames and imports alike: verify, judge, merge, place in the timeline,
/// and write everything in one transaction; then <see cref="AdvanceSignal"/> is raised.
/// </summary>
/// <remarks>One batch at a time is between its read and its commit; verifying the next one overlaps with that.</remarks>
internal sealed class ApplyPath(ISqlDriver driver, ChangeVerifier verifier, LamportClock clock, RoomBook rooms, Outbox outbox, HeldChanges held, AdvanceSignal advanced, TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    /// <summary>The replica's clock; used under <see cref="EnterAsync"/>.</summary>
    public LamportClock Clock => clock;

    /// <summary>The clock on the wall, ms.</summary>
    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

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
                verified.Add(new(change, offers[index].Room));
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
        var lamport = clock.Now;
        var batch = await JudgeAsync(changes, options.Own, cancellationToken).ConfigureAwait(false);
        var statements = CommitStatements.Of(batch, options.Own);
        statements.AddRange(FollowsOf(batch));
        statements.AddRange(options.Alongside?.Invoke() ?? []);
        if (options.FromHub && outbox.HoldsAny)
        {
            statements.Add(Outbox.Settle([.. known ?? [], .. changes.Select(c => c.Change.Hash)]));
        }

        if (statements.Count == 0 && clock.Now == lamport)
        {
            return batch.Verdicts;
        }

        statements.Add(clock.ToStatement());
        statements.Add(Outbox.Count);
        var answer = await driver.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
        outbox.Learn(answer[^1]);
        held.Learn(batch.NewlyHeld);
        if (batch.Rows.Count > 0)
        {
            advanced.Raise(Advance.Of(batch.Rows.Values.Select(row => (row.State.Id.Value, row.State.SchemaId, row.Room.Value))));
        }

        return batch.Verdicts;
    }

    /// <summary>Writes statements that are no changes (an acknowledgement, a cursor), and tells what they touched.</summary>
    public async Task<IReadOnlyList<SqlResult>> WriteAsync(
        IReadOnlyList<SqlStatement> statements, Func<IReadOnlyList<SqlResult>, Advance?> touched, CancellationToken cancellationToken)
    {
        using (await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            var answer = await driver.WriteAsync([.. statements, Outbox.Count], cancellationToken).ConfigureAwait(false);
            outbox.Learn(answer[^1]);
            if (touched(answer) is { } advance)
            {
                advanced.Raise(advance);
            }

            return answer;
        }
    }

    private async Task<ApplyBatch> JudgeAsync(IReadOnlyList<OfferedChange> changes, bool own, CancellationToken cancellationToken)
    {
        var snapshot = await ApplySnapshot.ReadAsync(driver, [.. changes.Select(c => c.Change)], cancellationToken).ConfigureAwait(false);
        var batch = new ApplyBatch(snapshot, clock, NowMs, own);
        batch.Judge(changes);
        if (batch.ToPlace.Count > 0)
        {
            await new TimelinePlacement(driver, snapshot, batch.Rows).PlaceAsync(batch.ToPlace, cancellationToken).ConfigureAwait(false);
            if (!own)
            {
                batch.MarkLate(room => rooms[room].CaughtUp);
            }
        }

        await held.BoundAsync(batch.NewlyHeld, cancellationToken).ConfigureAwait(false);
        return batch;
    }

    private async Task<HashSet<ChangeHash>> KnownAsync((ChangePlan? Plan, Refusal Why)[] plans, CancellationToken cancellationToken)
    {
        var hashes = ApplySnapshot.Hashes(plans.Select(p => p.Plan).OfType<ChangePlan>().Select(p => p.Change.Hash));
        var answer = await driver.ReadAsync([hashes], cancellationToken).ConfigureAwait(false);
        return [.. answer[0].Rows.Select(row => new ChangeHash((byte[])row[0]!))];
    }

    // Every channel that becomes known is followed, and everybody who wrote something is met: their profile's room is followed too.
    private IEnumerable<SqlStatement> FollowsOf(ApplyBatch batch)
    {
        var channels = batch.ToPlace.Where(c => Schemas.Is(c.SchemaId, Schemas.Channel)).Select(c => RoomNames.Channel(c.Node));
        var people = batch.Log.Select(l => l.Change.Author).Where(author => _met.Add(author.Value)).Select(RoomNames.Profile);
        return channels.Concat(people).Select(room => rooms.Follow(room.Value)).OfType<SqlStatement?>().Select(s => s!.Value);
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
