using System.Numerics;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Ids;

public sealed class PersonIdTests
{
    private const string A = "did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH";

    [Theory]
    [InlineData(0xaa, "e734ea6c2b6257de72355e472aa05a4c487e6b463c029ed306df2f01b5636b58", A)]
    [InlineData(0x01, "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c", "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX")]
    public void The_known_pairs_of_seed_key_and_DID_hold(byte fill, string publicKeyHex, string did)
    {
        using var signer = new SodiumSigner([.. Enumerable.Repeat(fill, 32)]);
        Assert.Equal(did, signer.Person.Value);
        Assert.Equal(publicKeyHex, Convert.ToHexStringLower(signer.Person.PublicKey()));
        Assert.Equal(did, PersonId.FromPublicKey(Convert.FromHexString(publicKeyHex)).ToString());
    }

    [Fact]
    public void The_published_identities_hold_in_both_directions()
    {
        foreach (var (name, input, expected) in ConformanceVectors.Suite("identity"))
        {
            using var signer = new SodiumSigner(Convert.FromHexString(input["seedHex"]!.Text!));
            Assert.True(signer.Person.Value == expected["did"]!.Text, name);
            Assert.Equal(expected["publicKeyHex"]!.Text, Convert.ToHexStringLower(PersonId.Parse(expected["did"]!.Text!).PublicKey()));
        }
    }

    [Fact]
    public void Every_key_survives_the_way_to_a_DID_and_back()
    {
        var random = new Random(58);
        var key = new byte[32];
        for (var round = 0; round < 5_000; round++)
        {
            random.NextBytes(key);
            key.AsSpan(0, round % 33).Fill((byte)(round % 2 == 0 ? 0 : 0xff));
            var did = PersonId.FromPublicKey(key).Value;
            Assert.Equal(Base58Did([0xed, 0x01, .. key]), did);
            Assert.Equal(key, PersonId.Parse(did).PublicKey());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("did:key:anonymous")]
    [InlineData("did:key:z")]
    [InlineData("z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH")]
    [InlineData("DID:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH")]
    [InlineData("did:key:Z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH")]
    [InlineData(A + " ")]
    [InlineData(" " + A)]
    [InlineData(A + "1")]
    [InlineData("did:key:z16Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH")]
    [InlineData("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoq0")]
    [InlineData("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqO")]
    [InlineData("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqI")]
    [InlineData("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoql")]
    [InlineData("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqé")]
    [InlineData("did:key:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("did:web:example.org")]
    public void What_is_no_canonical_DID_is_refused(string? text)
    {
        Assert.False(PersonId.TryParse(text, out var person));
        Assert.Null(person.Value);
        Assert.Throws<FormatException>(() => PersonId.Parse(text ?? ""));
    }

    [Theory]
    [InlineData("ed01", 31)]
    [InlineData("ed01", 33)]
    [InlineData("ec01", 32)] // X25519
    [InlineData("ed02", 32)]
    [InlineData("8024", 33)] // P-256
    [InlineData("00ed01", 32)]
    [InlineData("01ed01", 32)] // as many digits as a good one, one bit too many
    public void Another_kind_or_length_of_key_is_refused(string prefixHex, int length)
    {
        var typed = (byte[])[.. Convert.FromHexString(prefixHex), .. Enumerable.Repeat((byte)7, length)];
        Assert.False(PersonId.TryParse(Base58Did(typed), out _));
    }

    [Fact]
    public void Two_spellings_never_name_one_key()
    {
        var random = new Random(59);
        const string alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        for (var round = 0; round < 5_000; round++)
        {
            var text = A.ToCharArray();
            text[random.Next(9, text.Length)] = alphabet[random.Next(58)];
            if (PersonId.TryParse(new string(text), out var person))
            {
                Assert.Equal(person, PersonId.FromPublicKey(person.PublicKey()));
            }
        }
    }

    [Fact]
    public void People_sort_by_code_unit()
    {
        var ids = new[] { A, "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX" }.Select(PersonId.Parse).Order().ToArray();
        Assert.EndsWith("LfLX", ids[0].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_names_nobody()
    {
        Assert.Equal("", default(PersonId).ToString());
        Assert.Throws<InvalidOperationException>(() => default(PersonId).PublicKey());
        Assert.Throws<ArgumentOutOfRangeException>(() => PersonId.FromPublicKey(new byte[31]));
    }

    // The textbook algorithm, slow and independent of the one under test.
    private static string Base58Did(ReadOnlySpan<byte> bytes)
    {
        const string alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var digits = new Stack<char>();
        for (; number > 0; number /= 58)
        {
            digits.Push(alphabet[(int)(number % 58)]);
        }

        var zeros = bytes.IndexOfAnyExcept((byte)0);
        return "did:key:z" + new string('1', zeros) + string.Concat(digits);
    }
}
