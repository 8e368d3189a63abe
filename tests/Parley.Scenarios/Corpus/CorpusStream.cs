using Parley.Json;

namespace Parley.Scenarios.Corpus;

/// <summary>What one store was given from its beginning on.</summary>
/// <param name="Name">What it is called: <c>replica-</c> or <c>hub-</c> and a hash of what it was given.</param>
/// <param name="Test">The test that gave it.</param>
/// <param name="Steps">The steps in their order, as a recording writes them.</param>
/// <param name="Wires">Changes as JSON, which steps name by number; null where they hold them.</param>
/// <param name="Expected">A hash of each table at the end, as the engine of the recording leaves them.</param>
internal sealed record CorpusStream(string Name, string Test, IReadOnlyList<JsonValue> Steps, IReadOnlyList<string>? Wires, JsonValue Expected)
{
    /// <summary>True for a hub's.</summary>
    public bool IsOfHub => Steps[0]["hub"] is not null;

    /// <summary>A change of a step.</summary>
    public string Wire(JsonValue named) => named.Text ?? Wires![(int)named.Integer!.Value];
}
