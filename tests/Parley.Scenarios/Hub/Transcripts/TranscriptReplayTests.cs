using System.Text;
using Parley.Testing;

namespace Parley.Scenarios.Hub.Transcripts;

/// <summary>
/// Frames recorded with a running reference hub, sent again to ours (open, as that one ran without rights): every step has the same
/// outcome, or stands in <see cref="TranscriptDifferences"/> with its reason.
/// </summary>
public sealed class TranscriptReplayTests
{
    /// <summary>The wall clock of the recording hub when its recordings began, from an error message of transcript 12.</summary>
    private static readonly DateTimeOffset Recorded = DateTimeOffset.FromUnixTimeMilliseconds(1_795_381_327_705);

    public static TheoryData<int> Numbers => [10, 11, 12, 13, 14, 15, 16];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_recorded_conversation_goes_the_same_way_here(int number)
    {
        Assert.SkipWhen(Transcript.Folder is null, "No recordings: set PARLEY_TRANSCRIPTS, or put them in ../shared/transcripts beside the repository.");
        var time = new ManualTime(Recorded);
        await using var hub = await HubFixture.StartAsync(
            o =>
            {
                o.Open = true;
                o.Limits.QueueBytesMax = 16 * 1024 * 1024;
            },
            time: time);
        await using var replay = new TranscriptReplay(hub, number);
        var steps = Transcript.Read(Transcript.Folder!, number);
        var unequal = new List<string>();
        var atMs = 0d;
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Lines is [{ AtMs: var next }, ..])
            {
                time.Advance(TimeSpan.FromMilliseconds(next - atMs));
                atMs = next;
            }

            var ours = await replay.RunAsync(steps[i]);
            var theirs = steps[i].ReferenceOutcomes(i + 1 < steps.Count ? steps[i + 1].Note : "");
            Compare(number, steps[i].Note, theirs, ours, unequal);
        }

        Assert.True(unequal.Count == 0, string.Join("\n\n", unequal));
    }

    [Fact]
    public void Every_difference_names_a_step_that_was_recorded()
    {
        Assert.SkipWhen(Transcript.Folder is null, "No recordings: set PARLEY_TRANSCRIPTS, or put them in ../shared/transcripts beside the repository.");
        foreach (var difference in TranscriptDifferences.All)
        {
            Assert.Single(Transcript.Read(Transcript.Folder!, difference.Transcript), s => s.Note == difference.Note);
            Assert.NotEmpty(difference.Reason);
        }
    }

    private static void Compare(int number, string note, IReadOnlyList<string> theirs, IReadOnlyList<string> ours, List<string> unequal)
    {
        var difference = TranscriptDifferences.All.SingleOrDefault(d => d.Transcript == number && d.Note == note);
        // The recording interleaves connections as they came; what counts is each connection's own order.
        var expected = ByConnection(difference?.Ours ?? theirs);
        var actual = ByConnection(ours);
        if (!expected.SequenceEqual(actual))
        {
            unequal.Add($"Transcript {number}, \"{note}\"\n  reference: {string.Join(" | ", ByConnection(theirs))}\n  expected:  {string.Join(" | ", expected)}\n  ours:      {string.Join(" | ", actual)}");
        }
        else if (difference is not null && ByConnection(theirs).SequenceEqual(actual))
        {
            unequal.Add($"Transcript {number}, \"{note}\" is listed as a difference and is none.");
        }
    }

    private static List<string> ByConnection(IEnumerable<string> outcomes) =>
        [.. outcomes.GroupBy(static o => o[..o.IndexOf(':', StringComparison.Ordinal)]).OrderBy(static g => g.Key, StringComparer.Ordinal).SelectMany(static g => g)];
}
