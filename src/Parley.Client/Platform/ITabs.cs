namespace Parley.Platform;

/// <summary>What a platform with several tabs of one person gives: one lock and one channel between them.</summary>
/// <remarks>All callbacks come on the tab's only thread.</remarks>
public interface ITabs : IAsyncDisposable
{
    /// <summary>This tab's id, random per load.</summary>
    string TabId { get; }

    /// <summary>Waits for the leader lock; completes when this tab leads, which lasts until the tab ends.</summary>
    Task LeadAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a message to every other tab.</summary>
    void Post(string json);

    /// <summary>Sets who receives what other tabs post. One receiver.</summary>
    void Receive(Action<string> receiver);
}
