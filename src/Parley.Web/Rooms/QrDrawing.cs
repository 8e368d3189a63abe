using System.Globalization;
using System.Text;
using QRCoder;

namespace Parley.Web.Rooms;

/// <summary>A text as a QR code: the outline of its dark modules as one SVG path.</summary>
/// <remarks>Drawn here because QRCoder's own SVG drawing brings the whole of System.Xml into the download.</remarks>
/// <param name="Size">The width and height in modules, the quiet zone of four on each side included.</param>
/// <param name="Path">The dark modules: one rectangle for every run in a row.</param>
public sealed record QrDrawing(int Size, string Path)
{
    /// <summary>Draws a text with error correction level M.</summary>
    public static QrDrawing Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                var start = x;
                while (x < rows[y].Count && rows[y][x])
                {
                    x++;
                }

                if (x > start)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
                }
            }
        }

        return new QrDrawing(rows.Count, path.ToString());
    }
}
