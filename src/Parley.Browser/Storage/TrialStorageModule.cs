using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Storage;

/// <summary>storage-trial.js: a store in memory, this tab's alone.</summary>
/// <remarks>Line for line <see cref="StorageModule"/>: an import names its module in an attribute, so each module has imports of its own.</remarks>
[SupportedOSPlatform("browser")]
internal sealed partial class TrialStorageModule : IStorageModule
{
    public void Connect(string tabId, Action<int, int> done) => ConnectModule(tabId, done);

    public void Lead() => LeadModule();

    public void Execute(int call, bool write, Span<byte> batch) => ExecuteModule(call, write, batch);

    public void Close(int call) => CloseModule(call);

    public void Take(int call, Span<byte> into) => TakeModule(call, into);

    public string TakeError(int call) => TakeErrorModule(call);

    [JSImport("connect", ModuleNames.TrialStorage)]
    private static partial void ConnectModule(string tabId, [JSMarshalAs<JSType.Function<JSType.Number, JSType.Number>>] Action<int, int> done);

    [JSImport("lead", ModuleNames.TrialStorage)]
    private static partial void LeadModule();

    [JSImport("execute", ModuleNames.TrialStorage)]
    private static partial void ExecuteModule(int call, bool write, [JSMarshalAs<JSType.MemoryView>] Span<byte> batch);

    [JSImport("close", ModuleNames.TrialStorage)]
    private static partial void CloseModule(int call);

    [JSImport("take", ModuleNames.TrialStorage)]
    private static partial void TakeModule(int call, [JSMarshalAs<JSType.MemoryView>] Span<byte> into);

    [JSImport("takeError", ModuleNames.TrialStorage)]
    private static partial string TakeErrorModule(int call);
}
