namespace Parley.Browser.CallControls;

/// <summary>call-controls.js: what a browser does around a call. The two that answer do so with the name of a fault, or with nothing.</summary>
internal interface ICallControlsModule
{
    void Watch(Action<string> pressed, Action<bool> awake, Action<bool> picture, Action<bool> poppedOut);

    string Windows();

    void Begin(string title);

    void Show(bool microphone, bool camera);

    Task EndAsync();

    Task<string> EnterPictureAsync(string elementId);

    Task LeavePictureAsync();

    Task<string> PopOutAsync(string elementId, int width, int height);

    void PopIn();
}
