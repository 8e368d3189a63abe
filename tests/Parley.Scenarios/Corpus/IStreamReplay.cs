using Parley.Json;

namespace Parley.Scenarios.Corpus;

/// <summary>An engine that is given one stream's steps in their order.</summary>
internal interface IStreamReplay : IAsyncDisposable
{
    /// <summary>Takes one step.</summary>
    Task StepAsync(CorpusStream stream, JsonValue step);

    /// <summary>What the engine's store holds now, and what it answered so far.</summary>
    Task<CorpusTables> TablesAsync();
}
