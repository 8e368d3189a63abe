using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Ledger;

/// <summary>Everything that was said in #general, and what each terminal must come to show of it.</summary>
internal sealed class Conversation
{
    /// <summary>How long a test waits until everybody has everything: commands run meanwhile, and each is a session.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, List<string>> _said = new(StringComparer.Ordinal);

    /// <summary>The next lines of a person: each says who, when and which.</summary>
    public string[] Next(Laptop laptop, string occasion, int count) => Next(laptop.Name, occasion, count);

    /// <summary>As the other, for somebody who has no laptop.</summary>
    public string[] Next(string name, string occasion, int count)
    {
        string[] lines = [.. Enumerable.Range(1, count).Select(i => $"{name} {occasion} {i}")];
        (_said.TryGetValue(name, out var said) ? said : _said[name] = []).AddRange(lines);
        return lines;
    }

    /// <summary>Waits until every terminal shows everything. Then all show it in one order, and each person's lines as they were said.</summary>
    public async Task IsCompleteAsync(params Laptop[] laptops)
    {
        IReadOnlyList<string>[] shown = [];
        await Eventually.SeesAsync(
            async () =>
            {
                shown = await Task.WhenAll(laptops.Select(static laptop => laptop.ReadAsync()));
                return laptops.Zip(shown).Select(each => LacksOf(each.First, each.Second)).OfType<string>().ToList();
            },
            static lacks => lacks.Count == 0,
            Patience);
        foreach (var (name, said) in _said)
        {
            Assert.Equal(said, shown[0].Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)));
        }

        Assert.All(shown[1..], lines => Assert.Equal(shown[0], lines));
    }

    private string? LacksOf(Laptop laptop, IReadOnlyList<string> shown) => _said.Values.SelectMany(static said => said).Except(shown).ToList() is not [var first, ..] lacks
        ? null
        : $"{laptop.Name} lacks {lacks.Count}, from '{first}' to '{lacks[^1]}'";
}
