using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parley.Cli.Bench;

/// <summary>The outcome of a run, as a table for people and as JSON for programs.</summary>
internal static class BenchReport
{
    /// <summary>The machine and the commit that figures belong to.</summary>
    public static string Machine()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        var version = typeof(BenchReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return $"{Environment.ProcessorCount} × {cpu ?? "unknown CPU"}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, parley {version}";
    }

    public static string Header { get; } =
        $"{"",-34}{"per second",12}{"p50 ms",9}{"p99 ms",9}{"CPU µs each",17}{"per CPU-second",16}{"MB",8}";

    public static string Line(BenchResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Name,-34}{result.PerSecond,12:N0}{result.P50Ms,9:N2}{result.P99Ms,9:N2}{result.CpuSeconds * 1e6 / result.Count,17:N1}{result.PerCpuSecond,16:N0}{result.ResidentBytes / 1e6,8:N0}");

    public static string Line(IdleResult idle) => string.Create(CultureInfo.InvariantCulture,
        $"{$"{idle.Connections} idle connections",-34}{(idle.BytesEach is { } bytes ? $"{bytes / 1000:N1} kB each, {idle.CpuShare:P1} of a core together" : "held; --pid tells what they cost")}");

    public static void WriteJson(Stream output, Uri hub, string? handshake, IReadOnlyList<BenchResult> results, IdleResult? idle)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("machine", Machine());
        json.WriteString("hub", hub.ToString());
        if (handshake is not null)
        {
            json.WritePropertyName("handshake");
            json.WriteRawValue(handshake);
        }

        json.WriteStartArray("results");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("name", result.Name);
            json.WriteNumber("count", result.Count);
            json.WriteString("unit", result.Unit);
            json.WriteNumber("seconds", result.Seconds);
            json.WriteNumber("perSecond", result.PerSecond);
            Write(json, "p50Ms", result.P50Ms);
            Write(json, "p99Ms", result.P99Ms);
            Write(json, "cpuSeconds", result.CpuSeconds);
            Write(json, "perCpuSecond", result.PerCpuSecond);
            Write(json, "residentBytes", result.ResidentBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (idle is not null)
        {
            json.WriteStartObject("idle");
            json.WriteNumber("connections", idle.Connections);
            Write(json, "bytesEach", idle.BytesEach);
            Write(json, "cpuShare", idle.CpuShare);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
