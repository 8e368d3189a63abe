using System.Text;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Access;

public sealed class InviteReadingTests
{
    private static readonly NodeId Domain = new("sp-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly PersonId Bob = MembershipScene.Person("bob");

    [Fact]
    public void What_is_signed_is_label_domain_key_and_reader_each_with_its_length()
    {
        static byte[] Part(byte[] bytes) => [0, 0, 0, (byte)bytes.Length, .. bytes];
        byte[] expected =
        [
            .. Part(Encoding.UTF8.GetBytes("parley-access/1 read")), .. Part(Encoding.UTF8.GetBytes("sp-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")), .. Part(Key),
            .. Part(Encoding.UTF8.GetBytes(Bob.Value)),
        ];

        Assert.Equal(expected, InviteReading.BytesToSign(Domain, Key, Bob));
        // Neither proof is of use as the other.
        Assert.NotEqual(InviteProof.BytesToSign(Domain, new ChangeHash(Key), Bob), expected);
    }

    [Fact]
    public async Task It_holds_for_the_invites_key_and_the_one_reader()
    {
        using var key = new SodiumSigner([.. Enumerable.Repeat((byte)7, 32)]);
        var publicKey = key.Person.PublicKey();
        ReadOnlyMemory<byte> message = InviteReading.BytesToSign(Domain, publicKey, Bob);
        var claim = new InviteReading(publicKey, (await key.SignAsync(new[] { message }, TestContext.Current.CancellationToken))[0]);
        var hash = new ChangeHash(Key);
        var invite = new InviteOp(new(hash, MembershipScene.Person("ann"), 3, 0, Domain, []), hash, publicKey, 0, 1);

        Assert.True(claim.Names(invite));
        Assert.False(claim.Names(invite with { PublicKey = Bob.PublicKey() }));
        Assert.True(SodiumSignatures.Verify(claim.Check(Domain, Bob)));
        Assert.False(SodiumSignatures.Verify(claim.Check(Domain, MembershipScene.Person("cat"))));
        Assert.False(SodiumSignatures.Verify(claim.Check(new("sp-bbbbaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), Bob)));
        Assert.False(SodiumSignatures.Verify((claim with { PublicKey = Bob.PublicKey() }).Check(Domain, Bob)));
    }

    [Fact]
    public void It_stands_in_a_request_in_one_spelling()
    {
        var claim = new InviteReading(Key, new byte[64]);

        Assert.Equal(FrameFault.None, ClientFrame.TryRead(ClientFrames.SyncRequest(new("r"), 0, 0, null, invite: claim), out var frame, out _));

        var read = Assert.IsType<ClientFrame.SyncRequest>(frame).Invite!;
        Assert.Equal(new string('A', 86), claim.ToJson()["proof"]!.Text);
        Assert.Equal(Key, read.PublicKey.ToArray());
        Assert.Equal(claim.Proof.ToArray(), read.Proof.ToArray());
        Assert.Null(InviteReading.TryRead(claim.ToJson().With("proof", JsonValue.Of(new string('A', 85) + "B"))));
        Assert.Null(InviteReading.TryRead(JsonValue.Of("an invite")));
    }
}
