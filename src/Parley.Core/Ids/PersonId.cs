using System.Diagnostics.CodeAnalysis;

namespace Parley.Ids;

/// <summary>
/// A person's public name: a <c>did:key</c> of an Ed25519 public key
/// (<c>did:key:z</c> + base58btc(ed 01 ‖ 32 bytes)). Compared by code unit.
/// </summary>
public readonly record struct PersonId : IComparable<PersonId>
{
    /// <summary>The length of an Ed25519 public key in bytes.</summary>
    public const int PublicKeyBytes = 32;

    private const string Prefix = "did:key:z";

    private PersonId(string value) => Value = value;

    /// <summary>The DID as text. Null only for <c>default</c>.</summary>
    public string Value { get; }

    // The multicodec of an Ed25519 public key.
    private static ReadOnlySpan<byte> KeyType => [0xed, 0x01];

    /// <summary>The DID of a public key of 32 bytes.</summary>
    public static PersonId FromPublicKey(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyBytes);
        Span<byte> typed = stackalloc byte[Base58.ByteCount];
        KeyType.CopyTo(typed);
        publicKey.CopyTo(typed[KeyType.Length..]);
        Span<char> text = stackalloc char[Prefix.Length + Base58.DigitCount];
        Prefix.CopyTo(text);
        Base58.Encode(typed, text[Prefix.Length..]);
        return new(text.ToString());
    }

    /// <summary>Takes a DID only when it is exactly the canonical spelling of an Ed25519 key of 32 bytes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PersonId person)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeyBytes];
        return TryParse(text, out person, publicKey);
    }

    /// <summary>As <see cref="TryParse(string?, out PersonId)"/>, throwing <see cref="FormatException"/>.</summary>
    public static PersonId Parse(string text) => TryParse(text, out var person) ? person : throw new FormatException("Not an Ed25519 did:key.");

    /// <summary>Takes a DID that was checked before it was stored (or needs no key, as in a vector of the merge) as it stands.</summary>
    /// <remarks>Never for what was received: <see cref="PublicKey"/> of something else throws.</remarks>
    public static PersonId FromTrusted(string text) => new(text ?? throw new ArgumentNullException(nameof(text)));

    /// <summary>The 32 bytes of the public key.</summary>
    public byte[] PublicKey()
    {
        var publicKey = new byte[PublicKeyBytes];
        return TryParse(Value, out _, publicKey) ? publicKey : throw new InvalidOperationException("The default PersonId names nobody.");
    }

    /// <inheritdoc/>
    public int CompareTo(PersonId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";

    /// <summary>As the public method, giving the 32 bytes of the key too.</summary>
    internal static bool TryParse([NotNullWhen(true)] string? text, out PersonId person, Span<byte> publicKey)
    {
        person = default;
        Span<byte> typed = stackalloc byte[Base58.ByteCount];

        // 47 digits that decode to 34 bytes beginning with ed are the only spelling of those bytes: no second check is needed.
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base58.TryDecode(text.AsSpan(Prefix.Length), typed) || !typed.StartsWith(KeyType))
        {
            return false;
        }

        typed[KeyType.Length..].CopyTo(publicKey);
        person = new(text);
        return true;
    }
}
