using System.Text;
using Parley.Frames;
using Parley.Json;
using Parley.Presence;

namespace Parley.Scenarios.Hub;

/// <summary>Makes frames that are nearly right: good ones with a bite taken out, fields swapped for anything, bytes flipped.</summary>
internal sealed class FrameFuzz(int seed)
{
    private static readonly string[] Rooms =
        ["xnet-channel-c1", "xnet-workspace-main", "xnet-doc-presence-main", "call:c1", "did:key:anonymous", "profile-x", "knock:x", "", "\ud800", "t"];

    private static readonly string[] Names =
        ["type", "topic", "data", "room", "change", "changes", "topics", "hash", "payload", "signatureB64", "properties", "update", "sinceLamport", "sinceSeq", "epoch", "mentions", "__proto__", "x"];

    private static readonly Author Writer = new(77);

    private readonly Random _random = new(seed);
    private readonly byte[][] _changes =
    [
        .. Enumerable.Range(0, 200).Select(static i => i % 4 == 0
            ? Author.Batch("xnet-channel-c1", Writer.Message("c1", "a"), Writer.BareUpdate(new("n"), ("x", JsonValue.Null)))
            : Author.Frame(Writer.Message("c1", $"fuzz {i}"), "xnet-channel-c1")),
    ];

    /// <summary>The bytes of one message.</summary>
    public byte[] Next()
    {
        var good = Good();
        return _random.Next(8) switch
        {
            0 => good,
            1 => Flip(good),
            2 => good[.._random.Next(good.Length + 1)],
            3 => Encoding.UTF8.GetBytes(Any(0)),
            4 => [.. good, .. Flip(good)],
            _ => Encoding.UTF8.GetBytes(Swap(Encoding.UTF8.GetString(good))),
        };
    }

    /// <summary>A whole WebSocket frame, mostly well formed.</summary>
    public byte[] NextFrame()
    {
        var payload = Next();
        return _random.Next(60) switch
        {
            0 => Flip(RawSocket.Frame(0x81, payload)),
            1 => RawSocket.Frame((byte)_random.Next(256), payload),
            2 => RawSocket.Frame(0x01, payload),
            3 => RawSocket.Frame(0x80, payload),
            4 => RawSocket.Frame(0x89, payload.AsSpan(0, Math.Min(125, payload.Length))),
            _ => RawSocket.Frame(_random.Next(10) == 0 ? (byte)0x82 : (byte)0x81, payload),
        };
    }

    private byte[] Good() => _random.Next(9) switch
    {
        0 => ClientFrames.Ping(),
        1 => ClientFrames.Handshake(Writer.Did, [Features.Ack]),
        2 => ClientFrames.Subscribe([new(Room())]),
        3 => ClientFrames.Unsubscribe([new(Room())]),
        4 => ClientFrames.SyncRequest(new(Room()), _random.Next(5), _random.Next(2) == 0 ? null : _random.Next(5), "e"),
        5 => ClientFrames.Awareness(new("xnet-doc-presence-main"), "p", AwarenessCodec.Encode([new((ulong)_random.Next(9), (ulong)_random.Next(9), JsonValue.EmptyObject)])),
        6 => ClientFrames.Publish(new(Room()), JsonValue.Of(_random.Next())),
        _ => _changes[_random.Next(_changes.Length)],
    };

    private string Room() => Rooms[_random.Next(Rooms.Length - 3)] is { Length: > 0 } room ? room : "r";

    private byte[] Flip(byte[] bytes)
    {
        var copy = bytes.ToArray();
        for (var i = _random.Next(1, 6); i > 0 && copy.Length > 0; i--)
        {
            copy[_random.Next(copy.Length)] = (byte)_random.Next(256);
        }

        return copy;
    }

    /// <summary>Puts any value in the place of one member's.</summary>
    private string Swap(string json)
    {
        var name = $"\"{Names[_random.Next(Names.Length)]}\":";
        var at = json.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
        {
            return json.Insert(1, name + Any(0) + ",");
        }

        at += name.Length;
        var end = at + 1;
        while (end < json.Length && json[end] is not (',' or '}' or ']'))
        {
            end++;
        }

        return json[..at] + Any(0) + json[end..];
    }

    private string Any(int depth) => _random.Next(depth > 4 ? 8 : 11) switch
    {
        0 => "null",
        1 => "true",
        2 => $"{_random.Next(-3, 2_000)}",
        3 => "1e400",
        4 => $"{_random.NextDouble():R}",
        5 => JsonValue.Of(Rooms[_random.Next(Rooms.Length)]).ToString(),
        6 => "\"" + new string('a', _random.Next(2_000)) + "\"",
        7 => "\"\\ud800\\u0000\"",
        8 => "[" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Any(depth + 1))) + "]",
        9 => new string('[', 70) + new string(']', 70),
        _ => "{" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => $"\"{Names[_random.Next(Names.Length)]}\":{Any(depth + 1)}")) + "}",
    };
}
