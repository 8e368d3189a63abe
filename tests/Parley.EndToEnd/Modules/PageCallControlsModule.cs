using Parley.Browser.CallControls;

namespace Parley.EndToEnd.Modules;

/// <summary>call-controls.js of a real page. Which windows it has is asked before, because that is answered at once.</summary>
internal sealed class PageCallControlsModule(ModulePage page, string windows) : ICallControlsModule
{
    public static async Task<BrowserCallControls> OpenAsync(ModulePage page) =>
        new(new PageCallControlsModule(page, await page.AskAsync("callControls.windows")));

    public void Watch(Action<string> pressed, Action<bool> awake, Action<bool> picture, Action<bool> poppedOut)
    {
        page.ButtonPressed = pressed;
        (page.Controls["awake"], page.Controls["picture"], page.Controls["poppedOut"]) = (awake, picture, poppedOut);
        page.CallInTurn("callControls.watch");
    }

    public string Windows() => windows;

    public void Begin(string title) => page.CallInTurn("callControls.begin", title);

    public void Show(bool microphone, bool camera) => page.CallInTurn("callControls.show", new { microphone, camera });

    public Task EndAsync() => page.AskAsync("callControls.end");

    public Task<string> EnterPictureAsync(string elementId) => page.AskAsync("callControls.enterPicture", elementId);

    public Task LeavePictureAsync() => page.AskAsync("callControls.leavePicture");

    public Task<string> PopOutAsync(string elementId, int width, int height) => page.AskAsync("callControls.popOut", new { elementId, width, height });

    public void PopIn() => page.CallInTurn("callControls.popIn");
}
