using Parley.Frames;
using Parley.Identity;
using Parley.Nodes;
using Parley.Platform;

namespace Parley.Connection;

/// <summary>A link to a hub that said hello.</summary>
internal sealed record Dialled(ILink Link, HubFrame.Handshake Handshake);

/// <summary>Makes links to one hub: with a token that says who dials, and with the hub's first frame already read.</summary>
internal sealed class Dialler(Uri address, ILinkFactory links, TokenMint mint, TimeProvider time)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The hub's address.</summary>
    public Uri Address => address;

    /// <summary>How old a link is when another should take over, because its token ends.</summary>
    public TimeSpan RenewAfter => mint.RenewAfter;

    /// <summary>
    /// Dials. Throws <see cref="ParleyException"/>: Disconnected, Timeout; Forbidden where the hub does not admit this person, or not
    /// with this token; SignedOut where it admits this device no more.
    /// </summary>
    public async Task<Dialled> DialAsync(CancellationToken cancellationToken)
    {
        var dialled = await OnceAsync(cancellationToken).ConfigureAwait(false);
        if (!mint.IsByDevice || dialled.Handshake.Features.Contains(Features.Devices))
        {
            return dialled;
        }

        await dialled.Link.DisposeAsync().ConfigureAwait(false);
        mint.UsePersonsKey();
        return await OnceAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dialled> OnceAsync(CancellationToken cancellationToken)
    {
        var link = await WithinAsync(DialTimeout, "The hub did not answer.", ConnectAsync, cancellationToken).ConfigureAwait(false);
        try
        {
            var handshake = await WithinAsync(
                HandshakeTimeout, "The hub sent no handshake.", token => HandshakeAsync(link, token), cancellationToken).ConfigureAwait(false);
            return new(link, handshake);
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ILink> ConnectAsync(CancellationToken cancellationToken)
    {
        var token = await mint.MintAsync(cancellationToken).ConfigureAwait(false);
        return await links.ConnectAsync(address, token, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<HubFrame.Handshake> HandshakeAsync(ILink link, CancellationToken cancellationToken)
    {
        while (await link.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            if (HubFrame.TryRead(message, out var frame, out _) == FrameFault.None && frame is HubFrame.Handshake handshake)
            {
                return handshake;
            }
        }

        throw LinkClose.IsSignOut(link) ? LinkClose.SignedOut()
            : link.CloseCode is LinkClose.Unauthenticated or LinkClose.Denied
            ? new ParleyException(ParleyErrorCode.Forbidden, $"The hub does not admit this connection: {link.CloseReason ?? "no reason given"} ({link.CloseCode}).")
            {
                Reason = CloseReasons.Find(link.CloseReason),
            }
            : new ParleyException(ParleyErrorCode.Disconnected, "The hub closed before its handshake.");
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, string late, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ParleyException(ParleyErrorCode.Timeout, late);
        }
    }
}

/// <summary>The close codes of a hub that mean something to a client.</summary>
internal static class LinkClose
{
    /// <summary>It was sent too much.</summary>
    public const int RateLimited = 1008;

    /// <summary>The token is missing, malformed, over, or made for somebody else.</summary>
    public const int Unauthenticated = 4401;

    /// <summary>The token was revoked, or something was asked for that this person may not have.</summary>
    public const int Denied = 4403;

    /// <summary>True where the hub closed because the person signed this device out.</summary>
    public static bool IsSignOut(ILink link) => link.CloseCode == Denied && link.CloseReason == DeviceSignOut.CloseReason;

    /// <summary>The failure that it is.</summary>
    public static ParleyException SignedOut() => new(ParleyErrorCode.SignedOut, "The person signed this device out.");
}
