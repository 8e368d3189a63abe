using Parley.Calls.Diagnosis;
using Parley.Cli.Terminal;
using Parley.Json;

namespace Parley.Cli.Doctor;

/// <summary>Tells findings: a line for each as it comes, and what to begin with at the end; or all at once as JSON.</summary>
internal sealed class DoctorReport(TextWriter output, bool isJson)
{
    private readonly List<Finding> _told = [];

    /// <summary>Writes what is new, in the order of the steps: a step waits for those before it.</summary>
    public void Tell(CheckFacts facts)
    {
        foreach (var step in CheckFacts.InTerminal.Skip(_told.Count))
        {
            if (CallDiagnosis.Of(step, facts) is not { } finding)
            {
                return;
            }

            _told.Add(finding);
            if (!isJson)
            {
                Write(finding);
            }
        }
    }

    /// <summary>Ends the report. The exit code.</summary>
    public int End(CheckFacts facts)
    {
        Tell(facts);
        var headline = CallDiagnosis.Headline(_told);
        if (isJson)
        {
            output.WriteLine(CanonicalJson.ToText(JsonValue.Object(
                ("findings", JsonValue.Array([.. _told.Select(ToJson)])), ("headline", headline is null ? null : ToJson(headline)))));
        }
        else
        {
            output.WriteLine();
            output.WriteLine(headline switch
            {
                null => "Nothing stands in the way of calls.",
                { Severity: CheckSeverity.Hint } => $"Calls connect; this would help some: {DoctorWords.Name(headline.Step)}. {DoctorWords.Cause(headline)} {DoctorWords.Cure(headline)}",
                _ => $"Begin with: {DoctorWords.Name(headline.Step)}. {DoctorWords.Cause(headline)} {DoctorWords.Cure(headline)}",
            });
        }

        return headline is { Severity: CheckSeverity.Broken } ? ExitCodeOf(headline) : ExitCode.Ok;
    }

    private static int ExitCodeOf(Finding headline) => headline switch
    {
        { Code: CheckCode.KeyLocked } => ExitCode.KeyLocked,
        { Code: CheckCode.KeyDamaged } => ExitCode.KeyFile,
        { Code: CheckCode.FolderUnusable or CheckCode.FolderInUse } => ExitCode.DataFolder,
        { Step: CheckStep.Hub } => ExitCode.Unreachable,
        _ => ExitCode.Failed,
    };

    private static JsonValue ToJson(Finding finding) => JsonValue.Object(
        ("step", JsonValue.Of(Lower(finding.Step.ToString()))),
        ("severity", JsonValue.Of(Lower(finding.Severity.ToString()))),
        ("code", JsonValue.Of(Lower(finding.Code.ToString()))),
        ("cause", JsonValue.Of(DoctorWords.Cause(finding))),
        ("cure", DoctorWords.Cure(finding) is { Length: > 0 } cure ? JsonValue.Of(cure) : null),
        ("errorCode", finding.ErrorCode is { } error ? JsonValue.Of(error) : null),
        ("roundTripMs", finding.RoundTripMs is { } ms ? JsonValue.Of((long)Math.Round(ms)) : null));

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private void Write(Finding finding)
    {
        output.WriteLine($"{DoctorWords.Name(finding.Severity),-8}{DoctorWords.Name(finding.Step),-19}{DoctorWords.Cause(finding)}");
        if (DoctorWords.Cure(finding) is { Length: > 0 } cure)
        {
            output.WriteLine($"{"",-27}{cure}");
        }
    }
}
