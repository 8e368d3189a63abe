using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Replica;

/// <summary>
/// Which rooms are followed because of what a transaction decided: every channel that becomes known, by those who may read it; the rooms of
/// an access scope, while this person is in it; the profiles of people who wrote something.
/// </summary>
internal sealed class LedgerFollows(ISqlDriver driver, RoomBook rooms, PersonId me)
{
    private readonly HashSet<PersonId> _met = [];

    // Rooms that this person may not read, which may still be followed.
    private readonly HashSet<RoomId> _leaving = [];

    /// <summary>What a decision comes to.</summary>
    /// <param name="host">The transaction.</param>
    /// <param name="nodes">What it does with nodes.</param>
    /// <param name="fromHub">A hub told it, so a room may be read to its end by now.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<FollowPlan.Carried> OfAsync(LedgerTurn host, IReadOnlyCollection<NodeChange> nodes, bool fromHub, CancellationToken cancellationToken)
    {
        var plan = new FollowPlan();
        var decision = host.Transaction.Decision;
        foreach (var domain in decision.Transitions.OfType<Transition.MemberSet>().Where(set => set.Person == me).Select(set => set.Domain)
            .Concat(host.Opened).Distinct())
        {
            await FollowScopeAsync(plan, host, domain, cancellationToken).ConfigureAwait(false);
        }

        foreach (var room in nodes.SelectMany(RoomsOf))
        {
            if (MayRead(await host.RulingOfAsync(room, cancellationToken).ConfigureAwait(false)))
            {
                plan.Want(room);
            }
        }

        foreach (var filed in decision.Transitions.OfType<Transition.Filed>())
        {
            if (!filed.IsOperation && !_met.Contains(filed.Offer.Change.Author))
            {
                plan.Met.Add(filed.Offer.Change.Author);
            }
        }

        return plan.Against(rooms, fromHub ? _leaving : []);

        IEnumerable<RoomId> RoomsOf(NodeChange node)
        {
            if (node.IsNewlyShown)
            {
                if (Schemas.Is(node.After.Root.SchemaId, Schemas.Channel))
                {
                    yield return RoomNames.Channel(node.After.Id);
                }

                // A thread that was here before what it hangs on has its rights from now on.
                if (host.IsAwaited(node.After.Id))
                {
                    yield return RoomNames.Channel(RoomNames.ThreadOf(node.After.Id));
                }
            }
        }
    }

    /// <summary>What every access scope of the store comes to, at the start.</summary>
    public async ValueTask<FollowPlan.Carried> OfAllAsync(LedgerTurn host, IEnumerable<NodeId> domains, CancellationToken cancellationToken)
    {
        var plan = new FollowPlan();
        foreach (var domain in domains)
        {
            await FollowScopeAsync(plan, host, domain, cancellationToken).ConfigureAwait(false);
        }

        return plan.Against(rooms, []);
    }

    /// <summary>Those of the rooms that this person may follow: all but those that are somebody else's.</summary>
    public async ValueTask<FollowPlan.Carried> OfWantedAsync(LedgerTurn host, IEnumerable<RoomId> wanted, CancellationToken cancellationToken)
    {
        var plan = new FollowPlan();
        foreach (var room in wanted)
        {
            if (MayFollow(await host.RulingOfAsync(room, cancellationToken).ConfigureAwait(false)))
            {
                plan.Want(room);
            }
        }

        return plan.Against(rooms, []);
    }

    /// <summary>It is on disk.</summary>
    public void Learn(FollowPlan.Carried carried) => carried.Learn(rooms, _leaving, _met);

    private async ValueTask FollowScopeAsync(FollowPlan plan, LedgerTurn host, NodeId domain, CancellationToken cancellationToken)
    {
        if (host.Logs.Find(domain) is not { } log)
        {
            return;
        }

        Action<RoomId> turn = log.Now.AccessOf(me) is not null ? plan.Enter : plan.Leave;
        turn(RoomNames.OfMessages(domain));
        if (log.Kind == AccessDomainKind.Space)
        {
            turn(RoomNames.Channel(RoomNames.ThreadOf(domain)));
        }

        foreach (var room in await ChannelsUnderAsync(host, domain, cancellationToken).ConfigureAwait(false))
        {
            turn(room);
        }
    }

    // The open channels of a space, and the threads that hang on something in the scope.
    private async ValueTask<IReadOnlyList<RoomId>> ChannelsUnderAsync(LedgerTurn host, NodeId domain, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [
                new(
                    $"SELECT id FROM node WHERE schema = '{Schemas.Channel}' AND hidden = 0 AND (room = ?1 OR id LIKE 'room-%')",
                    RoomNames.OfMessages(domain).Value),
            ],
            cancellationToken).ConfigureAwait(false);
        List<RoomId> under = [];
        foreach (var row in answer[0].Rows)
        {
            var room = RoomNames.Channel(new((string)row[0]!));
            if ((await host.RulingOfAsync(room, cancellationToken).ConfigureAwait(false)).Rule.Scope == domain)
            {
                under.Add(room);
            }
        }

        return under;
    }

    private bool MayRead(Ruling ruling) => ruling.Rule switch
    {
        RoomRule.Open or RoomRule.Knock => true,
        RoomRule.Owner owner => owner.Person == me,
        RoomRule.People people => people.Who.Contains(me),
        RoomRule.Log => ruling.Log?.Now.AccessOf(me) is not null,
        RoomRule.Unknown => false,
        _ => throw new InvalidOperationException("No such rule."),
    };

    // Whoever is asked into a conversation or a channel cannot know yet that they are in it.
    private bool MayFollow(Ruling ruling) => ruling switch
    {
        { Rule: RoomRule.Log(var domain), Log: null } => AccessDomains.KindOf(domain) == AccessDomainKind.DirectMessage,
        { Rule: RoomRule.Unknown or RoomRule.Owner } => true,
        _ => MayRead(ruling),
    };
}
