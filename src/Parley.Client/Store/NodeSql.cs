namespace Parley.Store;

/// <summary>How the rows of nodes are spoken of in SQL. Property names stand in the text, so that expression indexes apply.</summary>
internal static class NodeSql
{
    /// <summary>The columns of a timeline position, in the order in which it compares.</summary>
    public const string Position = "t, created_by, root_index, root_hash";

    /// <summary>The value of a property: null where absent or null.</summary>
    public static string Extract(string property) => $"json_extract(properties, '{Path(property)}')";

    /// <summary>The JSON path of a property. Throws <see cref="ArgumentException"/> for one that cannot be asked for.</summary>
    public static string Path(string property)
    {
        ArgumentException.ThrowIfNullOrEmpty(property);
        if (property.AsSpan().IndexOfAny('"', '\\') >= 0 || property.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
        {
            throw new ArgumentException("A property with quotes, backslashes or control characters cannot be asked for.", nameof(property));
        }

        return $"$.\"{property.Replace("'", "''", StringComparison.Ordinal)}\"";
    }
}
