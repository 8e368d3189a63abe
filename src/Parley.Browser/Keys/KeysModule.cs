using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Keys;

/// <inheritdoc cref="IKeysModule"/>
[SupportedOSPlatform("browser")]
internal sealed partial class KeysModule : IKeysModule
{
    public void Connect(Action<int, int> done) => ConnectModule(done);

    public void Find(int call) => FindModule(call);

    public void Create(int call, Span<byte> seed, string words, bool backedUp) => CreateModule(call, seed, words, backedUp);

    public void RevealWords(int call) => RevealWordsModule(call);

    public void MarkBackedUp(int call) => MarkBackedUpModule(call);

    public void Sign(int call, Span<byte> batch) => SignModule(call, batch);

    public void Open(int call, Span<byte> seed) => OpenModule(call, seed);

    public void SignWith(int call, int handle, Span<byte> batch) => SignWithModule(call, handle, batch);

    public void Close(int handle) => CloseModule(handle);

    public void OpenDevice(int call, bool anew) => OpenDeviceModule(call, anew);

    public void Forget(int call) => ForgetModule(call);

    public void Verify(int call, Span<byte> batch) => VerifyModule(call, batch);

    public void Take(int call, Span<byte> into) => TakeModule(call, into);

    public string TakeError(int call) => TakeErrorModule(call);

    [JSImport("connect", ModuleNames.Keys)]
    private static partial void ConnectModule([JSMarshalAs<JSType.Function<JSType.Number, JSType.Number>>] Action<int, int> done);

    [JSImport("find", ModuleNames.Keys)]
    private static partial void FindModule(int call);

    [JSImport("create", ModuleNames.Keys)]
    private static partial void CreateModule(int call, [JSMarshalAs<JSType.MemoryView>] Span<byte> seed, string words, bool backedUp);

    [JSImport("revealWords", ModuleNames.Keys)]
    private static partial void RevealWordsModule(int call);

    [JSImport("markBackedUp", ModuleNames.Keys)]
    private static partial void MarkBackedUpModule(int call);

    [JSImport("sign", ModuleNames.Keys)]
    private static partial void SignModule(int call, [JSMarshalAs<JSType.MemoryView>] Span<byte> batch);

    [JSImport("open", ModuleNames.Keys)]
    private static partial void OpenModule(int call, [JSMarshalAs<JSType.MemoryView>] Span<byte> seed);

    [JSImport("signWith", ModuleNames.Keys)]
    private static partial void SignWithModule(int call, int handle, [JSMarshalAs<JSType.MemoryView>] Span<byte> batch);

    [JSImport("openDevice", ModuleNames.Keys)]
    private static partial void OpenDeviceModule(int call, bool anew);

    [JSImport("forget", ModuleNames.Keys)]
    private static partial void ForgetModule(int call);

    [JSImport("close", ModuleNames.Keys)]
    private static partial void CloseModule(int handle);

    [JSImport("verify", ModuleNames.Keys)]
    private static partial void VerifyModule(int call, [JSMarshalAs<JSType.MemoryView>] Span<byte> batch);

    [JSImport("take", ModuleNames.Keys)]
    private static partial void TakeModule(int call, [JSMarshalAs<JSType.MemoryView>] Span<byte> into);

    [JSImport("takeError", ModuleNames.Keys)]
    private static partial string TakeErrorModule(int call);
}
