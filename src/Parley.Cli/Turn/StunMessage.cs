using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Cli.Turn;

/// <summary>The methods and answers that are spoken here (RFC 8489, RFC 8656).</summary>
internal enum StunType : ushort
{
    BindingRequest = 0x0001,
    BindingSuccess = 0x0101,
    AllocateRequest = 0x0003,
    AllocateSuccess = 0x0103,
    RefreshRequest = 0x0004,
    CreatePermissionRequest = 0x0008,
    CreatePermissionSuccess = 0x0108,
    SendIndication = 0x0016,
    DataIndication = 0x0017,
}

/// <summary>The attributes that are spoken here.</summary>
internal enum StunAttribute : ushort
{
    Username = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    Lifetime = 0x000D,
    XorPeerAddress = 0x0012,
    Data = 0x0013,
    Realm = 0x0014,
    Nonce = 0x0015,
    XorRelayedAddress = 0x0016,
    RequestedTransport = 0x0019,
    XorMappedAddress = 0x0020,
    Fingerprint = 0x8028,
}

/// <summary>A STUN message: written with its proof, and read with every length checked.</summary>
internal sealed class StunMessage
{
    public const int HeaderBytes = 20;
    public const int BytesMax = 2_048;

    private const uint Cookie = 0x2112A442;
    private const uint FingerprintMask = 0x5354554E;
    private const int TransactionBytes = 12;
    private const int IntegrityBytes = 20;

    private readonly List<(StunAttribute Type, byte[] Value, int At)> _attributes = [];
    private readonly byte[] _bytes;

    private StunMessage(byte[] bytes) => _bytes = bytes;

    public StunType Type => (StunType)BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ReadOnlySpan<byte> Transaction => _bytes.AsSpan(8, TransactionBytes);

    /// <summary>The error's number, or null where the message carries none.</summary>
    public int? Error => Find(StunAttribute.ErrorCode) is { Length: >= 4 } value ? ((value[2] & 7) * 100) + value[3] : null;

    public string? Text(StunAttribute type) => Find(type) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>The first attribute of a type, or null.</summary>
    public byte[]? Find(StunAttribute type) => _attributes.Find(one => one.Type == type).Value;

    /// <summary>An address that was exclusive-ored, or null.</summary>
    public IPEndPoint? Address(StunAttribute type)
    {
        if (Find(type) is not { } value || (value.Length, value.Length > 1 ? value[1] : 0) is not ((8, 1) or (20, 2)))
        {
            return null;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(2)) ^ (Cookie >> 16);
        return new(new IPAddress(Masked(value.AsSpan(4), Transaction)), (int)port);
    }

    /// <summary>True where MESSAGE-INTEGRITY is there and holds under the key.</summary>
    public bool IsProven(byte[] key)
    {
        if (_attributes.Find(static one => one.Type == StunAttribute.MessageIntegrity) is not { Value.Length: IntegrityBytes } proof)
        {
            return false;
        }

        // The length that is signed ends with the proof, whatever follows it.
        var signed = _bytes[..proof.At];
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(2), (ushort)(proof.At - HeaderBytes + 4 + IntegrityBytes));
        return CryptographicOperations.FixedTimeEquals(Hmac(key, signed), proof.Value);
    }

    /// <summary>True where FINGERPRINT is there and right.</summary>
    public bool HasFingerprint() =>
        _attributes.Find(static one => one.Type == StunAttribute.Fingerprint) is { Value.Length: 4 } print
        && BinaryPrimitives.ReadUInt32BigEndian(print.Value) == (Crc(_bytes.AsSpan(0, print.At)) ^ FingerprintMask);

    /// <summary>The key of long-term credentials.</summary>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The key of long-term credentials (RFC 8489).")]
    public static byte[] LongTermKey(string username, string realm, string password) => MD5.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}:{password}"));

    /// <summary>Reads a whole message. False where it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StunMessage? message)
    {
        message = null;
        if (bytes.Length < HeaderBytes || (bytes[0] & 0xC0) != 0 || bytes.Length != HeaderBytes + LengthOf(bytes)
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != Cookie)
        {
            return false;
        }

        var read = new StunMessage(bytes.ToArray());
        for (var at = HeaderBytes; at < bytes.Length;)
        {
            if (at + 4 > bytes.Length)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (at + 4 + length > bytes.Length)
            {
                return false;
            }

            read._attributes.Add(((StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]), bytes.Slice(at + 4, length).ToArray(), at));
            at += 4 + ((length + 3) & ~3);
        }

        message = read;
        return true;
    }

    /// <summary>What a header says of the bytes after it.</summary>
    public static int LengthOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16BigEndian(header[2..]);

    /// <summary>Writes a message; with a key it is proven, and with a fingerprint it ends in one.</summary>
    public static byte[] Write(StunType type, ReadOnlySpan<byte> transaction, IEnumerable<(StunAttribute Type, byte[] Value)> attributes, byte[]? key = null, bool fingerprint = true)
    {
        var bytes = new List<byte>(HeaderBytes + 200);
        bytes.AddRange(new byte[HeaderBytes]);
        foreach (var (attribute, value) in attributes)
        {
            Append(bytes, attribute, value);
        }

        if (key is not null)
        {
            Append(bytes, StunAttribute.MessageIntegrity, Hmac(key, Headed(bytes, type, transaction, 4 + IntegrityBytes)));
        }

        if (fingerprint)
        {
            var print = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(print, Crc(Headed(bytes, type, transaction, 8)) ^ FingerprintMask);
            Append(bytes, StunAttribute.Fingerprint, print);
        }

        return Headed(bytes, type, transaction, 0);
    }

    /// <summary>An address as an attribute has it.</summary>
    public static byte[] AddressValue(IPEndPoint address, ReadOnlySpan<byte> transaction)
    {
        var ip = address.Address.GetAddressBytes();
        byte[] value = [0, (byte)(ip.Length == 4 ? 1 : 2), 0, 0, .. Masked(ip, transaction)];
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(2), (ushort)(address.Port ^ (int)(Cookie >> 16)));
        return value;
    }

    private static byte[] Masked(ReadOnlySpan<byte> address, ReadOnlySpan<byte> transaction)
    {
        var mask = new byte[4 + TransactionBytes];
        BinaryPrimitives.WriteUInt32BigEndian(mask, Cookie);
        transaction.CopyTo(mask.AsSpan(4));
        var masked = address.ToArray();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= mask[i];
        }

        return masked;
    }

    private static byte[] Headed(List<byte> body, StunType type, ReadOnlySpan<byte> transaction, int more)
    {
        var bytes = body.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - HeaderBytes + more));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Cookie);
        transaction.CopyTo(bytes.AsSpan(8, TransactionBytes));
        return bytes;
    }

    private static void Append(List<byte> to, StunAttribute type, byte[] value)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)value.Length);
        to.AddRange(head);
        to.AddRange(value);
        to.AddRange(new byte[(4 - (value.Length % 4)) % 4]);
    }

    // CRC-32 of ITU V.42; messages are small, and so is this.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "MESSAGE-INTEGRITY (RFC 8489).")]
    private static byte[] Hmac(byte[] key, byte[] bytes) => HMACSHA1.HashData(key, bytes);
}
