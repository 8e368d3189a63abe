using System.Globalization;
using System.Text;
using Parley.Calls.Diagnosis;

namespace Parley.Web.Calls.Check;

/// <summary>The text of a check, to be sent to whoever helps: codes and times, and nobody's name, id or address.</summary>
public static class CheckReport
{
    /// <summary>The text.</summary>
    /// <param name="facts">What was found out.</param>
    /// <param name="version">Of Parley.</param>
    /// <param name="browser">What this browser calls itself.</param>
    public static string Of(CheckFacts facts, string version, string browser)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Parley {version}, {browser}\n");
        foreach (var step in CheckFacts.InBrowser)
        {
            text.Append(CultureInfo.InvariantCulture, $"{step}: ");
            if (CallDiagnosis.Of(step, facts) is not { } finding)
            {
                text.Append("?\n");
                continue;
            }

            text.Append(finding.Severity == CheckSeverity.Fine ? "works" : $"{finding.Severity} ({finding.Code})");
            text.Append(finding.ErrorCode is { } error ? string.Create(CultureInfo.InvariantCulture, $", error {error}") : "");
            text.Append(finding.RoundTripMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $", {ms:0} ms") : "");
            text.Append(finding.Skew is { } skew ? string.Create(CultureInfo.InvariantCulture, $", hub's clock {skew.TotalSeconds:+0;-0} s") : "");
            text.Append('\n');
        }

        return text.ToString();
    }
}
