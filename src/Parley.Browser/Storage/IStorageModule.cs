using Parley.Browser.Interop;

namespace Parley.Browser.Storage;

/// <summary>storage.js: the store's worker, this tab's or another's.</summary>
internal interface IStorageModule : IAnswers
{
    /// <summary>The call that is answered once a store can be reached.</summary>
    const int OpenedCall = 0;

    /// <summary>Begins to look for a store; <paramref name="done"/> is told about every answered call.</summary>
    void Connect(string tabId, Action<int, int> done);

    /// <summary>This tab leads: its own worker opens the database.</summary>
    void Lead();

    /// <summary>Runs a batch (<see cref="SqlBatch"/>).</summary>
    void Execute(int call, bool write, Span<byte> batch);

    /// <summary>Closes the database where this tab owns it.</summary>
    void Close(int call);
}
