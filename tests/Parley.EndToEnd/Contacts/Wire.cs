using System.Collections.Concurrent;
using System.Text;
using Microsoft.Playwright;
using Parley.EndToEnd.App;

namespace Parley.EndToEnd.Contacts;

/// <summary>Every frame that came over a tab's socket since its page was loaded anew.</summary>
internal sealed class Wire
{
    private readonly ConcurrentQueue<byte[]> _frames = new();

    private Wire()
    {
    }

    /// <summary>Listens, and loads the page again so that nothing is missed.</summary>
    public static async Task<Wire> TapAsync(Tab tab)
    {
        var wire = new Wire();
        tab.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => wire._frames.Enqueue(BytesOf(frame));
        await tab.Page.ReloadAsync();
        await tab.ReadyAsync();
        await tab.OnlineAsync();
        return wire;
    }

    /// <summary>A frame held these words, as they are or in base64 at any of the three places that bytes can have in it.</summary>
    public bool Saw(string words)
    {
        var bytes = Encoding.UTF8.GetBytes(words);
        byte[][] spellings = [bytes, .. Enumerable.Range(0, 3).Select(at => Middle(bytes, at))];
        return _frames.Any(frame => spellings.Any(spelling => frame.AsSpan().IndexOf(spelling) >= 0));
    }

    // The digits that do not depend on what stands before and after.
    private static byte[] Middle(byte[] bytes, int at)
    {
        var digits = Convert.ToBase64String([.. new byte[at], .. bytes]);
        var first = at == 0 ? 0 : at + 1;
        return Encoding.ASCII.GetBytes(digits[first..((at + bytes.Length) * 8 / 6)]);
    }

    private static byte[] BytesOf(IWebSocketFrame frame) => frame.Text is { } text ? Encoding.UTF8.GetBytes(text) : frame.Binary ?? [];
}
