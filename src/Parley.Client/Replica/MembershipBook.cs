using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>The membership logs of this replica: rebuilt from the store at the start, advanced inside the one apply path.</summary>
/// <remarks>
/// The logs in memory go ahead of the disk by one commit; where that fails they are read again (<see cref="Invalidate"/>).
/// Used under the writer's lock.
/// </remarks>
internal sealed class MembershipBook
{
    private static readonly MembershipLogLimits Limits = new();

    private readonly ISqlDriver _driver;
    private readonly ISignatures _signatures;
    private readonly Dictionary<ChangeHash, HeldChange> _waiting = [];
    private MembershipLogs _logs = new();
    private bool _isStale = true;

    public MembershipBook(ISqlDriver driver, ISignatures signatures, PersonId me)
    {
        _driver = driver;
        _signatures = signatures;
        Me = me;
    }

    /// <summary>Whose replica it is.</summary>
    public PersonId Me { get; }

    /// <summary>Which rights hold in which room.</summary>
    public RoomRightsBook Rights { get; private set; } = new();

    /// <summary>All logs.</summary>
    public IReadOnlyCollection<MembershipLog> All => _logs.All;

    /// <summary>The log of a domain, or null where its root is not here.</summary>
    public MembershipLog? Find(NodeId domain) => _logs.Find(domain);

    /// <summary>The logs went ahead of a disk that did not follow: the next use reads them again.</summary>
    public void Invalidate() => _isStale = true;

    /// <summary>Reads what the store has, where this has not been done or is not true any more.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        if (_isStale)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
            _isStale = false;
        }
    }

    /// <summary>Offers operations to their logs, opening logs by their roots; what waited is settled with them.</summary>
    public async Task ArriveAsync(IReadOnlyCollection<OfferedChange> carriers, MembershipEffects effects, CancellationToken cancellationToken)
    {
        foreach (var group in carriers.GroupBy(c => DomainOf(c.Change)).OrderBy(g => Rank(g.Key)))
        {
            await ArriveAsync(group.Key, [.. group], effects, cancellationToken).ConfigureAwait(false);
        }

        // A space's root may be what a private channel's root waited for.
        if (effects.Opened.Count > 0)
        {
            foreach (var group in _waiting.Values.GroupBy(h => DomainOf(h.Change)).Where(g => _logs.Find(g.Key) is null).OrderBy(g => Rank(g.Key)).ToList())
            {
                await ArriveAsync(group.Key, [], effects, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The domain that an operation names; of a malformed one, nothing's.</summary>
    public static NodeId DomainOf(Change carrier) => new(carrier.Properties["channel"]?.Text ?? "");

    private async Task ArriveAsync(NodeId domain, IReadOnlyList<OfferedChange> arriving, MembershipEffects effects, CancellationToken cancellationToken)
    {
        var offered = arriving.DistinctBy(a => a.Change.Hash).ToDictionary(a => a.Change.Hash);
        if (AccessDomains.KindOf(domain) is null)
        {
            Refuse(offered.Keys, effects);
            return;
        }

        // Where it came is where it belongs: nobody makes a room of one space hold the operations of another.
        var home = RoomNames.OfMessages(domain);
        var strays = arriving.Where(a => a.Room is { } room && room != home && room != RoomNames.Author(a.Change.Author)).Select(a => a.Change.Hash).ToList();
        strays.ForEach(stray => offered.Remove(stray));
        strays.ForEach(stray => effects.Verdicts[stray] = new NodeVerdict.Refused(Refusal.Room));

        var log = _logs.Find(domain);
        List<Change> changes = [.. offered.Values.Select(o => o.Change)];
        if (log is null)
        {
            changes.AddRange(_waiting.Values.Select(h => h.Change).Where(c => DomainOf(c) == domain && !offered.ContainsKey(c.Hash)));
            log = changes.Select(_logs.For).FirstOrDefault(opened => opened is not null);
            if (log is null)
            {
                offered.Values.ToList().ForEach(o => Hold(o, effects));
                return;
            }

            effects.Opened.Add(domain);
            effects.Add(domain, [], everything: true);
            Rights.Learn(log);
        }

        var plan = log.Plan(changes);
        var proofs = await _signatures.VerifyAsync(plan.Checks, cancellationToken).ConfigureAwait(false);
        var known = changes.ToDictionary(c => c.Hash);
        List<MembershipLog> following = [.. _logs.All.Where(l => l == log || l.Space == log)];
        var before = following.ConvertAll(VoidOf);
        var arrivals = log.Apply(plan, proofs);
        Take(arrivals, known, offered, effects);

        // A private channel follows its space by itself, and what turned in the space reaches into it.
        var turned = following.Select((l, i) => HasTurned(l, before[i], effects)).ToList();
        for (var i = 0; i < following.Count; i++)
        {
            effects.Add(following[i].Domain, arrivals.Touched, everything: turned[i] || turned[following.IndexOf(log)]);
        }
    }

    private static bool HasTurned(MembershipLog log, HashSet<ChangeHash> before, MembershipEffects effects)
    {
        var after = VoidOf(log);
        after.ExceptWith(effects.Valid.Select(v => v.Change.Hash));
        return !after.SetEquals(before);
    }

    private static HashSet<ChangeHash> VoidOf(MembershipLog log) =>
        [.. log.Operations.Select(op => op.Hash).Where(op => log.FateOf(op) is { IsEffective: false })];

    private void Take(
        Arrivals arrivals, Dictionary<ChangeHash, Change> known, Dictionary<ChangeHash, OfferedChange> offered, MembershipEffects effects)
    {
        foreach (var report in arrivals.Reports)
        {
            var change = known.GetValueOrDefault(report.Op) ?? (_waiting.TryGetValue(report.Op, out var held) ? held.Change : null);
            if (report.IsEvicted)
            {
                Drop(report.Op, effects);
            }
            else if (report.IsDuplicate || change is null)
            {
                effects.Verdicts.TryAdd(report.Op, report.Verdict.Status switch
                {
                    OpStatus.Valid => NodeVerdict.AlreadyHere,
                    OpStatus.Held => new NodeVerdict.Held(HoldReason.UnknownMember),
                    OpStatus.Refused => new NodeVerdict.Refused(Refusal.Forbidden),
                });
            }
            else if (report.Verdict.Status == OpStatus.Held)
            {
                Hold(offered.GetValueOrDefault(report.Op, new(change, null)), effects);
            }
            else if (report.Verdict.Status == OpStatus.Refused)
            {
                Release(report.Op, effects);
                Refuse([report.Op], effects);
            }
            else
            {
                Release(report.Op, effects);
                effects.Verdicts[report.Op] = NodeVerdict.Accept;
                effects.Add(change, report.Domain);
                effects.Add(report.Domain, []);
            }
        }
    }

    private void Hold(in OfferedChange offered, MembershipEffects effects)
    {
        var change = offered.Change;
        effects.Verdicts[change.Hash] = new NodeVerdict.Held(HoldReason.UnknownMember);
        var domain = DomainOf(change);
        var room = offered.Room ?? RoomNames.OfMessages(domain);
        var held = new HeldChange(change, room, HoldReason.UnknownMember, domain, IsOperation: true, offered.Number);
        if (_waiting.TryAdd(change.Hash, held))
        {
            effects.NewlyHeld.Add(held);
            MakeRoom(change.Author, effects);
        }
    }

    // Logs bound what waits for their operations; what waits for a root has these bounds, over all domains that anybody may invent.
    private void MakeRoom(PersonId author, MembershipEffects effects)
    {
        var rootless = _waiting.Values.Where(h => _logs.Find(h.WaitsFor!.Value) is null).ToList();
        var own = rootless.FindAll(h => h.Change.Author == author);
        var crowded = own.Count > Limits.HeldPerAuthorMax ? own : rootless.Count > Limits.HeldMax ? rootless : [];
        if (crowded.Count > 0)
        {
            Drop(crowded.MinBy(h => h.Change.Lamport).Change.Hash, effects);
        }
    }

    private void Drop(ChangeHash op, MembershipEffects effects)
    {
        if (_waiting.TryGetValue(op, out var held))
        {
            effects.Dropped.Add(DroppedChange.OfOperation(held));
            Release(op, effects);
        }
    }

    private void Release(ChangeHash op, MembershipEffects effects)
    {
        if (_waiting.Remove(op) && effects.NewlyHeld.RemoveAll(h => h.Change.Hash == op) == 0)
        {
            effects.Released.Add(op);
        }
    }

    private static void Refuse(IEnumerable<ChangeHash> ops, MembershipEffects effects)
    {
        foreach (var op in ops)
        {
            effects.Verdicts[op] = new NodeVerdict.Refused(Refusal.Forbidden);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        _logs = new();
        _waiting.Clear();
        Rights = new();
        var answer = await _driver.ReadAsync(
            [
                new("SELECT domain, wire FROM membership_op JOIN change_log ON change_log.seq = membership_op.seq ORDER BY membership_op.seq"),
                new("SELECT wire, room, seq FROM held WHERE operation = 1"),
                new($"SELECT {NodeRow.Columns} FROM node WHERE schema = ?1", Schemas.Channel),
            ],
            cancellationToken).ConfigureAwait(false);
        var ops = answer[0].Rows.Select(row => (Domain: new NodeId((string)row[0]!), Change: ChangeWire.FromTrustedBytes((byte[])row[1]!)));
        foreach (var domain in ops.GroupBy(op => op.Domain, op => op.Change).OrderBy(d => Rank(d.Key)))
        {
            Restore([.. domain]);
        }

        foreach (var row in answer[2].Rows.Select(NodeRow.Read))
        {
            Rights.Learn(row);
        }

        foreach (var row in answer[1].Rows)
        {
            var change = ChangeWire.FromTrustedBytes((byte[])row[0]!);
            _waiting[change.Hash] = new(change, new((string)row[1]!), HoldReason.UnknownMember, DomainOf(change), IsOperation: true, (long?)row[2]);
        }

        foreach (var domain in _waiting.Values.Select(h => h.Change).GroupBy(DomainOf).Where(d => _logs.Find(d.Key) is not null))
        {
            var log = _logs.Find(domain.Key)!;
            var plan = log.Plan([.. domain]);
            log.Apply(plan, await _signatures.VerifyAsync(plan.Checks, cancellationToken).ConfigureAwait(false));
        }
    }

    // They were valid when they were written, so their proofs held.
    private void Restore(List<Change> ops)
    {
        if (ops.Select(_logs.For).FirstOrDefault(opened => opened is not null) is { } log)
        {
            var plan = log.Plan(ops);
            var proofs = new bool[plan.Checks.Length];
            Array.Fill(proofs, true);
            log.Apply(plan, proofs);
            Rights.Learn(log);
        }
    }

    // Spaces before what stands over them.
    private static int Rank(NodeId domain) => AccessDomains.KindOf(domain) == AccessDomainKind.Channel ? 1 : 0;
}
