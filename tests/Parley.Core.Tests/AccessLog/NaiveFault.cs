namespace Parley.Access;

/// <summary>Deliberate faults of the naive model, each of which vectors and random histories must notice.</summary>
public enum NaiveFault
{
    None,
    NoStrongRemoval,
    NoAuthorityOrder,
    NoCausalGate,
    AdmitWithoutProof,
    InviteEndIgnored,
    VoidNotTransitive,
    OldLinkReadmits,
    LeaveVoidsNothing,
    SpaceCutIgnored,
    DecideBySeenOnly,
}
