using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Nodes;

namespace Parley.Cli.Chat;

/// <summary>How a message looks in a terminal, and as a line of JSON.</summary>
internal static class MessageLine
{
    /// <summary><c>14:03 Ada  Hello</c>; the day before the time where it is not today; further lines indented under the first.</summary>
    public static string Text(Node message, string name, TimeProvider time)
    {
        var zone = time.LocalTimeZone;
        var at = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(message.CreatedAt), zone);
        var today = time.GetLocalNow().Date == at.Date;
        var head = $"{at.ToString(today ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {Printable(name)}: ";
        var content = message.Flag("redacted") ? "(deleted)" : Printable(message.Text("content") ?? "");
        return head + content.ReplaceLineEndings("\n").Replace("\n", "\n" + new string(' ', head.Length), StringComparison.Ordinal);
    }

    /// <summary>One object: id, author, name, at (ms), text, and the message it answers where it does.</summary>
    public static string Json(Node message, string name)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", message.Id.Value);
            json.WriteString("author", message.CreatedBy.Value);
            json.WriteString("name", name);
            json.WriteNumber("at", message.CreatedAt);
            json.WriteString("text", message.Text("content") ?? "");
            if (message.Text("inReplyTo") is { } root)
            {
                json.WriteString("inReplyTo", root);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Takes the sting out of text that others wrote: a terminal obeys control characters, and bidi overrides make lines lie.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            var c = source[i];
            span[i] = (char.IsControl(c) && c is not ('\n' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') ? '\uFFFD' : c;
        }
    });
}
