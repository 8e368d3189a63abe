namespace Parley.Identity;

/// <summary>Why a token was not believed. In the order of the checks: the first that fails is the answer.</summary>
public enum UcanFault
{
    /// <summary>It was believed.</summary>
    None,
    /// <summary>Longer, deeper or with more proofs than <see cref="UcanLimits"/> allows.</summary>
    TooLarge,
    /// <summary>An issuer stands twice on one path of proofs.</summary>
    ProofCycle,
    /// <summary>Not three parts of base64url with the header and the claims that a token has.</summary>
    Malformed,
    /// <summary>Its time is over.</summary>
    Expired,
    /// <summary>The issuer is not an Ed25519 <c>did:key</c>.</summary>
    Issuer,
    /// <summary>The signature does not hold.</summary>
    Signature,
    /// <summary>A proof was given to somebody else.</summary>
    ProofAudience,
    /// <summary>It would be good for longer than one of its proofs.</summary>
    OutlivesProof,
    /// <summary>It lists what no proof gives, or claims to stand for somebody who did not say so.</summary>
    NotDelegated,
    /// <summary>It was made for another hub.</summary>
    Audience,
    /// <summary>It would be good for longer than <see cref="UcanLimits"/> allows.</summary>
    LivesTooLong,
    /// <summary>It does not list <see cref="CapabilityNames.Connect"/>.</summary>
    NotForConnecting,
}

/// <summary>The faults in the protocol's words, for error texts on the wire and in logs.</summary>
public static class UcanFaults
{
    /// <summary>The reference's words where it has the fault, and never a part of the token.</summary>
    public static string ToWords(this UcanFault fault) => fault switch
    {
        UcanFault.None => "Token accepted",
        UcanFault.TooLarge => "Token too large",
        UcanFault.ProofCycle => "Proof cycle detected",
        UcanFault.Malformed => "Invalid token format",
        UcanFault.Expired => "Token expired",
        UcanFault.Issuer => "Invalid issuer DID",
        UcanFault.Signature => "Invalid signature",
        UcanFault.ProofAudience => "Invalid proof audience",
        UcanFault.OutlivesProof => "Token expiry exceeds proof",
        UcanFault.NotDelegated => "Capability not delegated",
        UcanFault.Audience => "Invalid audience",
        UcanFault.LivesTooLong => "Token lifetime too long",
        UcanFault.NotForConnecting => "Capability hub/connect missing",
    };
}
