using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Ledger;

namespace Parley.Scenarios.Hub;

/// <summary>What tests ask a hub's store in memory.</summary>
internal static class StoreQuestions
{
    /// <summary>How much waits of people who are no members where they brought it.</summary>
    public static Crowd WaitingOfOthers(this IHubStore store)
    {
        var needs = new Needs();
        needs.Crowds.Add(new(Pool.Others, null, null, 0));
        return store.Load(needs).Crowds.Values.Single();
    }

    /// <summary>True while a change waits.</summary>
    public static bool IsWaiting(this IHubStore store, ChangeHash hash)
    {
        var needs = new Needs();
        needs.Changes.Add(hash);
        return store.Load(needs).Changes.Values.Any(static known => known.Waiting is not null);
    }
}
