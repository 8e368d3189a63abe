namespace Parley.Browser.Tabs;

/// <summary>tabs.js: one Web Lock and one BroadcastChannel.</summary>
internal interface ITabsModule
{
    void Open(Action<string> receive);

    void Lead(Action leading);

    void Post(string json);

    void Close();
}
