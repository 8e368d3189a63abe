using Parley.Browser.Keys;
using Parley.Browser.Storage;
using Parley.Browser.Tabs;

namespace Parley.EndToEnd.Modules;

/// <summary>storage.js of a real page.</summary>
internal sealed class PageStorageModule(ModulePage page) : IStorageModule
{
    public void Connect(string tabId, Action<int, int> done)
    {
        page.Storage.Done = done;
        page.Call("storage.connect", tabId);
    }

    public void Lead() => page.Call("storage.lead");

    public void Execute(int call, bool write, Span<byte> batch) =>
        page.Call("storage.execute", new { call, write, batch = Convert.ToBase64String(batch) });

    public void Close(int call) => page.Call("storage.close", call);

    public void Take(int call, Span<byte> into) => page.Storage.Take(call, into);

    public string TakeError(int call) => page.Storage.TakeError(call);
}

/// <summary>keys.js of a real page.</summary>
internal sealed class PageKeysModule(ModulePage page) : IKeysModule
{
    public void Connect(Action<int, int> done)
    {
        page.Keys.Done = done;
        page.Call("keys.connect");
    }

    public void Find(int call) => page.Call("keys.find", call);

    public void Create(int call, Span<byte> seed, string words, bool backedUp) =>
        page.Call("keys.create", new { call, seed = Convert.ToBase64String(seed), words, backedUp });

    public void RevealWords(int call) => page.Call("keys.revealWords", call);

    public void MarkBackedUp(int call) => page.Call("keys.markBackedUp", call);

    public void Sign(int call, Span<byte> batch) => page.Call("keys.sign", new { call, batch = Convert.ToBase64String(batch) });

    public void Open(int call, Span<byte> seed) => page.Call("keys.open", new { call, seed = Convert.ToBase64String(seed) });

    public void SignWith(int call, int handle, Span<byte> batch) => page.Call("keys.signWith", new { call, handle, batch = Convert.ToBase64String(batch) });

    public void Close(int handle) => page.Call("keys.close", handle);

    public void OpenDevice(int call, bool anew) => page.Call("keys.openDevice", new { call, anew });

    public void Forget(int call) => page.Call("keys.forget", call);

    public void Verify(int call, Span<byte> batch) => page.Call("keys.verify", new { call, batch = Convert.ToBase64String(batch) });

    public void Take(int call, Span<byte> into) => page.Keys.Take(call, into);

    public string TakeError(int call) => page.Keys.TakeError(call);
}

/// <summary>tabs.js of a real page.</summary>
internal sealed class PageTabsModule(ModulePage page) : ITabsModule
{
    public void Open(Action<string> receive)
    {
        page.Received = receive;
        page.Call("tabs.open");
    }

    public void Lead(Action leading)
    {
        page.Leads = leading;
        page.Call("tabs.lead");
    }

    public void Post(string json) => page.Call("tabs.post", json);

    public void Close() => page.Call("tabs.close");
}
