using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;
using Parley.Json;
using ChaCha20Poly1305 = Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305;

namespace Parley.Identity;

/// <summary>
/// The keys of one meeting: an X25519 agreement of the two devices' one-time keys, bound to the link's secret. Each step has a key of
/// its own that seals one text, so that no nonce can be used twice and no box can stand for another.
/// </summary>
internal sealed class PairingKeys
{
    /// <summary>The length of keys, bytes.</summary>
    public const int KeyBytes = 32;

    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int CodeRange = 1_000_000;

    private readonly byte[] _root;
    private readonly byte[] _context;

    private PairingKeys(byte[] root, byte[] context)
    {
        _root = root;
        _context = context;
    }

    /// <summary>The public key of 32 random bytes.</summary>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> privateKey)
    {
        var key = new byte[KeyBytes];
        X25519.ScalarMultBase(privateKey.ToArray(), 0, key, 0);
        return key;
    }

    /// <summary>The keys as either side finds them; null where the other side's key is none.</summary>
    public static PairingKeys? Agree(PairingLink link, ReadOnlySpan<byte> own, ReadOnlySpan<byte> other, ReadOnlySpan<byte> guestKey)
    {
        var shared = new byte[KeyBytes];
        var mine = own.ToArray();
        try
        {
            if (other.Length != KeyBytes || !X25519.CalculateAgreement(mine, 0, other.ToArray(), 0, shared, 0))
            {
                return null;
            }

            var root = HKDF.Extract(HashAlgorithmName.SHA256, shared, link.Secret.ToArray());
            return new(root, LengthPrefixed.Concat(Encoding.UTF8.GetBytes(link.Room.Value), link.HostKey.ToArray(), guestKey.ToArray()));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
            CryptographicOperations.ZeroMemory(mine);
        }
    }

    /// <summary>Six digits that both devices show: whoever sees the same on both knows that the two mean each other.</summary>
    public string Code() =>
        (BinaryPrimitives.ReadUInt64BigEndian(KeyOf("code")) % CodeRange).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>Seals a step's text, as base64url.</summary>
    public string Seal(string step, ReadOnlySpan<byte> text)
    {
        var cipher = Cipher(step, seals: true);
        var box = new byte[text.Length + TagBytes];
        var plain = text.ToArray();
        var length = cipher.ProcessBytes(plain, 0, plain.Length, box, 0);
        cipher.DoFinal(box, length);
        CryptographicOperations.ZeroMemory(plain);
        return Base64Url.EncodeToString(box);
    }

    /// <summary>Opens a step's box; null where it is none of this meeting's.</summary>
    public byte[]? Open(string step, string? box)
    {
        if (box is null || !Base64Url.IsValid(box) || Base64Url.DecodeFromChars(box) is not { Length: >= TagBytes } bytes)
        {
            return null;
        }

        var cipher = Cipher(step, seals: false);
        var text = new byte[bytes.Length - TagBytes];
        try
        {
            var length = cipher.ProcessBytes(bytes, 0, bytes.Length, text, 0);
            cipher.DoFinal(text, length);
            return text;
        }
        catch (InvalidCipherTextException)
        {
            return null;
        }
    }

    /// <summary>Wipes them.</summary>
    public void Wipe() => CryptographicOperations.ZeroMemory(_root);

    private ChaCha20Poly1305 Cipher(string step, bool seals)
    {
        var cipher = new ChaCha20Poly1305();
        cipher.Init(seals, new ParametersWithIV(new KeyParameter(KeyOf(step)), new byte[NonceBytes]));
        return cipher;
    }

    private byte[] KeyOf(string step) =>
        HKDF.Expand(HashAlgorithmName.SHA256, _root, KeyBytes, LengthPrefixed.Concat("parley-pair/1"u8.ToArray(), Encoding.ASCII.GetBytes(step), _context));
}

/// <summary>The steps of a meeting, which name its messages and their keys.</summary>
internal static class PairingStep
{
    /// <summary>Guest to host: who asks.</summary>
    public const string Hello = "hello";

    /// <summary>Host to guest: somebody is asked now.</summary>
    public const string Seen = "seen";

    /// <summary>Host to guest: what the person's key is made of.</summary>
    public const string Give = "give";

    /// <summary>Host to guest: no.</summary>
    public const string Refuse = "refuse";

    /// <summary>Guest to host: it is kept here.</summary>
    public const string Done = "done";

    /// <summary>Guest to host: never mind.</summary>
    public const string Leave = "leave";

    /// <summary>The message of a step.</summary>
    public static JsonValue Message(string step, PairingKeys keys, ReadOnlySpan<byte> text, ReadOnlySpan<byte> guestKey = default) => JsonValue.Object(
        ("type", JsonValue.Of("pair")),
        ("do", JsonValue.Of(step)),
        ("key", guestKey.IsEmpty ? null : JsonValue.Of(Base64Url.EncodeToString(guestKey))),
        ("box", JsonValue.Of(keys.Seal(step, text))));

    /// <summary>A name as the other side may show it: one line, at most 120 units; null where it says none.</summary>
    public static string? NameIn(byte[] text)
    {
        var name = new string([.. Encoding.UTF8.GetString(text).Where(static c => !char.IsControl(c))]).Trim();
        return name.Length == 0 ? null : name.Length > 120 ? name[..120] : name;
    }
}
