using System.Text;
using Parley.Json;
using Parley.Nodes;
using Parley.Presence;
using Xunit;

namespace Parley.Frames;

/// <summary>Nothing that arrives makes a reader throw, and nothing that is not whole comes out as a change.</summary>
[Trait("weak-spot", "W32")]
public sealed class FrameFuzzTests
{
    private static readonly string[] TypesOfKnownShape = ["node-change", "node-change-batch", "awareness", "node-sync-request"];

    private static readonly string[] Samples =
    [
        """{"type":"client-handshake","did":"did:key:zA","protocolVersion":1,"minProtocolVersion":1,"features":["node-changes"],"packageVersion":"1"}""",
        """{"type":"subscribe","topics":["xnet-channel-c","did:key:zA"]}""",
        """{"type":"publish","topic":"xnet-channel-c","data":{"type":"node-change","room":"xnet-channel-c","change":CHANGE,"seq":4,"epoch":"e"}}""",
        """{"type":"publish","topic":"xnet-channel-c","data":{"type":"node-change-batch","room":"xnet-channel-c","changes":[CHANGE,CHANGE]}}""",
        """{"type":"publish","topic":"xnet-doc-n","data":{"type":"awareness","from":"k3v9x0ab","update":"AQcCBG51bGw="}}""",
        """{"type":"publish","topic":"call:c","data":{"kind":"offer","from":"s","sdp":"v=0"}}""",
        """{"type":"node-sync-request","room":"xnet-channel-c","sinceLamport":0,"sinceSeq":12,"epoch":"e"}""",
        """{"type":"publish","topic":"r","data":{"type":"node-sync-request","room":"r","sinceLamport":1}}""",
        """{"type":"node-clear","room":"r"}""",
        """{"type":"ping"}""",
        """{"type":"handshake","version":"0.0.1","protocolVersion":1,"minProtocolVersion":1,"features":["batch-push"],"isDemo":false,"epoch":"e"}""",
        """{"type":"node-sync-response","room":"r","changes":[CHANGE],"highWaterMark":4,"hasMore":true,"seq":9,"seqs":[9],"epoch":"e"}""",
        """{"type":"node-ack","room":"r","acks":[{"hash":"cid:blake3:0000000000000000000000000000000000000000000000000000000000000000","seq":3}]}""",
        """{"type":"node-error","code":"INVALID_HASH","error":"x","hash":"cid:blake3:00","room":"r"}""",
        """{"type":"publish","topic":"r","data":{"type":"awareness-snapshot","from":"hub-relay","users":[{"did":"did:key:zA","state":{}}]}}""",
    ];

    [Fact]
    public void Mutated_frames_never_make_a_reader_throw()
    {
        var change = Encoding.UTF8.GetString(ChangeWire.ToBytes(
            Written.By(Written.Ann, new("m"), """{"channel":"c","content":"hi 😀","mentions":{"dids":["did:key:zA"]}}""", Schemas.ChatMessage), new("r")));
        var samples = Samples.Select(s => s.Replace("CHANGE", change, StringComparison.Ordinal)).ToArray();
        var understood = 0;
        for (var i = 0; i < FuzzSettings.Frames; i++)
        {
            // Each frame has its own seed, so that one that fails can be made again alone.
            var seed = unchecked(FuzzSettings.Seed + i);
            var random = new Random(seed);
            var frame = FrameMutations.Mutate(random, samples[random.Next(samples.Length)]);
            try
            {
                understood += ReadAsBoth(frame) ? 1 : 0;
            }
            catch (Exception fault)
            {
                Assert.Fail($"PARLEY_FUZZ_SEED={seed}: {fault}\n{Convert.ToBase64String(frame)}");
            }
        }

        // Mutations that spoil everything would test nothing but the JSON reader.
        Assert.InRange(understood, FuzzSettings.Frames / 10, FuzzSettings.Frames);
    }

    [Fact]
    public void Mutated_awareness_updates_never_make_the_codec_or_the_machine_throw()
    {
        var awareness = new Awareness(5);
        awareness.Show(JsonValue.EmptyObject, 0);
        var update = AwarenessCodec.Encode(
        [
            new(5, 3, null), new(7, 1, JsonReader.Read("""{"user":{"did":"did:key:zA"}}""")), new((1UL << 53) - 1, (1UL << 53) - 1, JsonValue.EmptyObject),
        ]);
        for (var i = 0; i < FuzzSettings.Frames / 4; i++)
        {
            var seed = unchecked(FuzzSettings.Seed + i);
            var random = new Random(seed);
            byte[] mutated = [.. update];
            for (var times = random.Next(1, 6); times > 0; times--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                awareness.Receive(mutated.AsSpan(0, random.Next(mutated.Length + 1)), i);
                awareness.Tick(i);
            }
            catch (Exception fault)
            {
                Assert.Fail($"PARLEY_FUZZ_SEED={seed}: {fault}\n{Convert.ToHexString(mutated)}");
            }
        }

        Assert.InRange(awareness.Others.Count, 0, Awareness.ClientsMax);
    }

    private static bool ReadAsBoth(byte[] frame)
    {
        var client = ClientFrame.TryRead(frame, out var fromClient, out var clientWhy);
        var hub = HubFrame.TryRead(frame, out var fromHub, out var hubWhy);
        Assert.Equal(client == FrameFault.None, fromClient is not null);
        Assert.Equal(hub == FrameFault.None, fromHub is not null);
        Assert.Equal(client != FrameFault.None, clientWhy.Length > 0);
        Assert.Equal(hub != FrameFault.None, hubWhy.Length > 0);
        if (fromClient is ClientFrame.Publish { Data: { Kind: JsonKind.Object } data })
        {
            Assert.DoesNotContain(data["type"]?.Text, TypesOfKnownShape);
        }

        // What the hub does next with a change of a frame.
        foreach (var change in fromClient is ClientFrame.NodeChange one ? [one.Change] : (fromClient as ClientFrame.NodeChangeBatch)?.Changes ?? [])
        {
            ChangeVerification.Plan(change, out _, out _);
        }

        if (fromClient is ClientFrame.AwarenessUpdate awareness)
        {
            AwarenessCodec.TryDecode(awareness.Update, out _);
        }

        return fromClient is not null and not ClientFrame.Unknown;
    }
}
