using Parley.Ledger;
using Parley.Live;
using Parley.Nodes;

namespace Parley.Replica;

// What is judged when nothing else is to be done: what has come into the window, and what earlier transactions left.
internal sealed partial class ReplicaLedger
{
    private readonly Bell _due = new();
    private List<WaitingRow> _rest = [];

    // True at the start: the last run may have left some.
    private volatile bool _waitsForTime = true;

    /// <summary>
    /// Looks after what waits for its time, once in each <see cref="LamportWindow.CreepMs"/> while anything does, and after what was left,
    /// until cancelled.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ContinueAsync(cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            if (_waitsForTime)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(LamportWindow.CreepMs), _parts.Time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _due.WaitAsync(null, _parts.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Judges what came due. True if there is more to be judged now.</summary>
    internal async Task<bool> ContinueAsync(CancellationToken cancellationToken)
    {
        using var entered = await EnterAsync(cancellationToken).ConfigureAwait(false);
        var (rest, waitsForTime) = (_rest, _waitsForTime);
        if (rest.Count == 0 && !waitsForTime)
        {
            return false;
        }

        using var turn = await BeginAsync(() => _engine.Continue([WaitKey.Future], rest, [], NowMs), cancellationToken).ConfigureAwait(false);
        await turn.RunAsync(null, cancellationToken).ConfigureAwait(false);
        var decision = turn.Transaction.Decision;
        (_rest, _waitsForTime) = ([], decision.WaitsForTime);
        try
        {
            await CommitAsync(turn, new(Alongside: rest.Count == 0 ? [] : [LedgerStatements.NothingDue]), [], isOwn: false, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            (_rest, _waitsForTime) = (rest, waitsForTime);
            throw;
        }

        return _rest.Count > 0 || (decision.WaitsForTime && decision.Transitions.Any(one => one is Transition.Ended));
    }

    private void Learn(Decision decision)
    {
        foreach (var set in decision.Transitions.OfType<Transition.DomainSet>())
        {
            Logs.Learn(set);
        }

        // What came too early and was dropped is due as well once its time has come.
        if (decision.Transitions.Any(one => one is Transition.Waits { Row.Why: HoldReason.Future } or Transition.Reread { Dropped.Why: HoldReason.Future }))
        {
            _waitsForTime = true;
            _due.Ring();
        }

        if (decision.Rest.Count > 0)
        {
            _rest = [.. _rest, .. decision.Rest];
            _due.Ring();
        }
    }
}
