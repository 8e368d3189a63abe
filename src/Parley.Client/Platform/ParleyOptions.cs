using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Identity;
using Parley.Platform;
using Parley.Storage;

namespace Parley;

/// <summary>How a <see cref="ParleyClient"/> is opened. Every default is the safe one.</summary>
public sealed record ParleyOptions
{
    /// <summary>Where everything is kept.</summary>
    public required ISqlDriver Store { get; init; }

    /// <summary>The person's signing key.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>
    /// This device's own key, with which it connects in the person's name until they sign it out. Null connects with the person's key, which
    /// nobody can sign out.
    /// </summary>
    public ThisDevice? Device { get; init; }

    /// <summary>The platform's verification.</summary>
    public required ISignatures Signatures { get; init; }

    /// <summary>The hub's WebSocket address (<c>ws://…/sync</c>), or null to stay alone.</summary>
    public Uri? Hub { get; init; }

    /// <summary>How links to a hub are made. Defaults to WebSockets.</summary>
    public ILinkFactory? Links { get; init; }

    /// <summary>Makes the signing key of an invite from its 32 secret bytes. Null: this platform can neither invite nor join by a link.</summary>
    public SeedSigner? InviteSigner { get; init; }

    /// <summary>Opens the media engine of a call. Null: on this platform calls can be seen and not entered.</summary>
    public Platform.OpenCallMedia? CallMedia { get; init; }

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Fills spans with random bytes. Defaults to the platform's cryptographic source.</summary>
    public RandomBytes Random { get; init; } = System.Security.Cryptography.RandomNumberGenerator.Fill;

    /// <summary>How long the token of a connection is good for; a connection with a fresh one takes over before that.</summary>
    internal TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>False for a replica that only reads: it writes nothing that nobody told it to, such as an admin's duties.</summary>
    internal bool ActsByItself { get; init; } = true;

    /// <summary>Logs.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>In a browser: the channel to this person's other tabs. Null in a process (always the leader).</summary>
    public Platform.ITabs? Tabs { get; init; }
}

/// <summary>The device that a client runs on.</summary>
/// <param name="Key">Its own key, used for connecting and for nothing else.</param>
/// <param name="Name">What it is called until the person renames it, 1 to 120 units: "Chromium on Linux".</param>
public sealed record ThisDevice(ISigner Key, string Name);

/// <summary>The Ed25519 key of a seed of 32 bytes. Disposed after use where it is disposable.</summary>
public delegate ValueTask<ISigner> SeedSigner(ReadOnlyMemory<byte> seed, CancellationToken cancellationToken);

/// <summary>Fills the span with random bytes.</summary>
public delegate void RandomBytes(Span<byte> bytes);
