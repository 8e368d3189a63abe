using Parley.Browser.Lifecycle;
using Parley.Identity;

namespace Parley.Web.Identity;

/// <summary>The link of another device that this tab was opened with. Its secret leaves the address bar and the history as soon as it was read.</summary>
public sealed class PairingAtHand
{
    /// <summary>Where such links lead.</summary>
    public const string Path = "pair";

    /// <summary>The link, until it was used or put away.</summary>
    public PairingLink? Value { get; private set; }

    /// <summary>The address was that of such a link, whole or not.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Reads the page's address and takes the secret out of it.</summary>
    public void Take(BrowserLifecycle page)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (Read(page.Address()))
        {
            page.ReplaceAddress("");
        }
    }

    /// <summary>Reads an address. True where it is that of a link, and its fragment has to go.</summary>
    public bool Read(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.AbsolutePath.Trim('/') != Path)
        {
            return false;
        }

        IsAsked = true;
        Value = PairingLink.TryParse(uri.Fragment, out var link) ? link : null;
        return true;
    }

    /// <summary>It was used, or the person went elsewhere.</summary>
    public void PutAway()
    {
        Value = null;
        IsAsked = false;
    }
}
