using Microsoft.Playwright;
using Xunit;

namespace Parley.EndToEnd.Browsers;

/// <summary>axe-core, looking at a page as it stands once everything has come to its end that moves on it.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Source = new(() => File.ReadAllText(Repository.At("node_modules", "axe-core", "axe.min.js")));

    /// <summary>Fails with every breach of WCAG 2.2 A and AA that axe finds.</summary>
    public static async Task AssertCleanAsync(IPage page)
    {
        await page.EvaluateAsync(Source.Value);
        var breaches = await page.EvaluateAsync<string[]>(
            """
            async () => {
              // Transitions end first: a background on its way from one theme to the other stands under ink that is there already. A colour
              // that is inherited starts the next transition when it ends.
              const ending = () => document.getAnimations().filter(it => it.playState === 'running' && it.effect.getComputedTiming().endTime < Infinity);
              for (let moving = ending(); moving.length > 0; moving = ending()) {
                moving.forEach(it => it.finish());
              }

              return (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
                .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} – ${node.failureSummary}`));
            }
            """);
        Assert.True(breaches.Length == 0, string.Join('\n', breaches));
    }
}
