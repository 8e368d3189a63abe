using Parley.Access;
using Parley.Browser.Lifecycle;

namespace Parley.Web.Access;

/// <summary>The invite that this tab was opened with. Its secret leaves the address bar and the history as soon as it was read.</summary>
public sealed class InviteAtHand
{
    /// <summary>Where the links of invites lead.</summary>
    public const string Path = "join";

    private const string Mark = "#join=";

    /// <summary>The invite, until it was used or put away.</summary>
    public Invite? Value { get; private set; }

    /// <summary>The address was that of an invite, whole or not.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>The person said already that they want in: they gave their name for it.</summary>
    public bool IsAgreed { get; set; }

    /// <summary>Reads the page's address and takes the secret out of it.</summary>
    public void Take(BrowserLifecycle page)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (Read(page.Address()))
        {
            page.ReplaceAddress(Path);
        }
    }

    /// <summary>Reads an address. True where it is that of an invite, and its fragment has to go.</summary>
    public bool Read(string address)
    {
        // The app's own links lead to its page of joining; those of the command line may name the app alone.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.AbsolutePath.Trim('/') is not (Path or "")
            || !uri.Fragment.StartsWith(Mark, StringComparison.Ordinal))
        {
            return false;
        }

        IsAsked = true;
        IsAgreed = false;
        Value = Invite.TryParse(uri.Fragment, out var invite) ? invite : null;
        return true;
    }

    /// <summary>Takes an invite that the person pasted. False where the text holds none.</summary>
    public bool Offer(string text)
    {
        if (!Invite.TryParse(text, out var invite))
        {
            return false;
        }

        Value = invite;
        IsAsked = IsAgreed = true;
        return true;
    }

    /// <summary>It was used, or the person went elsewhere.</summary>
    public void PutAway()
    {
        Value = null;
        IsAsked = IsAgreed = false;
    }
}
