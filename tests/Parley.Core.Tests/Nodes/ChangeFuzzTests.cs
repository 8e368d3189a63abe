using Parley.Json;
using Xunit;
using static Parley.Nodes.Forge;

namespace Parley.Nodes;

public sealed class ChangeFuzzTests
{
    private static readonly string[] Names =
    [
        "id", "type", "hash", "room", "nodeId", "schemaId", "lamportTime", "authorDid", "wallTime", "parentHash", "payload", "signatureB64",
        "protocolVersion", "batchId", "batchIndex", "batchSize", "properties", "deleted", "mentions", "dids", "__proto__", "content", "0",
    ];

    [Fact]
    [Trait("weak-spot", "W32")]
    public void No_value_makes_verification_throw_and_no_altered_change_passes_it()
    {
        const int seed = 32;
        var random = new Random(seed);
        var texts = new JsonTexts(random);
        var good = Signed(Unsigned);
        var canonical = CanonicalJson.ToBytes(Unsigned);
        var taken = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var wire = good;
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                wire = Mutated(wire, random, texts);
            }

            if (ChangeVerification.Plan(wire, out _, out var why) is { } plan)
            {
                taken++;
                Assert.True(plan.Change.Canonical.Span.SequenceEqual(canonical), $"Round {round} of seed {seed} passed with other content: {Describe(wire)}");
            }
            else
            {
                Assert.NotEqual("", why);
            }
        }

        // Unsigned fields may change freely, so some mutants are still good.
        Assert.InRange(taken, 1_000, 30_000);
    }

    [Fact]
    public void No_bytes_that_pass_as_a_change_carry_other_content()
    {
        const int seed = 33;
        var random = new Random(seed);
        var good = CanonicalJson.ToBytes(Signed(Unsigned));
        var hash = Verify(Signed(Unsigned))!.Hash;
        var taken = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var bytes = (byte[])good.Clone();
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            if (JsonReader.TryRead(bytes, out var wire) == JsonFault.None && ChangeVerification.Plan(wire, out _, out _) is { } plan)
            {
                taken++;
                Assert.True(plan.Change.Hash == hash, $"Round {round} of seed {seed}: {Convert.ToHexString(bytes)}");
            }
        }

        Assert.NotEqual(0, taken);
    }

    private static JsonValue Mutated(JsonValue value, Random random, JsonTexts texts)
    {
        if (value.Kind != JsonKind.Object || value.Members.Count == 0 || random.Next(8) == 0)
        {
            return JsonReader.Read(texts.Next());
        }

        var member = value.Members[random.Next(value.Members.Count)];
        return random.Next(6) switch
        {
            0 => JsonValue.Object(value.Members.Where(m => m.Key != member.Key).ToArray()),
            1 => value.With(Names[random.Next(Names.Length)], JsonReader.Read(texts.Next())),
            2 => JsonValue.Object([.. value.Members, new(Names[random.Next(Names.Length)], member.Value)]),
            3 => value.With("room", JsonReader.Read(texts.Next())),
            _ => value.With(member.Key, Mutated(member.Value, random, texts)),
        };
    }

    private static string Describe(JsonValue value) => value.Kind switch
    {
        JsonKind.Object => "{" + string.Join(',', value.Members.Select(m => m.Key + ":" + Describe(m.Value))) + "}",
        JsonKind.Array => "[" + string.Join(',', value.Items.Select(Describe)) + "]",
        _ => value.ToString(),
    };
}
