using Parley.Ids;

namespace Parley.Identity;

/// <summary>
/// Verification of a token in two pure steps with the signature checks between them: <see cref="Plan"/> takes the whole chain of
/// proofs apart, <see cref="Apply"/> judges it (docs/protocol.md, tokens). It proves who signed, and that no proof is stretched.
/// </summary>
/// <remarks>What a hub asks beyond that, audience and lifetime, is <see cref="HubToken.TryAccept"/>.</remarks>
public static class UcanVerification
{
    /// <summary>Step one: the bounds of the chain, and the shape of the outermost token.</summary>
    /// <returns>A plan, or null with <paramref name="fault"/> set. Never throws on any input.</returns>
    public static UcanPlan? Plan(string? text, out UcanFault fault)
    {
        var checks = new List<SignatureCheck>();
        var tokens = 0;
        fault = UcanFault.None;
        var root = text is null ? null : Node(text, 0, ref tokens, checks, ref fault);
        if (fault == UcanFault.None && root?.Token is null)
        {
            fault = UcanFault.Malformed;
        }

        return fault == UcanFault.None ? new(root!, [.. checks]) : null;
    }

    /// <summary>Step two: in the order of <see cref="UcanFault"/> for the token, then for each proof, then for how the two fit.</summary>
    /// <param name="plan">From step one.</param>
    /// <param name="answers">One for each of the plan's checks, in their order.</param>
    /// <param name="now">The verifier's clock.</param>
    /// <param name="fault">What failed first.</param>
    /// <returns>Null where it may not be believed.</returns>
    public static VerifiedUcan? Apply(UcanPlan plan, ReadOnlySpan<bool> answers, DateTimeOffset now, out UcanFault fault)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNotEqual(answers.Length, plan.Checks.Length);
        return Judge(plan.Root, answers, now, [], out fault);
    }

    private static UcanNode Node(string text, int depth, ref int tokens, List<SignatureCheck> checks, ref UcanFault fault)
    {
        if (depth > UcanLimits.ProofDepthMax || ++tokens > UcanLimits.TokensMax)
        {
            fault = UcanFault.TooLarge;
        }

        if (fault != UcanFault.None || UcanToken.TryParse(text, out var token) is var read && read == UcanFault.TooLarge)
        {
            fault = UcanFault.TooLarge;
            return new(null, -1, []);
        }

        if (token is null)
        {
            return new(null, -1, []);
        }

        var check = -1;
        if (token.Issuer is { } issuer)
        {
            check = checks.Count;
            checks.Add(new(issuer.PublicKey(), token.Signed, token.Signature));
        }

        var proofs = new UcanNode[token.Proofs.Count];
        for (var i = 0; i < proofs.Length; i++)
        {
            proofs[i] = Node(token.Proofs[i], depth + 1, ref tokens, checks, ref fault);
        }

        return new(token, check, proofs);
    }

    private static VerifiedUcan? Judge(UcanNode node, ReadOnlySpan<bool> answers, DateTimeOffset now, List<PersonId> path, out UcanFault fault)
    {
        fault = Alone(node, answers, now, path);
        if (fault != UcanFault.None)
        {
            return null;
        }

        path.Add(node.Token!.Issuer!.Value);
        var proofs = new VerifiedUcan[node.Proofs.Count];
        for (var i = 0; i < proofs.Length; i++)
        {
            if (Judge(node.Proofs[i], answers, now, path, out fault) is not { } proof)
            {
                return null;
            }

            proofs[i] = proof;
        }

        path.RemoveAt(path.Count - 1);
        fault = proofs.Length == 0 ? UcanFault.None : Together(node.Token, proofs);
        return fault == UcanFault.None ? new(node.Token, proofs) : null;
    }

    // A token is longer than whatever it holds, so none can hold itself. What can come round is who delegates to whom.
    private static UcanFault Alone(UcanNode node, ReadOnlySpan<bool> answers, DateTimeOffset now, List<PersonId> path) => node switch
    {
        { Token: null } => UcanFault.Malformed,
        { Token.Issuer: { } issuer } when path.Contains(issuer) => UcanFault.ProofCycle,
        _ when node.Token.IsExpired(now) => UcanFault.Expired,
        { Check: < 0 } => UcanFault.Issuer,
        _ => answers[node.Check] ? UcanFault.None : UcanFault.Signature,
    };

    private static UcanFault Together(UcanToken token, VerifiedUcan[] proofs)
    {
        if (Array.Exists(proofs, proof => proof.Token.Audience != token.Issuer!.Value.Value))
        {
            return UcanFault.ProofAudience;
        }

        if (Array.Exists(proofs, proof => token.ExpirySeconds > proof.Token.ExpirySeconds))
        {
            return UcanFault.OutlivesProof;
        }

        var given = proofs.SelectMany(proof => proof.Token.Capabilities).ToArray();
        return token.Capabilities.All(line => Array.Exists(given, parent => parent.Covers(line))) ? UcanFault.None : UcanFault.NotDelegated;
    }
}
