using Parley.Calls.Diagnosis;
using Parley.Web.Shell;

namespace Parley.Web.Calls.Check;

/// <summary>What findings are called for the person in front of the browser: what it is, and what they or whoever runs the hub can do.</summary>
public static class CheckWords
{
    /// <summary>A step in a word or two.</summary>
    public static string Name(CheckStep step) => step switch
    {
        CheckStep.Page => Strings.Check_Step_Page,
        CheckStep.Folder => Strings.Check_Step_Folder,
        CheckStep.Hub => Strings.Check_Step_Hub,
        CheckStep.Admission => Strings.Check_Step_Admission,
        CheckStep.Servers => Strings.Check_Step_Servers,
        CheckStep.Direct => Strings.Check_Step_Direct,
        CheckStep.Stun => Strings.Check_Step_Stun,
        CheckStep.TurnUdp => Strings.Check_Step_TurnUdp,
        CheckStep.TurnTcp => Strings.Check_Step_TurnTcp,
        CheckStep.TurnTls => Strings.Check_Step_TurnTls,
        CheckStep.Relay => Strings.Check_Step_Relay,
        CheckStep.Microphone => Strings.Check_Step_Microphone,
        CheckStep.Camera => Strings.Check_Step_Camera,
    };

    /// <summary>How much it matters, in a word; null is under way.</summary>
    public static string Name(CheckSeverity? severity) => severity is not { } known ? Strings.Check_Busy : known switch
    {
        CheckSeverity.Fine => Strings.Check_Fine,
        CheckSeverity.Untested => Strings.Check_Untested,
        CheckSeverity.Hint => Strings.Check_Hint,
        CheckSeverity.Broken => Strings.Check_Broken,
    };

    /// <summary>The icon beside that word.</summary>
    public static string Icon(CheckSeverity? severity) => severity is not { } known ? "clock" : known switch
    {
        CheckSeverity.Fine => "check",
        CheckSeverity.Untested => "minus",
        CheckSeverity.Hint => "info",
        CheckSeverity.Broken => "circle-alert",
    };

    /// <summary>What it is; empty where it simply works.</summary>
    public static string Cause(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Code switch
        {
            CheckCode.Works => finding.RoundTripMs is { } ms ? Phrase.Of(Strings.Check_Milliseconds, Math.Max(1, Math.Round(ms))) : "",
            CheckCode.NotReached => Strings.Check_Cause_NotReached,
            CheckCode.NotOffered => Strings.Check_Cause_NotOffered,
            CheckCode.InsecurePage => Strings.Check_Cause_InsecurePage,
            CheckCode.KeyMissing or CheckCode.KeyLocked or CheckCode.KeyDamaged or CheckCode.FolderUnusable or CheckCode.FolderInUse => Strings.Check_Cause_Folder,
            CheckCode.NoHub => Strings.Check_Cause_NoHub,
            CheckCode.HubNameUnknown or CheckCode.HubRefuses or CheckCode.HubSilent or CheckCode.HubCertificateBad or CheckCode.NoHubThere => Strings.Check_Cause_HubSilent,
            CheckCode.WebSocketBlocked => Strings.Check_Cause_WebSocketBlocked,
            CheckCode.HubIncompatible => Strings.Check_Cause_HubIncompatible,
            CheckCode.InLobby => Strings.Check_Cause_InLobby,
            CheckCode.Banned => Strings.Check_Cause_Banned,
            CheckCode.NotListed => Strings.Check_Cause_NotListed,
            CheckCode.ClockWrong => Strings.Check_Cause_ClockWrong,
            CheckCode.AddressWrong => Strings.Check_Cause_AddressWrong,
            CheckCode.SignedOut => Strings.Check_Cause_SignedOut,
            CheckCode.NotAdmitted => Strings.Check_Cause_NotAdmitted,
            CheckCode.NoSpace => Strings.Check_Cause_NoSpace,
            CheckCode.NotMember => Strings.Check_Cause_NotMember,
            CheckCode.NoAnswer => Strings.Check_Cause_NoAnswer,
            CheckCode.NoServers => Strings.Check_Cause_NoServers,
            CheckCode.NoTurn => Strings.Check_Cause_NoTurn,
            CheckCode.ClockSkewed => Phrase.Of(Strings.Check_Cause_ClockSkewed, Math.Max(1, Math.Round(Math.Abs(finding.Skew?.TotalMinutes ?? 0)))),
            CheckCode.NoAddress => Strings.Check_Cause_NoAddress,
            CheckCode.ServerNameUnknown or CheckCode.ServerRefuses or CheckCode.ServerSilent => Strings.Check_Cause_ServerSilent,
            CheckCode.ServerCertificateBad => Strings.Check_Cause_ServerCertificateBad,
            CheckCode.CredentialRefused => Strings.Check_Cause_CredentialRefused,
            CheckCode.CredentialEnded => Strings.Check_Cause_CredentialEnded,
            CheckCode.RelayForbidden => Strings.Check_Cause_RelayForbidden,
            CheckCode.ServerFull => Strings.Check_Cause_ServerFull,
            CheckCode.ServerFails => Phrase.Of(Strings.Check_Cause_ServerFails, finding.ErrorCode ?? 0),
            CheckCode.RelayBroken => Strings.Check_Cause_RelayBroken,
            CheckCode.NotAllowed => Of(finding.Step, Strings.Check_Cause_NotAllowed_Microphone, Strings.Check_Cause_NotAllowed_Camera),
            CheckCode.NotFound => Of(finding.Step, Strings.Check_Cause_NotFound_Microphone, Strings.Check_Cause_NotFound_Camera),
            CheckCode.NotReadable => Of(finding.Step, Strings.Check_Cause_NotReadable_Microphone, Strings.Check_Cause_NotReadable_Camera),
            CheckCode.NotSupported => Strings.Check_Cause_NotSupported,
            CheckCode.NoSignal => Of(finding.Step, Strings.Check_Cause_NoSignal_Microphone, Strings.Check_Cause_NoSignal_Camera),
        };
    }

    /// <summary>What to do; empty where there is nothing.</summary>
    public static string Cure(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Code switch
        {
            CheckCode.Works or CheckCode.NotReached or CheckCode.NotOffered => "",
            CheckCode.InsecurePage or CheckCode.NotSupported => Strings.Check_Cure_InsecurePage,
            CheckCode.KeyMissing or CheckCode.KeyLocked or CheckCode.KeyDamaged or CheckCode.FolderUnusable or CheckCode.FolderInUse => Strings.Check_Cure_Operator,
            CheckCode.NoHub => Strings.Check_Cure_NoHub,
            CheckCode.HubNameUnknown or CheckCode.HubRefuses or CheckCode.HubSilent or CheckCode.HubCertificateBad or CheckCode.NoHubThere => Strings.Check_Cure_HubSilent,
            CheckCode.WebSocketBlocked => Strings.Check_Cure_WebSocketBlocked,
            CheckCode.HubIncompatible => Strings.Check_Cure_HubIncompatible,
            CheckCode.InLobby => Strings.Check_Cure_InLobby,
            CheckCode.Banned or CheckCode.NotListed or CheckCode.NotAdmitted => Strings.Check_Cure_Admission,
            CheckCode.ClockWrong or CheckCode.ClockSkewed => Strings.Check_Cure_Clock,
            CheckCode.AddressWrong => Strings.Check_Cure_AddressWrong,
            CheckCode.SignedOut => Strings.Check_Cure_SignedOut,
            CheckCode.NoSpace => Strings.Check_Cure_NoSpace,
            CheckCode.NotMember => Strings.Check_Cure_NotMember,
            CheckCode.NoAnswer => Strings.Check_Cure_NoAnswer,
            CheckCode.NoServers or CheckCode.NoTurn => Strings.Check_Cure_NoTurn,
            CheckCode.NoAddress => Strings.Check_Cure_NoAddress,
            CheckCode.ServerNameUnknown or CheckCode.ServerRefuses or CheckCode.ServerSilent => finding.Severity == CheckSeverity.Broken
                ? Strings.Check_Cure_ServerSilent : Strings.Check_Cure_ServerSilent_Hint,
            CheckCode.ServerCertificateBad or CheckCode.CredentialRefused or CheckCode.CredentialEnded or CheckCode.RelayForbidden
                or CheckCode.ServerFails or CheckCode.RelayBroken => Strings.Check_Cure_Operator,
            CheckCode.ServerFull => Strings.Check_Cure_ServerFull,
            CheckCode.NotAllowed => Strings.Check_Cure_NotAllowed,
            CheckCode.NotFound => Strings.Check_Cure_NotFound,
            CheckCode.NotReadable => Strings.Check_Cure_NotReadable,
            CheckCode.NoSignal => Of(finding.Step, Strings.Check_Cure_NoSignal_Microphone, Strings.Check_Cure_NoSignal_Camera),
        };
    }

    private static string Of(CheckStep step, string microphone, string camera) => step == CheckStep.Camera ? camera : microphone;
}
