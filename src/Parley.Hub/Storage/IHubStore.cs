namespace Parley.Hub.Storage;

/// <summary>What a hub keeps. One thread writes, and asks what it writes on; pages, nodes and members are read by anybody beside it.</summary>
/// <remarks>A contract suite says what every store must do. Failures of the disk are <see cref="ParleyException"/> (Storage).</remarks>
internal interface IHubStore : ILedgerStore, IMemberStore, IPageStore, IHubLists, IDisposable
{
    /// <summary>Deletes a room's entries and the changes that have their home in it; its sequence goes on. Returns how many entries. The writer's.</summary>
    long Clear(string room);
}
