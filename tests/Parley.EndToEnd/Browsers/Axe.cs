using Microsoft.Playwright;
using Xunit;

namespace Parley.EndToEnd.Browsers;

/// <summary>axe-core, looking at a page as it stands.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Source = new(() => File.ReadAllText(Repository.At("node_modules", "axe-core", "axe.min.js")));

    /// <summary>Fails with every breach of WCAG 2.2 A and AA that axe finds.</summary>
    public static async Task AssertCleanAsync(IPage page)
    {
        await page.EvaluateAsync(Source.Value);
        var breaches = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
              .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} – ${node.failureSummary}`))
            """);
        Assert.True(breaches.Length == 0, string.Join('\n', breaches));
    }
}
