using System.Globalization;
using System.Text.RegularExpressions;
using Parley.Web.Rooms;
using QRCoder;
using Xunit;

namespace Parley.Web.Tests.Rooms;

public sealed partial class QrDrawingTests
{
    [Fact]
    public void The_path_covers_exactly_the_dark_modules()
    {
        const string Link = "http://localhost:4444/channel/room-0d6e4079e36703ebd37c00722f5891d28b0e2811";
        using var code = QRCodeGenerator.GenerateQrCode(Link, QRCodeGenerator.ECCLevel.M);
        var drawing = QrDrawing.Of(Link);
        var drawn = new HashSet<(int X, int Y)>();
        foreach (Match run in Runs().Matches(drawing.Path))
        {
            var (x, y, length) = (int.Parse(run.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(run.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(run.Groups[3].ValueSpan, CultureInfo.InvariantCulture));
            Assert.Equal(length, int.Parse(run.Groups[4].ValueSpan, CultureInfo.InvariantCulture));
            Assert.All(Enumerable.Range(x, length), at => Assert.True(drawn.Add((at, y))));
        }

        Assert.Equal(code.ModuleMatrix.Count, drawing.Size);
        Assert.Equal(
            code.ModuleMatrix.SelectMany((row, y) => row.Cast<bool>().Select((dark, x) => (dark, x, y))).Where(m => m.dark).Select(m => (m.x, m.y)).ToHashSet(),
            drawn);
    }

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-(\d+)z")]
    private static partial Regex Runs();
}
