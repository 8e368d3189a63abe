using System.Globalization;

namespace Parley.Web.Shell;

/// <summary>A sentence with names and numbers put into it.</summary>
public static class Phrase
{
    /// <summary>Puts the parts where the format has <c>{0}</c>, <c>{1}</c>.</summary>
    public static string Of(string format, params ReadOnlySpan<object?> parts) => string.Format(CultureInfo.InvariantCulture, format, parts);
}
