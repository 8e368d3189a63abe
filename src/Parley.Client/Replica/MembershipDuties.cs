using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Live;

namespace Parley.Replica;

/// <summary>
/// What an admin's client does by itself: it expels from a private channel whom the space has lost, and ends invites that ran out or are
/// used up, after a random time so that not all admins' clients do it at once (docs/access.md, invites).
/// </summary>
internal sealed class MembershipDuties(ReplicaLedger ledger, NodeWriter writer, TimeProvider time, RandomBytes random)
{
    private const int SweepDelayMsMax = 30_000;

    // A timer takes no longer times; what is further ahead is looked at again.
    private static readonly TimeSpan LookMax = TimeSpan.FromDays(1);

    private readonly Bell _changed = new();
    private readonly Dictionary<NodeId, long> _sweepsAt = [];

    /// <summary>Memberships changed.</summary>
    public void Ring() => _changed.Ring();

    /// <summary>Does what is due, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await LookAsync(cancellationToken).ConfigureAwait(false);
            await _changed.WaitAsync(next, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TimeSpan?> LookAsync(CancellationToken cancellationToken)
    {
        bool owesExpulsions;
        List<NodeId> due;
        using (await ledger.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            await ledger.RefreshAsync(cancellationToken).ConfigureAwait(false);
            var me = ledger.Me;
            owesExpulsions = ledger.Logs.All.Any(log => log.Kind == AccessDomainKind.Channel && new MembershipDrafts(log, me).DueExpulsions().Count > 0);
            Plan();
            due = [.. _sweepsAt.Where(sweep => sweep.Value <= ledger.NowMs).Select(sweep => sweep.Key)];
        }

        if (owesExpulsions || due.Count > 0)
        {
            var duties = new MembershipCommand.Duties(due);
            await writer.ActAsync(duties, null, cancellationToken).ConfigureAwait(false);
            due.ForEach(domain => _sweepsAt.Remove(domain));
        }

        return NextLook();
    }

    // When each domain is to be swept: its first invite's end, and a random time more.
    private void Plan()
    {
        foreach (var log in ledger.Logs.All)
        {
            var ends = log.Now.AccessOf(ledger.Me) is not >= AccessRole.Admin ? []
                : log.Now.OpenInvites.Select(i => log.Now.UsesOf(i.Hash) >= i.Uses ? ledger.NowMs : Math.Max(i.ExpiresAt + 1, ledger.NowMs)).ToList();
            if (ends.Count == 0)
            {
                _sweepsAt.Remove(log.Domain);
            }
            else if (!_sweepsAt.TryGetValue(log.Domain, out var planned) || planned > ends.Min() + SweepDelayMsMax)
            {
                _sweepsAt[log.Domain] = ends.Min() + Delay();
            }
        }
    }

    private long Delay()
    {
        Span<byte> bytes = stackalloc byte[4];
        random(bytes);
        return BitConverter.ToUInt32(bytes) % (SweepDelayMsMax + 1);
    }

    private TimeSpan? NextLook()
    {
        if (_sweepsAt.Count == 0)
        {
            return null;
        }

        var wait = TimeSpan.FromMilliseconds(Math.Clamp(_sweepsAt.Values.Min() - ledger.NowMs, 1, LookMax.TotalMilliseconds));
        return wait;
    }
}
