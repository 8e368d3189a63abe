using Parley.Calls.Diagnosis;
using Parley.Web.Calls.Check;
using Xunit;

namespace Parley.Web.Tests.Calls;

public sealed class CheckWordsTests
{
    [Fact]
    public void Everything_that_can_be_wrong_has_a_cause_and_a_cure()
    {
        foreach (var step in Enum.GetValues<CheckStep>())
        {
            Assert.NotEmpty(CheckWords.Name(step));
            foreach (var code in Enum.GetValues<CheckCode>())
            {
                var finding = new Finding(step, CheckSeverity.Broken, code);
                Assert.Equal(code == CheckCode.Works, CheckWords.Cause(finding).Length == 0);
                Assert.Equal(code is CheckCode.Works or CheckCode.NotReached or CheckCode.NotOffered, CheckWords.Cure(finding).Length == 0);
            }
        }
    }

    [Fact]
    public void No_two_severities_look_or_read_alike()
    {
        CheckSeverity?[] all = [null, .. Enum.GetValues<CheckSeverity>()];
        Assert.Equal(all.Length, all.Select(CheckWords.Icon).Distinct().Count());
        Assert.Equal(all.Length, all.Select(CheckWords.Name).Distinct().Count());
    }

    [Fact]
    public void A_way_that_is_no_more_than_slow_to_miss_frightens_nobody()
    {
        var broken = new Finding(CheckStep.TurnUdp, CheckSeverity.Broken, CheckCode.ServerSilent);
        Assert.Equal(Strings.Check_Cure_ServerSilent_Hint, CheckWords.Cure(broken with { Severity = CheckSeverity.Hint }));
        Assert.Equal(Strings.Check_Cure_ServerSilent, CheckWords.Cure(broken));
        Assert.Equal("1 ms", CheckWords.Cause(new(CheckStep.Relay, CheckSeverity.Fine, CheckCode.Works, RoundTripMs: 0.2)));
        Assert.Contains("120 min", CheckWords.Cause(new(CheckStep.Servers, CheckSeverity.Hint, CheckCode.ClockSkewed, Skew: TimeSpan.FromHours(-2))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_holds_codes_and_times_and_a_line_for_every_step()
    {
        var facts = new CheckFacts
        {
            Page = CheckCode.Works,
            Hub = CheckCode.Works,
            Admission = CheckCode.Works,
            Servers = new(CheckCode.ClockSkewed, new Dictionary<CheckStep, int> { [CheckStep.TurnUdp] = 1 }, TimeSpan.FromHours(-1), TimeSpan.FromHours(-2)),
            Paths = [new(CheckStep.TurnUdp, CheckCode.CredentialRefused, 401)],
            Microphone = CheckCode.NotAllowed,
        };
        Assert.Equal(
            """
            Parley 1.2.3, Chromium on Linux
            Page: works
            Hub: works
            Admission: works
            Servers: Hint (ClockSkewed), hub's clock -7200 s
            Direct: ?
            Stun: Untested (NotOffered)
            TurnUdp: Broken (CredentialEnded), error 401
            TurnTcp: Untested (NotOffered)
            TurnTls: Untested (NotOffered)
            Relay: Untested (NotReached)
            Microphone: Broken (NotAllowed)
            Camera: ?

            """.ReplaceLineEndings("\n"),
            CheckReport.Of(facts, "1.2.3", "Chromium on Linux"));
    }
}
