using Parley.Ids;

namespace Parley.Access;

/// <summary>Why a valid operation never had effect, in order of reporting (docs/access.md, void).</summary>
public enum VoidReason : byte
{
    /// <summary>It has effect.</summary>
    None,
    /// <summary>Its author was removed or left by an operation that had not seen it.</summary>
    AuthorityCut,
    /// <summary>An admission by an invite that was ended by an operation that had not seen it.</summary>
    InviteRevoked,
    /// <summary>An admission by an invite that is void itself.</summary>
    VoidInvite,
    /// <summary>The grant that it acts under is void itself.</summary>
    VoidAuthority,
    /// <summary>An expulsion whose cited removal in the space is void itself.</summary>
    CitationVoid,
}

/// <summary>Whether a valid operation has effect now.</summary>
/// <param name="Reason"><see cref="VoidReason.None"/> where it has.</param>
/// <param name="By">All operations responsible where it has not, sorted: enough to tell a person what was cancelled because of what.</param>
internal sealed record OpFate(VoidReason Reason, IReadOnlyList<ChangeHash> By)
{
    /// <summary>It has effect.</summary>
    public static OpFate Effective { get; } = new(VoidReason.None, []);

    /// <summary>True where it has effect. A grant that has may still give no seat, because a later removal ended it.</summary>
    public bool IsEffective => Reason == VoidReason.None;
}
