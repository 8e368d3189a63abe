namespace Parley.Calls;

/// <summary>The DTLS certificate fingerprints of a session description (RFC 8122): what media encryption is bound to.</summary>
internal static class SdpFingerprints
{
    private const string Attribute = "a=fingerprint:";

    /// <summary>
    /// Each distinct fingerprint as <c>algorithm HEX:HEX…</c>, algorithm in lower case, digits in upper case, sorted by code unit.
    /// Empty where there is none.
    /// </summary>
    public static IReadOnlyList<string> Of(string sdp)
    {
        ArgumentNullException.ThrowIfNull(sdp);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var raw in sdp.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (!line.StartsWith(Attribute, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var value = line[Attribute.Length..].Trim();
            var space = value.IndexOf(' ');
            if (space > 0)
            {
                found.Add($"{value[..space].ToString().ToLowerInvariant()} {value[(space + 1)..].Trim().ToString().ToUpperInvariant()}");
            }
        }

        return [.. found];
    }
}
