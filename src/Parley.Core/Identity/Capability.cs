namespace Parley.Identity;

/// <summary>One line of a token: what may be done (<paramref name="Can"/>) to which resource (<paramref name="With"/>).</summary>
/// <param name="With">A resource's name, <c>*</c>, or <c>P/*</c> for everything at and below <c>P</c>.</param>
/// <param name="Can">An action of <see cref="CapabilityNames"/>, or <c>*</c>; where a hub checks an action also <c>group/*</c>.</param>
public readonly record struct Capability(string With, string Can)
{
    private const string Everything = "*";
    private const string Below = "/*";

    /// <summary>True where a proof that holds this line may be cited for <paramref name="child"/>.</summary>
    /// <remarks>Actions are equal or <c>*</c>: in a chain of proofs <c>hub/*</c> does not cover <c>hub/relay</c>.</remarks>
    public bool Covers(Capability child) => (Can == Everything || Can == child.Can) && Matches(With, child.With);

    /// <summary>True where this line lets <paramref name="action"/> be done to <paramref name="resource"/> at a hub.</summary>
    public bool Permits(string action, string resource) => PermitsAction(action) && Matches(With, resource);

    /// <summary>True where this line names the action, for whatever resource.</summary>
    internal bool PermitsAction(string action) => Matches(Can, action);

    // The reference's "P/*" covers whatever begins with P. Ours ends at the slash: foo/* is foo and foo/bar, never foobar (W33).
    private static bool Matches(string pattern, string name)
    {
        if (pattern == Everything || pattern == name)
        {
            return true;
        }

        if (!pattern.EndsWith(Below, StringComparison.Ordinal))
        {
            return false;
        }

        var parent = pattern.AsSpan(0, pattern.Length - Below.Length);
        return name.AsSpan().StartsWith(parent, StringComparison.Ordinal) && (name.Length == parent.Length || name[parent.Length] == '/');
    }
}
