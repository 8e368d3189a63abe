using Parley.Json;
using Parley.Testing;

namespace Parley.Scenarios.Hub.Transcripts;

/// <summary>Tokens that were shown to a running reference hub, shown to ours at the same time of day.</summary>
public sealed class RecordedTokenTests
{
    private const int Recording = 20;

    /// <summary>Within the seconds in which one of the recorded tokens was over and the others were not.</summary>
    private static readonly DateTimeOffset Recorded = DateTimeOffset.FromUnixTimeSeconds(1_795_381_364);

    [Fact]
    public async Task What_the_reference_refuses_is_refused_with_the_same_words()
    {
        Assert.SkipWhen(Transcript.Folder is null, "No recordings: set PARLEY_TRANSCRIPTS, or put them in ../shared/transcripts beside the repository.");
        await using var hub = await HubFixture.StartAsync(time: new ManualTime(Recorded));
        var lines = Transcript.Read(Transcript.Folder!, Recording).SelectMany(static step => step.Lines).ToList();
        var refused = lines.Where(static l => l.Kind == "close" && l.Line["code"]!.Integer == 4401).ToList();

        Assert.Equal(6, refused.Count);
        foreach (var line in refused)
        {
            await using var client = await ShowAsync(hub, Connect(lines, line.Connection));
            Assert.Equal((line.Connection, 4401, line.Line["reason"]!.Text), (line.Connection, client.Closed.Code, client.Closed.Reason));
        }
    }

    /// <summary>W33: the reference took tokens for whomever, and with nothing listed.</summary>
    [Trait("weak-spot", "W33")]
    [Theory]
    [InlineData("ok")]
    [InlineData("hdr")]
    [InlineData("onlyauth")]
    [InlineData("nocaps")]
    public async Task What_the_reference_takes_although_it_is_for_another_hub_is_refused(string connection)
    {
        Assert.SkipWhen(Transcript.Folder is null, "No recordings: set PARLEY_TRANSCRIPTS, or put them in ../shared/transcripts beside the repository.");
        await using var hub = await HubFixture.StartAsync(time: new ManualTime(Recorded));
        var lines = Transcript.Read(Transcript.Folder!, Recording).SelectMany(static step => step.Lines).ToList();

        await using var client = await ShowAsync(hub, Connect(lines, connection));

        Assert.Equal((4401, "Invalid UCAN: Invalid audience"), client.Closed);
        Assert.NotEqual("xnet-auth", client.SubProtocol?.Split('.')[0]);
    }

    private static JsonValue Connect(List<TranscriptLine> lines, string connection) =>
        lines.Single(l => l.Kind == "connect" && l.Connection == connection).Line;

    private static Task<HubClient> ShowAsync(HubFixture hub, JsonValue connect) => HubClient.ShowAsync(
        hub,
        connect["headers"]?["authorization"]?.Text?["Bearer ".Length..],
        new Uri(connect["url"]!.Text!).PathAndQuery,
        [.. connect["protocols"]!.Items.Select(static p => p.Text!)]);
}
