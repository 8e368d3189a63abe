using Parley.Ids;

namespace Parley.Identity;

/// <summary>A token with all that it cites, waiting for the answers to its signature checks.</summary>
public sealed class UcanPlan
{
    internal UcanPlan(UcanNode root, SignatureCheck[] checks)
    {
        Root = root;
        Checks = checks;
    }

    /// <summary>The outermost token. Not to be believed before <see cref="UcanVerification.Apply"/> said so.</summary>
    public UcanToken Token => Root.Token!;

    /// <summary>One check for each token of the chain, at most <see cref="UcanLimits.TokensMax"/>.</summary>
    public ReadOnlyMemory<SignatureCheck> Checks { get; }

    internal UcanNode Root { get; }
}

/// <summary>One token of a chain.</summary>
/// <param name="Token">Null where the text is not a token.</param>
/// <param name="Check">The place of its signature among the checks; -1 where there is no key to check with.</param>
/// <param name="Proofs">What it cites, in its order.</param>
internal sealed record UcanNode(UcanToken? Token, int Check, IReadOnlyList<UcanNode> Proofs);

/// <summary>A token whose whole chain was verified.</summary>
public sealed class VerifiedUcan
{
    internal VerifiedUcan(UcanToken token, IReadOnlyList<VerifiedUcan> proofs)
    {
        Token = token;
        Proofs = proofs;
    }

    /// <summary>The token.</summary>
    public UcanToken Token { get; }

    /// <summary>Who signed it.</summary>
    public PersonId Issuer => Token.Issuer!.Value;

    /// <summary>What it rests on, each verified too.</summary>
    public IReadOnlyList<VerifiedUcan> Proofs { get; }

    /// <summary>This token and everything below it: revoking any of them ends them all.</summary>
    public IEnumerable<VerifiedUcan> Chain() => [this, .. Proofs.SelectMany(proof => proof.Chain())];

    /// <summary>The issuers of the tokens that rest on nothing.</summary>
    public IEnumerable<PersonId> Roots() => Chain().Where(token => token.Proofs.Count == 0).Select(token => token.Issuer).Distinct();
}
