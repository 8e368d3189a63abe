namespace Parley.Web.Chat;

/// <summary>Which addresses a message may link to: <c>http</c>, <c>https</c> and <c>mailto</c>, absolute, without user info.</summary>
public static class LinkPolicy
{
    /// <summary>The most UTF-16 units of an address.</summary>
    public const int LengthMax = 2_048;

    /// <summary>The address as it may stand in <c>href</c>, or null where it may not.</summary>
    public static string? Admit(string? address)
    {
        if (address is not { Length: > 0 and <= LengthMax } || !Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri))
        {
            return null;
        }

        // "https://bank.example@evil.example" reads like the bank: an address with a name before the host is no link.
        var admitted = uri.Scheme == Uri.UriSchemeMailto
            || ((uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0 && uri.Host.Length > 0);
        return admitted ? uri.AbsoluteUri : null;
    }
}
