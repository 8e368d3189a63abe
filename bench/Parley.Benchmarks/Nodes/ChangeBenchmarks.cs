using BenchmarkDotNet.Attributes;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Benchmarks.Nodes;

/// <summary>What one change costs on its way: its author writes it, everybody else believes it only after checking.</summary>
[MemoryDiagnoser]
public class ChangeBenchmarks
{
    private ChangeFields _fields = Sample.Fields(1);
    private ReadOnlyMemory<byte>[] _toSign = [];
    private byte[] _canonical = [];
    private JsonValue _wire = JsonValue.Null;
    private SignatureCheck _check;
    private NodeState? _state;
    private Change? _edit;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        var change = await Sample.ChangeAsync(1);
        _toSign = [new ChangeDraft(_fields).BytesToSign];
        _canonical = change.Canonical.ToArray();
        JsonReader.TryRead(ChangeWire.ToBytes(change, RoomNames.Channel(Sample.Channel)), out _wire);
        _check = ChangeVerification.Plan(_wire, out _, out _)!.Check;
        _state = Merge.Fold(change.Node, [change]);

        var edit = new ChangeDraft(Sample.Fields(2) with { Payload = _fields.Payload with { Properties = Sample.Message(2) } });
        _edit = edit.Complete((await Sample.Signer.SignAsync(new[] { edit.BytesToSign }))[0]);
    }

    [Benchmark]
    public ChangeHash Hash() => Blake3.Hash(_canonical);

    [Benchmark]
    public ChangeDraft CanonicaliseAndHash() => new(_fields);

    [Benchmark]
    public ValueTask<byte[][]> Sign() => Sample.Signer.SignAsync(_toSign);

    /// <summary>Shape, bounds, canonical form and hash of a received change: everything but the signature.</summary>
    [Benchmark]
    public ChangePlan? Plan() => ChangeVerification.Plan(_wire, out _, out _);

    [Benchmark]
    public bool VerifySignature() => SodiumSignatures.Verify(_check);

    [Benchmark]
    public NodeState Apply() => Merge.Add(_state!, _edit!);
}
