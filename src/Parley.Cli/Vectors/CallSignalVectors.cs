using Parley.Calls;
using Parley.Ids;
using Parley.Json;

namespace Parley.Cli.Vectors;

/// <summary>The suite of signed call signals: what is signed, the signature, the fingerprints, and the signal read and written again.</summary>
internal static class CallSignalVectors
{
    /// <summary>The name of the files' format.</summary>
    public const string Format = "parley-call-signals/1";

    /// <summary>Runs the cases of one file. Returns what differs; nothing where it passes.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(JsonValue file)
    {
        var topic = new RoomId(file["topic"]?.Text ?? throw new FormatException("topic is missing"));
        var faults = new List<string>();
        foreach (var item in file["cases"]?.Items ?? throw new FormatException("cases are missing"))
        {
            if (await FaultAsync(topic, item).ConfigureAwait(false) is { } fault)
            {
                faults.Add($"{item["name"]?.Text}: {fault}");
            }
        }

        return faults;
    }

    private static async Task<string?> FaultAsync(RoomId topic, JsonValue item)
    {
        if (item["data"] is not { } data || item["counter"]?.Integer is not { } counter || item["time"]?.Integer is not { } timeMs)
        {
            return "data, counter or time is missing";
        }

        using var signer = item.SignerOf("seed");
        var bytes = SignalSignature.BytesToSign(topic, data, counter, timeMs);
        var signatures = await signer.SignAsync(new ReadOnlyMemory<byte>[] { bytes }).ConfigureAwait(false);
        return signer.Person.Value != item["did"]?.Text ? "did differs"
            : Convert.ToHexStringLower(bytes) != item["bytesToSign"]?.Text ? "bytesToSign differs"
            : Convert.ToBase64String(signatures[0]) != item["signature"]?.Text ? "signature differs"
            : !SdpFingerprints.Of(data["sdp"]?.Text ?? "").SequenceEqual(item["fingerprints"]?.Items.Select(value => value.Text) ?? []) ? "fingerprints differ"
            : !CallSignalReader.TryRead(data, out var signal) || !data.Equals(CallSignalWriter.Write(signal)) ? "the signal is not written as it was read"
            : null;
    }
}
