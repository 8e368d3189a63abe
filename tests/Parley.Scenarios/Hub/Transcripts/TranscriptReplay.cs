using System.Buffers.Binary;
using System.Text;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub.Transcripts;

/// <summary>Sends what was recorded, and what the recordings only tell of in their notes, and collects the answers.</summary>
internal sealed class TranscriptReplay(HubFixture hub, int number) : IAsyncDisposable
{
    private const byte Text = 0x81;
    private const byte Binary = 0x82;
    private readonly Dictionary<string, RawSocket> _open = new(StringComparer.Ordinal);
    private int _settled;

    /// <summary>Runs one step; what the hub said and did, in short.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(TranscriptStep step)
    {
        foreach (var line in step.Lines)
        {
            if (line.Kind == "connect")
            {
                var url = new Uri(line.Line["url"]!.Text!);
                _open[line.Connection] = await RawSocket.ConnectAsync(hub, path: url.PathAndQuery);
            }
        }

        var outcomes = new List<string>();
        var untold = Untold(step.Note).ToList();
        foreach (var bytes in untold)
        {
            await SendAsync(bytes.Connection, bytes.Bytes);
        }

        foreach (var connection in untold.Select(static bytes => bytes.Connection).Distinct().Where(_open.ContainsKey))
        {
            // In the recording seconds passed: what another connection asks for next is there.
            await SettleAsync(connection, outcomes);
        }

        foreach (var line in step.Lines.Where(static l => l.Kind == "c2h"))
        {
            await SendAsync(line);
        }

        for (var round = 0; round < 2; round++)
        {
            // Twice, because what the last one sent may be an answer of the first.
            foreach (var connection in _open.Keys.ToList())
            {
                await SettleAsync(connection, outcomes);
            }
        }

        return outcomes;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _open.Values)
        {
            await socket.DisposeAsync();
        }
    }

    /// <summary>What was sent without being recorded: broken frames, and bulk that only a note mentions.</summary>
    private static IEnumerable<(string Connection, byte[] Bytes)> Untold(string note)
    {
        switch (note)
        {
            case "invalid UTF-8 in a text frame (ws closes 1007)":
                yield return ("a", RawSocket.Frame(Text, [(byte)'"', 0xc3, 0x28, (byte)'"']));
                break;
            case "unmasked client frame":
                yield return ("d", [.. RawSocket.Header(Text, 15, isMasked: false), .. """{"type":"ping"}"""u8]);
                break;
            case "reserved opcode 0x3":
                yield return ("e", RawSocket.Frame(0x83, "x"u8));
                break;
            case "unparsable frames do not count against the frame budget":
                for (var i = 0; i < 500; i++)
                {
                    yield return ("d", RawSocket.Frame(Text, "{nope"u8));
                }

                break;
            case "change budget: 5000 changes per second per connection: 6 batches of 1000 in one window":
                var change = new Author(1).Message("c1", "the same a thousand times");
                var batch = RawSocket.Frame(Text, Author.Batch("room-budget", [.. Enumerable.Repeat(change, 1_000)]));
                for (var i = 0; i < 6; i++)
                {
                    yield return ("e", batch);
                }

                break;
            default:
                if (note.StartsWith("paging: 2300 changes", StringComparison.Ordinal))
                {
                    foreach (var slab in Paging().Chunk(1_000))
                    {
                        yield return ("a", RawSocket.Frame(Text, Author.Batch("room-page", slab)));
                    }
                }

                break;
        }
    }

    /// <summary>2 300 changes of which ten share the Lamport time at the end of the first page.</summary>
    private static IEnumerable<Change> Paging()
    {
        var author = new Author(1);
        for (var i = 0; i < 2_300; i++)
        {
            var fields = author.Fields(author.NextId(), new($"p{i}"), Schemas.Page, null);
            yield return author.Sign(fields with { Lamport = i is >= 995 and <= 1_004 ? 1_000 : i + 1 });
        }
    }

    private async Task SendAsync(TranscriptLine line)
    {
        if (line.IsCut && number == 13)
        {
            // A batch of 1001, of which only the ends are kept: any 1001 changes will do.
            var change = Encoding.UTF8.GetString(ChangeWire.ToBytes(new Author(1).Message("c1", "one too many"), new("room-men")));
            var frame = $$$"""{"type":"publish","topic":"room-men","data":{"type":"node-change-batch","room":"room-men","changes":[{{{string.Join(',', Enumerable.Repeat(change, 1_001))}}}]}}""";
            await SendAsync(line.Connection, RawSocket.Frame(Text, Encoding.UTF8.GetBytes(frame)));
            return;
        }

        if (line.IsBinary && line.IsCut is false && line.Line["bytes"]!.Integer > 20 * 5_242_880)
        {
            await SendAsync(line.Connection, RawSocket.Header(Binary, line.Line["bytes"]!.Integer!.Value, isMasked: true));
            return;
        }

        // The recorded names that our reader refuses were hidden from it.
        var sent = Encoding.UTF8.GetString(line.Sent()).Replace("\"__hidden__\"", "\"__proto__\"", StringComparison.Ordinal);
        await SendAsync(line.Connection, RawSocket.Frame(line.IsBinary ? Binary : Text, line.IsBinary ? line.Sent() : Encoding.UTF8.GetBytes(sent)));
    }

    private async Task SendAsync(string connection, byte[] bytes)
    {
        try
        {
            await _open[connection].SendAsync(bytes);
        }
        catch (IOException)
        {
            // Closed by the hub meanwhile; the close is among its answers.
        }
    }

    /// <summary>Everything up to the answer to a WebSocket ping, which no limit counts.</summary>
    private async Task SettleAsync(string connection, List<string> outcomes)
    {
        var mark = $"settled {++_settled}";
        await SendAsync(connection, RawSocket.Frame(0x89, Encoding.ASCII.GetBytes(mark)));
        while (true)
        {
            var (first, payload) = await _open[connection].ReadFrameAsync();
            switch (first)
            {
                case 0:
                    Assert.Fail($"{connection} ended without a close.");
                    break;
                case 0x88:
                    outcomes.Add(Outcome.Close(connection, payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload)));
                    await _open[connection].DisposeAsync();
                    _open.Remove(connection);
                    return;
                case 0x8a when Encoding.ASCII.GetString(payload) == mark:
                    return;
                default:
                    Assert.Equal(JsonFault.None, JsonReader.TryRead(payload, out var frame));
                    if ((Outcome.IsLarge(frame, payload.Length) ? Outcome.OfLarge(connection, payload.Length) : Outcome.Of(connection, frame)) is { } outcome)
                    {
                        outcomes.Add(outcome);
                    }

                    break;
            }
        }
    }
}
