using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Parley.Ids;
using Parley.Json;

namespace Parley.Identity;

/// <summary>
/// What a signed-in device shows to a new one, as a link or a code for its camera: a one-time secret, its key for this one meeting, and
/// where they meet. It stands in an address's fragment, which no server is sent (docs/protocol.md, devices).
/// </summary>
/// <remarks>Who reads it can ask to be let in; whoever made it decides. Immutable; holds a secret.</remarks>
public sealed class PairingLink
{
    private const string Name = "pair=";
    private const int KeyBytes = 32;
    private const int TextLength = 86;
    private const int HubLengthMax = 1_024;

    private readonly byte[] _secret;
    private readonly byte[] _hostKey;

    internal PairingLink(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> hostKey, Uri? hub)
    {
        _secret = secret.ToArray();
        _hostKey = hostKey.ToArray();
        Hub = hub;
        Room = RoomNames.Pairing(RoomKey(secret));
    }

    /// <summary>The hub where they meet; null for the one that serves the page.</summary>
    public Uri? Hub { get; }

    /// <summary>The room where they meet. Its name tells nothing of the secret.</summary>
    public RoomId Room { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    internal ReadOnlySpan<byte> HostKey => _hostKey;

    /// <summary>The fragment, without its <c>#</c>.</summary>
    public override string ToString() =>
        $"{Name}{Base64Url.EncodeToString([.. _secret, .. _hostKey])}{(Hub is null ? "" : $".{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Hub.AbsoluteUri))}")}";

    /// <summary>Reads a fragment, or a whole address with one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PairingLink? link)
    {
        link = null;
        var fragment = (text ?? "").AsSpan().Trim();
        fragment = fragment[(fragment.IndexOf('#') + 1)..];
        if (!fragment.StartsWith(Name, StringComparison.Ordinal))
        {
            return false;
        }

        fragment = fragment[Name.Length..];
        Uri? hub = null;
        if (fragment.IndexOf('.') is >= 0 and var dot)
        {
            if (!TryReadHub(fragment[(dot + 1)..], out hub))
            {
                return false;
            }

            fragment = fragment[..dot];
        }

        var keys = new byte[2 * KeyBytes];
        if (fragment.Length != TextLength || !Base64Url.IsValid(fragment) || !Base64Url.TryDecodeFromChars(fragment, keys, out var written) || written != keys.Length)
        {
            return false;
        }

        link = new(keys.AsSpan(0, KeyBytes), keys.AsSpan(KeyBytes), hub);
        return true;
    }

    private static byte[] RoomKey(ReadOnlySpan<byte> secret)
    {
        var key = new byte[Blake3.HashBytes];
        Blake3.Hash(LengthPrefixed.Concat("parley-pair/1 room"u8.ToArray(), secret.ToArray()), key);
        return key;
    }

    private static bool TryReadHub(ReadOnlySpan<char> text, out Uri? hub)
    {
        hub = null;
        return text.Length is > 0 and <= HubLengthMax
            && Base64Url.IsValid(text)
            && Uri.TryCreate(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)), UriKind.Absolute, out hub)
            && hub.Scheme is "ws" or "wss";
    }
}
