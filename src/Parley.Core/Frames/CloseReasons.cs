using Parley.Identity;

namespace Parley.Frames;

/// <summary>Why a hub closes a connection that it does not admit, as its close frame says it (docs/protocol.md, tokens).</summary>
internal static class CloseReasons
{
    /// <summary>Before the word for a fault of the token.</summary>
    public const string InvalidToken = "Invalid UCAN: ";

    /// <summary>The token, or who signed it, was revoked.</summary>
    public const string Revoked = "Token revoked";

    /// <summary>The hub's owner banned the person.</summary>
    public const string Banned = "You are banned from this hub.";

    /// <summary>The hub is for people whom its owner listed.</summary>
    public const string NotListed = "This hub is for people whom its owner listed.";

    /// <summary>The reason that a close frame gives; null where it is none of those a person can do something about.</summary>
    public static Reason? Find(string? text)
    {
        var word = text?.StartsWith(InvalidToken, StringComparison.Ordinal) == true ? text[InvalidToken.Length..] : text;
        return word switch
        {
            Revoked => Reason.TokenRevoked,
            Banned => Reason.Banned,
            NotListed => Reason.NotListed,
            _ when word == UcanFault.Expired.ToWords() => Reason.TokenExpired,
            _ when word == UcanFault.LivesTooLong.ToWords() => Reason.TokenTooLong,
            _ when word == UcanFault.Audience.ToWords() => Reason.WrongAudience,
            _ => null,
        };
    }
}
