using System.Buffers.Text;
using System.Text;
using Parley.Frames;
using Xunit;

namespace Parley.Identity;

public sealed class UcanFuzzTests : IDisposable
{
    private const string Alphabet = "ABab01-_.=% \n\0é{}\"";

    private readonly TokenScene _scene = new();

    [Fact]
    public void No_text_makes_reading_throw_and_no_altered_token_passes()
    {
        const int seed = 61;
        var random = new Random(seed);
        var good = _scene.FromDevice(_scene.Phone, _scene.Delegation(_scene.A, _scene.Phone)).Text;
        for (var round = 0; round < 20_000; round++)
        {
            var text = Altered(random, good);
            if (UcanVerification.Plan(text, out var fault) is not { } plan)
            {
                Assert.NotEqual(UcanFault.None, fault);
                continue;
            }

            // Only a change to a signature or to a signed part is left: real checks are slow, so every hundredth is made.
            if (round % 100 == 0)
            {
                Assert.True(text == good || TokenScene.FaultOf(text) != UcanFault.None, $"Round {round} of seed {seed} passed: {text}");
            }

            UcanVerification.Apply(plan, new bool[plan.Checks.Length], TokenScene.Now, out fault);
            Assert.NotEqual(UcanFault.None, fault);
        }
    }

    [Fact]
    public void No_payload_makes_verifying_or_accepting_throw()
    {
        const int seed = 62;
        var random = new Random(seed);
        var frame = $$"""{"iss":"{{_scene.A.Person}}","aud":"{{_scene.Hub}}","exp":1898600000,"att":[{"with":"*","can":"*"},{"with":"{{_scene.A.Person}}","can":"parley/act-for"}],"prf":[],"nnc":"n"}""";
        var inner = Compact(frame);
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var payload = FrameMutations.Mutate(random, round % 2 == 0 ? frame : frame.Replace("\"prf\":[]", $"\"prf\":[\"{inner}\"]", StringComparison.Ordinal));
            if (UcanVerification.Plan(Compact(payload), out _) is { } plan)
            {
                var answers = new bool[plan.Checks.Length];
                Array.Fill(answers, true);
                if (UcanVerification.Apply(plan, answers, TokenScene.Now, out _) is { } verified)
                {
                    HubToken.TryAccept(verified, _scene.AtHub, TokenScene.Now, out _);
                    DeviceDelegation.Read(verified);
                    taken++;
                }
            }
        }

        Assert.InRange(taken, 100, 19_000);
    }

    [Fact]
    public void No_audience_makes_a_hub_throw_or_takes_another_host_for_its_own()
    {
        const int seed = 63;
        var random = new Random(seed);
        string[] parts = ["wss://", "https:", "//", "hub.example.org", "evil.example", "@", ":", "443", "99999", "/", "\\", "?", "#", "%2e", "..", "[::1", "]", "xn--", "%C3%A4", "%ff", "\ud800", "\u00e4", "\u3002", "\0", " "];
        for (var round = 0; round < 20_000; round++)
        {
            var audience = "wss://" + string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)]));
            if (_scene.AtHub.Accepts(audience))
            {
                Assert.True(Uri.TryCreate(audience, UriKind.Absolute, out var uri) && uri.Host == "hub.example.org", $"Round {round} of seed {seed}: {audience}");
            }
        }
    }

    public void Dispose() => _scene.Dispose();

    private static string Compact(string payload) => Compact(Encoding.UTF8.GetBytes(payload));

    private static string Compact(byte[] payload) =>
        Base64Url.EncodeToString("""{"alg":"EdDSA","typ":"JWT"}"""u8) + '.' + Base64Url.EncodeToString(payload) + '.' + Base64Url.EncodeToString(new byte[64]);

    private static string Altered(Random random, string text)
    {
        var at = random.Next(text.Length);
        return random.Next(5) switch
        {
            0 => text[..at],
            1 => text[at..],
            2 => text.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString()),
            3 => text.Remove(at, 1),
            _ => text[..at] + Alphabet[random.Next(Alphabet.Length)] + text[(at + 1)..],
        };
    }
}
