
namespace Parley.Scenarios.Corpus;

/// <summary>Gives a whole stream to the engines of today.</summary>
internal static class StreamReplay
{
    /// <summary>What they come to.</summary>
    public static async Task<CorpusTables> RunAsync(CorpusStream stream)
    {
        await using var replay = Of(stream);
        foreach (var step in stream.Steps)
        {
            await replay.StepAsync(stream, step);
        }

        return await replay.TablesAsync();
    }

    /// <summary>An engine with an empty store.</summary>
    public static IStreamReplay Of(CorpusStream stream) => stream.IsOfHub ? new HubReplay() : new ReplicaReplay();
}
