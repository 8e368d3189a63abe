using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Views;

namespace Parley.Replica;

// Membership operations on their way through the one apply path, and what hangs on them.
internal sealed partial class ApplyPath
{
    // Domains that this person is not in, whose rooms may still be followed.
    private readonly HashSet<NodeId> _departed = [];

    /// <summary>Called with the domains whose membership a commit changed.</summary>
    public Action<IReadOnlyCollection<NodeId>>? MembershipsChanged { get; set; }

    /// <summary>
    /// Settles what waits on disk for domains and channels that are here: a program that ended between two commits left it. Once, at the start.
    /// </summary>
    public async Task SettleWaitingAsync(CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        await memberships.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var answer = await driver.ReadAsync(
            [new("SELECT DISTINCT waits_for FROM held WHERE waits_for IS NOT NULL AND operation = 0")], cancellationToken).ConfigureAwait(false);
        List<NodeId> here = [.. answer[0].Rows.Select(row => new NodeId((string)row[0]!)).Where(id => memberships.Rights.Of(RoomNames.OfMessages(id)) is not RoomRights.Unknown)];
        if (here.Count > 0)
        {
            await SettleChannelsAsync(here, cancellationToken).ConfigureAwait(false);
        }

        List<SqlStatement> follows = [.. memberships.All.Select(log => log.Domain).ToList().SelectMany(Follows)];
        if (follows.Count > 0)
        {
            await driver.WriteAsync(follows, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Follows rooms, save those that this person may not read: what was left stays left, whoever opens it.</summary>
    public async Task FollowAsync(IReadOnlyCollection<RoomId> wanted, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        await memberships.RefreshAsync(cancellationToken).ConfigureAwait(false);
        List<SqlStatement> statements = [.. wanted.Where(MayFollow).Select(room => rooms.Follow(room.Value)).OfType<SqlStatement>()];
        if (statements.Count > 0)
        {
            await driver.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool MayFollow(RoomId room) => memberships.Rights.Of(room) switch
    {
        null => true,
        RoomRights.Unknown unknown => AccessDomains.KindOf(unknown.WaitsFor) is null or AccessDomainKind.DirectMessage,
        var rights => rights.MayRead(memberships.Me),
    };

    /// <summary>Follows a domain's room once, though this person is not known to be in it.</summary>
    public async Task ExpectAsync(NodeId domain, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        if (rooms.Follow(RoomNames.OfMessages(domain).Value) is { } statement)
        {
            await driver.WriteAsync([statement], cancellationToken).ConfigureAwait(false);
        }
    }

    // Null where there is none, so that ordinary traffic pays nothing.
    private List<OfferedChange>? CarriersIn(IReadOnlyList<OfferedChange> changes, bool own)
    {
        List<OfferedChange>? carriers = null;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i].Change;

            // What is ahead of the window waits for its time like anything else.
            if (MembershipOpReader.IsCarrier(change) && (own || clock.Allows(change.Lamport, change.WallTime, NowMs)))
            {
                clock.See(change.Lamport);
                (carriers ??= []).Add(changes[i]);
            }
        }

        return carriers;
    }

    private List<SqlStatement> StatementsOf(MembershipEffects effects, List<OfferedChange>? carriers, CommitOptions options)
    {
        var waiting = effects.NewlyHeld.Select(h => h.Change.Hash).ToHashSet();
        var settled = (carriers ?? []).Select(c => c.Change.Hash).Where(hash => waiting.Contains(hash) || effects.Verdicts.GetValueOrDefault(hash) is not NodeVerdict.Held);
        effects.Released.UnionWith(settled);
        return [.. CommitStatements.Of(effects, options.Own ? memberships.Me : null)];
    }

    // What waited for the touched domains, and the nodes with changes whose verdict may have turned.
    private async Task<(IReadOnlyList<OfferedChange> Released, IReadOnlyList<string> Nodes)> DueAsync(MembershipEffects effects, CancellationToken cancellationToken)
    {
        List<SqlStatement> questions = [HeldChanges.WaitingFor(effects.Touched.Keys)];
        foreach (var (domain, touch) in effects.Touched)
        {
            questions.Add(new(
                """
                SELECT DISTINCT node FROM governed_change WHERE domain = ?1 AND lamport >= ?2 AND author IN (SELECT value FROM json_each(?3))
                UNION SELECT node FROM governed_change WHERE domain = ?1 AND lamport >= ?2 AND blind = 1
                """,
                domain.Value, touch.Everything ? 0L : effects.LamportMin, ApplySnapshot.Json(touch.People.Select(p => p.Value))));
            if (effects.Opened.Contains(domain))
            {
                // A direct message's Channel node may have come before; of a space's #general nobody can tell by its name whose it is.
                questions.Add(new("SELECT DISTINCT node FROM governed_change WHERE domain = ?1", domain.Value));
                questions.AddRange(NodesIn(RoomNames.ThreadOf(domain)));
            }
        }

        var answer = await driver.ReadAsync(questions, cancellationToken).ConfigureAwait(false);
        return (Offered(answer[0]), [.. answer.Skip(1).SelectMany(a => a.Rows).Select(row => (string)row[0]!).Distinct(StringComparer.Ordinal)]);
    }

    private List<NodeId>? LearnChannels(ApplyBatch batch)
    {
        List<NodeId>? regoverned = null;
        foreach (var row in batch.Rows.Values)
        {
            if (Schemas.Is(row.State.SchemaId, Schemas.Channel) && memberships.Rights.Learn(row))
            {
                (regoverned ??= []).Add(row.State.Id);
            }
        }

        return regoverned;
    }

    // Other rights hold in these channels from now on: what waited for them is judged, and what was taken before is judged again.
    private async Task SettleChannelsAsync(IReadOnlyCollection<NodeId> channels, CancellationToken cancellationToken)
    {
        List<SqlStatement> questions = [HeldChanges.WaitingFor(channels)];
        questions.AddRange(channels.SelectMany(NodesIn));
        var answer = await driver.ReadAsync(questions, cancellationToken).ConfigureAwait(false);
        List<string> nodes = [.. answer.Skip(1).SelectMany(a => a.Rows).Select(row => (string)row[0]!)];
        await CommitAsync(Offered(answer[0]), nodes, default, null, cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<SqlStatement> NodesIn(NodeId channel) =>
    [
        new($"SELECT id FROM node WHERE schema = '{Schemas.ChatMessage}' AND {QuerySql.Extract("channel")} = ?1", channel.Value),
        new($"SELECT id FROM node WHERE schema = '{Schemas.Reaction}' AND {QuerySql.Extract("channel")} = ?1", channel.Value),
    ];

    private static List<OfferedChange> Offered(SqlResult held) => [.. held.Rows.Select(OfferedChange.Read)];

    // Every channel that becomes known is followed by those who may read it, and everybody who wrote something is met: their profile's room too.
    private IEnumerable<SqlStatement> FollowsOf(ApplyBatch batch)
    {
        var channels = batch.ToPlace.Where(c => Schemas.Is(c.SchemaId, Schemas.Channel)).Select(c => c.Node).Concat(batch.Shown)
            .Where(node => batch.Rows[node] is { Hidden: false } row && Schemas.Is(row.State.SchemaId, Schemas.Channel))
            .Select(RoomNames.Channel)
            .Where(room => memberships.Rights.Of(room)?.MayRead(memberships.Me) ?? true);
        var people = batch.Log.Select(l => l.Change.Author).Where(author => _met.Add(author.Value)).Select(RoomNames.Profile);
        return channels.Concat(people).Select(room => rooms.Follow(room.Value)).OfType<SqlStatement?>().Select(s => s!.Value);
    }

    private IEnumerable<SqlStatement> FollowsOf(MembershipEffects? effects, bool fromHub)
    {
        IEnumerable<NodeId> domains = effects?.Touched.Keys ?? [];
        return (fromHub && _departed.Count > 0 ? domains.Union(_departed.ToList()) : domains).SelectMany(Follows);
    }

    // Who may read follows; who may not any more keeps what is here and hears no more of it.
    private IEnumerable<SqlStatement> Follows(NodeId domain)
    {
        var log = memberships.Find(domain)!;
        var isIn = log.Now.AccessOf(memberships.Me) is not null;
        List<RoomId> governed = [RoomNames.OfMessages(domain)];
        if (log.Kind == AccessDomainKind.Space)
        {
            governed.Add(RoomNames.Channel(RoomNames.ThreadOf(domain)));
            governed.AddRange(memberships.Rights.OpenChannelsOf(domain).Select(RoomNames.Channel));
        }

        _ = isIn ? _departed.Remove(domain) : _departed.Add(domain);

        // A page that says that one was removed may be followed by one that says that this never had effect: the whole room is read first.
        return governed
            .Select(room => isIn ? rooms.Follow(room.Value) : rooms[room.Value].CaughtUp ? rooms.Unfollow(room.Value) : null)
            .OfType<SqlStatement>();
    }

    private void Tell(ApplyBatch batch, MembershipEffects? effects, bool everything)
    {
        var touched = batch.Rows.Values.Select(row => (row.State.Id.Value, row.State.SchemaId, row.Room.Value));
        if (effects is { Touched.Count: > 0 })
        {
            touched = touched.Concat(effects.Touched.Keys.Select(d => (d.Value, Advance.MembershipSchema, RoomNames.OfMessages(d).Value)));
            MembershipsChanged?.Invoke([.. effects.Touched.Keys]);
        }

        if (everything)
        {
            advanced.Raise(Advance.Everything);
        }
        else if (batch.Rows.Count > 0 || effects is { Touched.Count: > 0 })
        {
            advanced.Raise(Advance.Of(touched));
        }
    }

    private bool TouchesBlocks(ApplyBatch batch)
    {
        foreach (var row in batch.Rows.Values)
        {
            if (row.State.SchemaId == Schemas.Block && row.State.Root.Author == memberships.Me)
            {
                return true;
            }
        }

        return false;
    }

    private static NodeVerdict[] InOrder(IReadOnlyList<OfferedChange> changes, NodeVerdict[] ordinary, MembershipEffects effects)
    {
        var next = 0;
        return [.. changes.Select(c => effects.Verdicts.GetValueOrDefault(c.Change.Hash) ?? ordinary[next++])];
    }
}
