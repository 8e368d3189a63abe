using BenchmarkDotNet.Attributes;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;

namespace Parley.Benchmarks.Storage;

/// <summary>The store as a program uses it: SQLite on disk with <c>synchronous=FULL</c>, signed writes, queries over nodes.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private const int BatchSize = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("parley-bench-").FullName;
    private NodeDraft[] _batch = [];
    private ParleyClient? _client;

    /// <summary>Messages in the channel before anything is measured.</summary>
    [Params(1_000, 20_000)]
    public int Messages { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _client = await ParleyClient.OpenAsync(new ParleyOptions
        {
            Store = SqliteStore.At(Path.Combine(_folder, $"{Messages}.db")),
            Signer = Sample.Signer,
            Signatures = SodiumSignatures.Instance,
        });
        await _client.Channels.EnsureGeneralAsync();
        _batch = [.. Enumerable.Range(0, BatchSize).Select(i => new NodeDraft { SchemaId = Schemas.ChatMessage, Properties = Sample.Message(i) })];
        for (var written = 0; written < Messages; written += BatchSize)
        {
            await _client.Nodes.WriteAsync(_batch);
        }
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _client!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One message, signed and durable.</summary>
    [Benchmark]
    public Task InsertOne() => _client!.Nodes.WriteAsync(_batch.AsSpan(0, 1).ToArray());

    /// <summary>A hundred messages, signed and durable.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public Task InsertBatch() => _client!.Nodes.WriteAsync(_batch);

    /// <summary>What a channel shows first.</summary>
    [Benchmark]
    public Task<IReadOnlyList<Node>> QueryNewest50() => _client!.Nodes.FindAsync(_client.Channels.Open(Sample.Channel).Newest(50));
}
