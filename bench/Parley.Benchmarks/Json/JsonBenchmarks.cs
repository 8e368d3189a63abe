using BenchmarkDotNet.Attributes;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Benchmarks.Json;

/// <summary>Reading untrusted JSON and writing the canonical form of it.</summary>
[MemoryDiagnoser]
public class JsonBenchmarks
{
    private byte[] _wire = [];
    private JsonValue _value = JsonValue.Null;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _wire = ChangeWire.ToBytes(await Sample.ChangeAsync(1), RoomNames.Channel(Sample.Channel));
        JsonReader.TryRead(_wire, out _value);
    }

    [Benchmark]
    public JsonFault Read() => JsonReader.TryRead(_wire, out _);

    [Benchmark]
    public byte[] Canonicalise() => CanonicalJson.ToBytes(_value);
}
