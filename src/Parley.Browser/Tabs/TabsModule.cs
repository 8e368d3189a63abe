using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Tabs;

/// <inheritdoc cref="ITabsModule"/>
[SupportedOSPlatform("browser")]
internal sealed partial class TabsModule : ITabsModule
{
    public void Open(Action<string> receive) => OpenModule(receive);

    public void Lead(Action leading) => LeadModule(leading);

    public void Post(string json) => PostModule(json);

    public void Close() => CloseModule();

    [JSImport("open", ModuleNames.Tabs)]
    private static partial void OpenModule([JSMarshalAs<JSType.Function<JSType.String>>] Action<string> receive);

    [JSImport("lead", ModuleNames.Tabs)]
    private static partial void LeadModule([JSMarshalAs<JSType.Function>] Action leading);

    [JSImport("post", ModuleNames.Tabs)]
    private static partial void PostModule(string json);

    [JSImport("close", ModuleNames.Tabs)]
    private static partial void CloseModule();
}
