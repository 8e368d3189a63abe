using System.Reflection;

namespace Parley.Hub.Limits;

/// <summary>The hub's version, as the handshake, <c>/health</c> and the administration give it.</summary>
internal static class HubVersion
{
    /// <summary>As text, without the commit.</summary>
    public static string Text { get; } =
        typeof(HubVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
