using System.Text;

namespace Parley.Frames;

/// <summary>Frames that are good, and ways to spoil them: bits, lengths, values of another type, names, nesting.</summary>
internal static class FrameMutations
{
    private static readonly string[] Odd =
    [
        "null", "true", "0", "-1", "1e400", "9007199254740993", "1.5", "\"\"", "\"x\"", "[]", "{}", "[[]]", "{\"type\":\"publish\"}", "\"\\ud800\"",
        "[null]", "{\"__proto__\":1}", "{\"a\":1,\"a\":2}", "\"AAEC/w==\"", "[1,2,3]", "{\"hash\":1,\"signatureB64\":[]}",
    ];

    /// <summary>Changes one thing or a few.</summary>
    public static byte[] Mutate(Random random, string frame)
    {
        var bytes = Encoding.UTF8.GetBytes(random.Next(3) > 0 ? Replace(random, frame) : frame);
        for (var times = random.Next(3); times > 0 && bytes.Length > 0; times--)
        {
            bytes = random.Next(6) switch
            {
                0 => bytes[..random.Next(bytes.Length)],
                1 => [.. bytes, .. bytes[random.Next(bytes.Length)..]],
                2 => Flip(random, bytes),
                3 => Insert(random, bytes),
                4 => Nest(random, bytes),
                _ => bytes,
            };
        }

        return bytes;
    }

    /// <summary>Puts another value (or nothing) where a value stands.</summary>
    private static string Replace(Random random, string frame)
    {
        var colons = Enumerable.Range(0, frame.Length).Where(i => frame[i] is ':' or '[').ToArray();
        if (colons.Length == 0)
        {
            return frame;
        }

        var at = colons[random.Next(colons.Length)] + 1;
        var end = at;
        var depth = 0;
        for (; end < frame.Length && (depth > 0 || frame[end] is not (',' or '}' or ']')); end++)
        {
            depth += frame[end] is '{' or '[' ? 1 : frame[end] is '}' or ']' ? -1 : 0;
        }

        return frame[..at] + Odd[random.Next(Odd.Length)] + frame[end..];
    }

    private static byte[] Flip(Random random, byte[] bytes)
    {
        byte[] flipped = [.. bytes];
        flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Insert(Random random, byte[] bytes)
    {
        var at = random.Next(bytes.Length + 1);
        var added = new byte[random.Next(1, 8)];
        random.NextBytes(added);
        return [.. bytes[..at], .. added, .. bytes[at..]];
    }

    private static byte[] Nest(Random random, byte[] bytes)
    {
        var levels = random.Next(1, 200);
        return [.. Enumerable.Repeat((byte)'[', levels), .. bytes, .. Enumerable.Repeat((byte)']', random.Next(levels + 1))];
    }
}
