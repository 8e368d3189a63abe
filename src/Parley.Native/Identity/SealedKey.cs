using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;
using Parley.Identity;

namespace Parley.Native.Identity;

/// <summary>What opens a sealed key. The numbers stand in the file.</summary>
public enum KeyProtection
{
    /// <summary>A passphrase, stretched by Argon2id.</summary>
    Passphrase = 1,
    /// <summary>32 random bytes that are kept elsewhere on the same computer.</summary>
    Machine = 2,
}

/// <summary>Why a sealed key was not read or not opened.</summary>
public enum SealedKeyFault
{
    /// <summary>It was.</summary>
    None,
    /// <summary>Something else: the first bytes are not those of a sealed key.</summary>
    Foreign,
    /// <summary>Of a version that this build does not know.</summary>
    NewerVersion,
    /// <summary>Cut short, longer than it may be, or its checksum does not fit.</summary>
    Damaged,
    /// <summary>It asks for more or less work than is taken (<see cref="PassphraseCost"/>), or for an unknown protection.</summary>
    UnknownProtection,
    /// <summary>This passphrase or machine key does not open it: it is another one, or somebody changed the file and mended its checksum.</summary>
    DoesNotOpen,
    /// <summary>Argon2id did not get the memory that the file asks for.</summary>
    NotEnoughMemory,
}

/// <summary>A person's key at rest: one secret, sealed under a passphrase or a machine's key (docs/keys.md has the bytes).</summary>
/// <remarks>Pure over bytes: files, questions and randomness are the caller's. Immutable.</remarks>
public sealed class SealedKey
{
    /// <summary>The length of every sealed key, bytes: it does not tell what is inside.</summary>
    public const int FileBytes = CheckAt + CheckBytes;

    /// <summary>How many random bytes sealing takes; never the same twice.</summary>
    public const int RandomBytes = SaltBytes + NonceBytes;

    /// <summary>The length of a machine's key, bytes.</summary>
    public const int MachineKeyBytes = 32;

    /// <summary>The longest passphrase that is taken, bytes of UTF-8.</summary>
    public const int PassphraseBytesMax = 1024;

    private const byte Version = 1;
    private const int SaltBytes = 16;
    private const int NonceBytes = 24;
    private const int TagBytes = 16;
    private const int CheckBytes = 8;
    private const int PlainBytes = KeySecret.ExportBytes;

    private const int ProtectionAt = 11;
    private const int MemoryAt = 12;
    private const int PassesAt = 16;
    private const int SaltAt = 20;
    private const int NonceAt = SaltAt + SaltBytes;
    private const int SealedAt = NonceAt + NonceBytes;
    private const int CheckAt = SealedAt + PlainBytes + TagBytes;

    private readonly byte[] _file;

    private SealedKey(byte[] file) => _file = file;

    private static ReadOnlySpan<byte> Magic => "parley-key"u8;

    /// <summary>What opens it.</summary>
    public KeyProtection Protection => (KeyProtection)_file[ProtectionAt];

    /// <summary>What opening by passphrase costs; zeros under a machine's key.</summary>
    public PassphraseCost Cost => new(ReadInt(MemoryAt), ReadInt(PassesAt));

    /// <summary>The bytes to keep.</summary>
    public ReadOnlyMemory<byte> Bytes => _file;

    /// <summary>Seals under a passphrase.</summary>
    /// <param name="secret">What to seal.</param>
    /// <param name="passphrase">UTF-8, 1 to <see cref="PassphraseBytesMax"/> bytes.</param>
    /// <param name="cost">What a guess is to cost.</param>
    /// <param name="random"><see cref="RandomBytes"/> fresh random bytes.</param>
    /// <exception cref="ParleyException"><see cref="ParleyErrorCode.Quota"/> where the memory for the cost is not to be had.</exception>
    public static SealedKey ByPassphrase(KeySecret secret, ReadOnlySpan<byte> passphrase, PassphraseCost cost, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfZero(passphrase.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(passphrase.Length, PassphraseBytesMax);
        if (!cost.IsTaken)
        {
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "Outside the bounds that a reader takes.");
        }

        return Seal(secret, KeyProtection.Passphrase, passphrase, cost, random);
    }

    /// <summary>Seals under a machine's key.</summary>
    /// <param name="secret">What to seal.</param>
    /// <param name="machineKey"><see cref="MachineKeyBytes"/> random bytes that are kept apart from the file.</param>
    /// <param name="random"><see cref="RandomBytes"/> fresh random bytes.</param>
    public static SealedKey ByMachine(KeySecret secret, ReadOnlySpan<byte> machineKey, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(machineKey.Length, MachineKeyBytes);
        return Seal(secret, KeyProtection.Machine, machineKey, default, random);
    }

    /// <summary>Reads the outside of a sealed key: cheap, and before any passphrase is asked for.</summary>
    public static SealedKeyFault TryRead(ReadOnlySpan<byte> file, out SealedKey? key)
    {
        key = null;
        if (!file.StartsWith(Magic))
        {
            return SealedKeyFault.Foreign;
        }

        if (file.Length > Magic.Length && file[Magic.Length] > Version)
        {
            return SealedKeyFault.NewerVersion;
        }

        if (file.Length != FileBytes || file[Magic.Length] != Version || !Check(file[..CheckAt]).SequenceEqual(file[CheckAt..]))
        {
            return SealedKeyFault.Damaged;
        }

        var read = new SealedKey(file.ToArray());
        var isTaken = read.Protection switch
        {
            KeyProtection.Passphrase => read.Cost.IsTaken,
            KeyProtection.Machine => read.Cost == default,
            _ => false,
        };
        if (!isTaken)
        {
            return SealedKeyFault.UnknownProtection;
        }

        key = read;
        return SealedKeyFault.None;
    }

    /// <summary>Opens it.</summary>
    /// <param name="opener">The passphrase in UTF-8, or the machine's key, as <see cref="Protection"/> says.</param>
    /// <param name="secret">The secret; the caller wipes it.</param>
    public SealedKeyFault TryOpen(ReadOnlySpan<byte> opener, out KeySecret? secret)
    {
        secret = null;
        if (!CanOpen(opener))
        {
            return SealedKeyFault.DoesNotOpen;
        }

        using var key = DeriveKey(Protection, opener, Cost, _file.AsSpan(SaltAt, SaltBytes));
        if (key is null)
        {
            return SealedKeyFault.NotEnoughMemory;
        }

        Span<byte> plain = stackalloc byte[PlainBytes];
        var isOpen = AeadAlgorithm.XChaCha20Poly1305.Decrypt(
            key, _file.AsSpan(NonceAt, NonceBytes), _file.AsSpan(0, SealedAt), _file.AsSpan(SealedAt, PlainBytes + TagBytes), plain)
            && KeySecret.TryImport(plain, out secret);
        CryptographicOperations.ZeroMemory(plain);
        return isOpen ? SealedKeyFault.None : SealedKeyFault.DoesNotOpen;
    }

    private static SealedKey Seal(KeySecret secret, KeyProtection protection, ReadOnlySpan<byte> opener, PassphraseCost cost, ReadOnlySpan<byte> random)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        var file = new byte[FileBytes];
        Magic.CopyTo(file);
        file[Magic.Length] = Version;
        file[ProtectionAt] = (byte)protection;
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(MemoryAt), cost.MemoryKiB);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(PassesAt), cost.Passes);
        random.CopyTo(file.AsSpan(SaltAt));

        using var key = DeriveKey(protection, opener, cost, file.AsSpan(SaltAt, SaltBytes))
            ?? throw new ParleyException(ParleyErrorCode.Quota, $"Argon2id did not get its {cost.MemoryKiB} KiB of memory.");
        Span<byte> plain = stackalloc byte[PlainBytes];
        secret.Export(plain);
        AeadAlgorithm.XChaCha20Poly1305.Encrypt(
            key, file.AsSpan(NonceAt, NonceBytes), file.AsSpan(0, SealedAt), plain, file.AsSpan(SealedAt, PlainBytes + TagBytes));
        CryptographicOperations.ZeroMemory(plain);
        Check(file.AsSpan(0, CheckAt)).CopyTo(file.AsSpan(CheckAt));
        return new SealedKey(file);
    }

    /// <summary>Null where the memory is not to be had.</summary>
    private static Key? DeriveKey(KeyProtection protection, ReadOnlySpan<byte> opener, PassphraseCost cost, ReadOnlySpan<byte> salt)
    {
        if (protection == KeyProtection.Machine)
        {
            Span<byte> derived = stackalloc byte[32];
            System.Security.Cryptography.HKDF.DeriveKey(HashAlgorithmName.SHA256, opener, derived, salt, "parley-key machine"u8);
            var key = Key.Import(AeadAlgorithm.XChaCha20Poly1305, derived, KeyBlobFormat.RawSymmetricKey);
            CryptographicOperations.ZeroMemory(derived);
            return key;
        }

        var stretching = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = cost.MemoryKiB, NumberOfPasses = cost.Passes });
        try
        {
            return stretching.DeriveKey(opener, salt, AeadAlgorithm.XChaCha20Poly1305);
        }
        catch (CryptographicException)
        {
            // Its only reason with parameters inside the bounds.
            return null;
        }
    }

    // Tells a worn disk from a wrong passphrase. It is no protection: whoever changes the file can mend it, and then the seal does not open.
    private static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> before) => SHA256.HashData(before).AsSpan(0, CheckBytes);

    private bool CanOpen(ReadOnlySpan<byte> opener) => Protection == KeyProtection.Machine
        ? opener.Length == MachineKeyBytes
        : opener.Length is > 0 and <= PassphraseBytesMax;

    private int ReadInt(int at) => BinaryPrimitives.ReadInt32BigEndian(_file.AsSpan(at));
}
