using System.Buffers.Text;
using System.Text;
using Parley.Ids;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Identity;

/// <summary>People with known keys, and ways to make good and bad tokens in their names.</summary>
internal sealed class TokenScene : IDisposable
{
    /// <summary>1 March 2030, noon.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_898_596_800);

    public static readonly Capability Everything = new("*", "*");

    private int _nonce;

    /// <summary>The A of the protocol's examples.</summary>
    public SodiumSigner A { get; } = Key(0xaa);

    public SodiumSigner B { get; } = Key(0x01);

    public SodiumSigner Phone { get; } = Key(0x70);

    public SodiumSigner Laptop { get; } = Key(0x71);

    public PersonId Hub { get; } = Key(0x4b).Person;

    public HubAudience AtHub => new(Hub, new Uri("https://hub.example.org"));

    /// <summary>A signed token, an hour long unless told otherwise.</summary>
    public UcanToken Token(SodiumSigner issuer, string audience, Capability[] lines, UcanToken[]? proofs = null, TimeSpan? lifetime = null) => Sign(
        issuer,
        new UcanDraft(new(issuer.Person, audience, Now + (lifetime ?? TimeSpan.FromHours(1)), new(lines), $"n-{++_nonce}") { Proofs = proofs ?? [] }));

    /// <summary>The delegation of a device, 30 days long unless told otherwise.</summary>
    public UcanToken Delegation(SodiumSigner person, SodiumSigner device, TimeSpan? lifetime = null) =>
        Sign(person, DeviceDelegation.Draft(person.Person, device.Person, Now + (lifetime ?? TimeSpan.FromDays(30)), $"n-{++_nonce}"));

    /// <summary>What a device shows to the hub.</summary>
    public UcanToken FromDevice(SodiumSigner device, UcanToken delegation) =>
        Sign(device, HubToken.Draft(delegation, Hub.Value, Now + TimeSpan.FromHours(1), $"n-{++_nonce}"));

    public static UcanToken Sign(SodiumSigner signer, UcanDraft draft) => draft.Complete(SignBytes(signer, draft.BytesToSign));

    /// <summary>Any header and payload, well signed.</summary>
    public static string Raw(SodiumSigner signer, string payload, string header = """{"alg":"EdDSA","typ":"JWT"}""")
    {
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + '.' + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        return signed + '.' + Base64Url.EncodeToString(SignBytes(signer, Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Both steps, with real signatures.</summary>
    public static VerifiedUcan? Verify(string? text, out UcanFault fault, DateTimeOffset? now = null)
    {
        if (UcanVerification.Plan(text, out fault) is not { } plan)
        {
            return null;
        }

        var checking = SodiumSignatures.Instance.VerifyAsync(plan.Checks, TestContext.Current.CancellationToken);
        return UcanVerification.Apply(plan, AtOnce(checking), now ?? Now, out fault);
    }

    public static UcanFault FaultOf(string? text, DateTimeOffset? now = null)
    {
        var verified = Verify(text, out var fault, now);
        Assert.Equal(fault == UcanFault.None, verified is not null);
        return fault;
    }

    /// <summary>As a hub meets a token.</summary>
    public HubToken? Connect(UcanToken token, out UcanFault fault) =>
        Verify(token.Text, out fault) is { } verified ? HubToken.TryAccept(verified, AtHub, Now, out fault) : null;

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        Phone.Dispose();
        Laptop.Dispose();
    }

    private static SodiumSigner Key(byte fill) => new([.. Enumerable.Repeat(fill, 32)]);

    private static byte[] SignBytes(SodiumSigner signer, ReadOnlyMemory<byte> bytes) =>
        AtOnce(signer.SignAsync(new[] { bytes }, TestContext.Current.CancellationToken))[0];

    // In a process keys answer before they return.
    private static T AtOnce<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("Not done yet.");
}
