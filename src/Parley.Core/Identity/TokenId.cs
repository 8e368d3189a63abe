using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Identity;

/// <summary>What names a token in a list of revoked ones: SHA-256 of its text, as 64 lower-case hex digits.</summary>
/// <remarks>A token has one text (<see cref="UcanToken.TryParse"/> takes no second spelling), hence one id.</remarks>
public readonly record struct TokenId
{
    private TokenId(string value) => Value = value;

    /// <summary>The hex digits. Null only for <c>default</c>.</summary>
    public string Value { get; }

    /// <summary>The id of a token's text.</summary>
    public static TokenId Of(string token) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));

    /// <summary>Takes exactly 64 lower-case hex digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TokenId id)
    {
        var taken = text is { Length: 2 * SHA256.HashSizeInBytes } && text.All(char.IsAsciiHexDigitLower);
        id = taken ? new(text!) : default;
        return taken;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/>.</summary>
    public static TokenId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException("Not 64 lower-case hex digits.");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
