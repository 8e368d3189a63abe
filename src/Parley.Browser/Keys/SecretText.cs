using System.Buffers.Text;
using System.Security.Cryptography;
using Parley.Identity;

namespace Parley.Browser.Keys;

/// <summary>What a person's key was made of, as the text that lies sealed in the browser: the 24 words, or for a key from elsewhere its bytes.</summary>
internal static class SecretText
{
    private const string Prefix = "parley-key:";

    /// <summary>The text of a secret.</summary>
    public static string Of(KeySecret secret)
    {
        if (secret.ToWords() is { } words)
        {
            return words.ToString();
        }

        Span<byte> exported = stackalloc byte[KeySecret.ExportBytes];
        secret.Export(exported);
        var text = Prefix + Base64Url.EncodeToString(exported);
        CryptographicOperations.ZeroMemory(exported);
        return text;
    }

    /// <summary>Reads a text; null where it is none.</summary>
    public static KeySecret? Read(string text)
    {
        if (RecoveryPhrase.TryParse(text, out var words) == PhraseFault.None)
        {
            return KeySecret.FromWords(words!);
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
        {
            return null;
        }

        var exported = Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length));
        _ = KeySecret.TryImport(exported, out var secret);
        CryptographicOperations.ZeroMemory(exported);
        return secret;
    }
}
