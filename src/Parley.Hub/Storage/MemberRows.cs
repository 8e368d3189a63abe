using Parley.Access;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>Makes the rows of members from the logs that are here.</summary>
internal static class MemberRows
{
    /// <summary>Makes them if the database does not have them yet: it is older than they are.</summary>
    public static void Rebuild(IHubStore store)
    {
        if (store.HasMembers())
        {
            return;
        }

        var logs = new MembershipLogs();
        var operations = store.Operations().GroupBy(LogCache.ScopeOf);
        foreach (var scope in operations.OrderBy(static scope => LogCache.Rank(scope.Key)))
        {
            List<Change> ofScope = [.. scope];
            if (ofScope.Select(logs.For).FirstOrDefault(static log => log is not null) is { } log)
            {
                LogCache.Restore(log, ofScope);
            }
        }

        store.Commit(new([], [.. logs.All.SelectMany(Rows)], [], WaitsForTime: false), new(0, []));
    }

    private static IEnumerable<Transition> Rows(MembershipLog log) =>
        log.Graph.EverSeated.Order()
            .Select(person => (Transition)new Transition.MemberSet(log.Domain, person, log.Now.AccessOf(person), log.EndOf(person)?.Hash))
            .Prepend(new Transition.DomainSet(log.Domain, log.Space?.Domain, log.Count));
}
