using Parley.Nodes;

namespace Parley.Replica;

/// <summary>What became of a change that was offered to this replica.</summary>
public abstract record NodeVerdict
{
    private NodeVerdict()
    {
    }

    /// <summary>It was merged and is on disk.</summary>
    public static NodeVerdict Accept { get; } = new Accepted();

    /// <summary>It was here already.</summary>
    public static NodeVerdict AlreadyHere { get; } = new Duplicate();

    /// <summary>It was merged and is on disk.</summary>
    public sealed record Accepted : NodeVerdict;

    /// <summary>It was here already.</summary>
    public sealed record Duplicate : NodeVerdict;

    /// <summary>It waits on disk for what is missing.</summary>
    public sealed record Held(HoldReason Why) : NodeVerdict;

    /// <summary>It was refused and left no trace.</summary>
    public sealed record Refused(Refusal Why) : NodeVerdict;
}
