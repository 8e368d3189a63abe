using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Access;

/// <summary>What becomes of an ordinary change: filed in its home, held until something is here, or refused.</summary>
internal readonly record struct WriteAnswer
{
    /// <summary>Where it is filed.</summary>
    public string? Home { get; private init; }

    /// <summary>What it waits for.</summary>
    public NodeId? WaitsFor { get; private init; }

    /// <summary>Why it is refused, where neither is set.</summary>
    public Refusal Refusal { get; private init; }

    /// <summary>The same as a reason of docs/access.md or a sentence.</summary>
    public string Why { get; private init; }

    /// <summary>With whose changes it waits, as <see cref="SenderRule.ScopeOf"/> says it.</summary>
    public string Scope { get => field ?? SenderRule.Everybodys; init; }

    public static WriteAnswer FileIn(string home) => new() { Home = home, Why = "" };

    public static WriteAnswer WaitFor(NodeId node) => new() { WaitsFor = node, Why = "" };

    public static WriteAnswer WaitForLog(NodeId domain) => new() { WaitsFor = AccessWait.For(domain), Why = "" };

    public static WriteAnswer Refuse(Reason reason, Refusal refusal = Refusal.Forbidden) => Refuse(reason.ToCode(), refusal);

    public static WriteAnswer Refuse(string why, Refusal refusal = Refusal.Forbidden) => new() { Refusal = refusal, Why = why };
}
