namespace Parley.Hub;

/// <summary>Who may use a hub at all, besides its owner and whom the owner listed. What people may do in a room, its log says.</summary>
public enum AdmissionMode
{
    /// <summary>Whoever proves who they are.</summary>
    Open,

    /// <summary>Whoever is a member of a space that the hub knows; others wait in a lobby, from which an invite's link leads in.</summary>
    InviteOnly,

    /// <summary>Nobody else.</summary>
    AllowList,
}

/// <summary>The modes as they are written.</summary>
public static class AdmissionModes
{
    private static readonly string[] Names = ["open", "invite-only", "allow-list"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>As it is written.</summary>
    public static string Name(this AdmissionMode mode) => Names[(int)mode];

    /// <summary>The mode that is written so, or null.</summary>
    public static AdmissionMode? Read(string? name) => Array.IndexOf(Names, name) is >= 0 and var index ? (AdmissionMode)index : null;
}
