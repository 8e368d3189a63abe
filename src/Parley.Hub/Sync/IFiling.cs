using Parley.Hub.Storage;

namespace Parley.Hub.Sync;

/// <summary>What a commit is followed by.</summary>
/// <param name="Live">What is to be told to subscribers.</param>
/// <param name="Revoked">Devices that were signed out.</param>
internal readonly record struct GroupOutcome(IReadOnlyList<FiledLive> Live, IReadOnlyList<Revocation> Revoked);

/// <summary>Decides on the changes of a group, writes them in one transaction and has subscriptions follow. The writer's.</summary>
internal interface IFiling
{
    /// <summary>Decides on every offer, in order.</summary>
    /// <exception cref="ParleyException">The store failed; then nothing was kept and nothing decided.</exception>
    GroupOutcome File(IReadOnlyList<ChangeSubmission> group);

    /// <summary>Goes on with what a commit set free and could not take; null if there is nothing.</summary>
    GroupOutcome? Continue();

    /// <summary>Wipes a room. Returns how many entries it had.</summary>
    long Clear(string room);
}
