using Microsoft.Playwright;
using Xunit;

namespace Parley.EndToEnd.Browsers;

/// <summary>axe judges what a page comes to, never a colour on its way.</summary>
public sealed class AxeTests(Chromium chromium)
{
    [Fact, Trait("size", "long")]
    public async Task Colours_are_judged_when_they_have_come_to_their_end()
    {
        await using var profile = await BrowserProfile.OpenAsync(chromium);
        var page = profile.Context.Pages[0];
        await page.SetContentAsync(
            """
            <html lang="en"><title>Themes</title><style>
              :root { color-scheme: light dark; }
              button { background: light-dark(#fff, #111); color: light-dark(#222, #eee); transition: background 3600s; }
              div { color: light-dark(#222, #eee); transition: color 3600s; }
              p { background: light-dark(#fff, #111); transition: color 3600s; }
              i { display: block; width: 10px; height: 10px; animation: turn 1s infinite; }
              @keyframes turn { to { rotate: 1turn; } }
            </style><main><h1>Themes</h1><button>Press</button><div><p>Inherits</p></div><i></i></main></html>
            """);
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await Axe.AssertCleanAsync(page);
        }

        await page.AddStyleTagAsync(new() { Content = "p { color: light-dark(#eee, #333); }" });
        var breach = await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(() => Axe.AssertCleanAsync(page));
        Assert.Contains("color-contrast", breach.Message);
    }
}
