using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Calls;

/// <summary>The bytes of parley.calls/1, made by another program in another language (tests/vectors/calls).</summary>
public sealed class SignedSignalVectorTests
{
    private static readonly JsonValue File =
        JsonReader.Read(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "calls", "signed-signals.json")));

    private static RoomId Topic => new(File["topic"]!.Text!);

    public static TheoryData<string> Names => [.. File["cases"]!.Items.Select(item => item["name"]!.Text!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_signed_bytes_and_the_signature_are_those_of_the_vector(string name)
    {
        var vector = Named(name);
        var (counter, timeMs) = (vector["counter"]!.Integer!.Value, vector["time"]!.Integer!.Value);
        using var signer = new SodiumSigner(Convert.FromHexString(vector["seed"]!.Text!));

        var bytes = SignalSignature.BytesToSign(Topic, vector["data"]!, counter, timeMs);
        var signatures = await signer.SignAsync(new ReadOnlyMemory<byte>[] { bytes }, TestContext.Current.CancellationToken);

        Assert.Equal(vector["bytesToSign"]!.Text, Convert.ToHexStringLower(bytes));
        Assert.Equal(vector["signature"]!.Text, Convert.ToBase64String(signatures[0]));
        Assert.Equal(vector["did"]!.Text, signer.Person.Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signal_that_was_read_is_written_as_it_was(string name)
    {
        var data = Named(name)["data"]!;

        Assert.True(CallSignalReader.TryRead(data, out var signal));
        Assert.Equal(data, CallSignalWriter.Write(signal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_fingerprints_of_a_description_are_those_of_the_vector(string name)
    {
        var vector = Named(name);

        Assert.Equal(vector["fingerprints"]!.Items.Select(item => item.Text), SdpFingerprints.Of(vector["data"]!["sdp"]?.Text ?? ""));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gate_lets_the_vectors_in_once(string name)
    {
        var vector = Named(name);
        var signed = new SignalSignature(
            vector["counter"]!.Integer!.Value, vector["time"]!.Integer!.Value, Convert.FromBase64String(vector["signature"]!.Text!)).AddTo(vector["data"]!);
        var gate = new SignalGate(Topic);

        var first = gate.Plan(signed, vector["time"]!.Integer!.Value);
        var check = first.Check;

        Assert.True(check is { } some && SodiumSignatures.Verify(some));
        Assert.Equal(SignalVerdict.Accepted, gate.Apply(first, isSignatureValid: true));
        Assert.Equal(SignalVerdict.Replayed, gate.Plan(signed, vector["time"]!.Integer!.Value).Verdict);
    }

    private static JsonValue Named(string name) => File["cases"]!.Items.Single(item => item["name"]!.Text == name);
}
