using Microsoft.Playwright;

namespace Parley.EndToEnd.Browsers;

/// <summary>The two screen sizes that pictures are taken at, and where the pictures go.</summary>
internal static class Screens
{
    public static ViewportSize Desktop => new() { Width = 1440, Height = 900 };

    public static ViewportSize Phone => new() { Width = 390, Height = 844 };

    /// <summary>Takes the page at both sizes in both themes: artifacts/screens/NAME-{desktop,phone}-{light,dark}.png.</summary>
    public static async Task TakeAsync(IPage page, string name)
    {
        foreach (var (size, width) in new[] { (Desktop, "desktop"), (Phone, "phone") })
        {
            await page.SetViewportSizeAsync(size.Width, size.Height);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await page.ScreenshotAsync(new()
                {
                    Path = Repository.At("artifacts", "screens", $"{name}-{width}-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png"),
                    Animations = ScreenshotAnimations.Disabled,
                });
            }
        }

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(Desktop.Width, Desktop.Height);
    }
}
