using System.Diagnostics;
using System.Text;
using Xunit;

namespace Parley.Json;

public sealed class CanonicalJsonOracleTests
{
    private const int ValueCount = 120_000;
    private const int Seed = 20260101;

    [Fact]
    [Trait("weak-spot", "W34")]
    public async Task Canonical_bytes_are_those_of_Node_for_120_000_generated_values()
    {
        var texts = new JsonTexts(new Random(Seed));
        var inputs = Enumerable.Range(0, ValueCount).Select(_ => texts.Next()).ToArray();
        var expected = await CanonicalByNodeAsync(inputs, TestContext.Current.CancellationToken);

        Assert.Equal(ValueCount, expected.Length);
        for (var i = 0; i < ValueCount; i++)
        {
            var fault = JsonReader.TryRead(Encoding.UTF8.GetBytes(inputs[i]), out var value);
            Assert.True(fault == JsonFault.None, $"Value {i} of seed {Seed} was not read ({fault}): {inputs[i]}");
            var canonical = CanonicalJson.ToBytes(value);
            Assert.True(canonical.AsSpan().SequenceEqual(expected[i]), $"Value {i} of seed {Seed}: {inputs[i]}\nNode: {Encoding.UTF8.GetString(expected[i])}\nours: {Encoding.UTF8.GetString(canonical)}");

            Assert.Equal(JsonFault.None, JsonReader.TryRead(canonical, out var again));
            Assert.True(again.Equals(value), $"Value {i} of seed {Seed} does not survive its canonical form: {inputs[i]}");
        }
    }

    private static async Task<byte[][]> CanonicalByNodeAsync(IEnumerable<string> inputs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("parley-canonical-");
        try
        {
            var (input, output) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
            await File.WriteAllTextAsync(input, string.Join('\n', inputs), cancellationToken);
            var script = Path.Combine(AppContext.BaseDirectory, "Json", "canonical.mjs");
            using var node = Process.Start(new ProcessStartInfo("node", [script, input, output]) { RedirectStandardError = true })!;
            var errors = await node.StandardError.ReadToEndAsync(cancellationToken);
            await node.WaitForExitAsync(cancellationToken);
            Assert.True(node.ExitCode == 0, errors);
            return Lines(await File.ReadAllBytesAsync(output, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[][] Lines(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<byte[]>();
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            lines.Add(bytes[..end].ToArray());
            bytes = bytes[(end + 1)..];
        }

        return [.. lines];
    }
}
