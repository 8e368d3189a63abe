using System.Security.Cryptography;
using System.Text;
using Parley.Json;

namespace Parley.Identity;

/// <summary>Where a new device stands that asks to be taken in.</summary>
public enum PairingGuestPhase
{
    /// <summary>It says hello; the other device has not answered.</summary>
    Calling,
    /// <summary>The other device asks its person.</summary>
    Seen,
    /// <summary>The key is here.</summary>
    Received,
    /// <summary>The other device said no, or its link was closed or read by two.</summary>
    Refused,
    /// <summary>The person gave up here.</summary>
    Left,
    /// <summary>No answer came in time.</summary>
    Expired,
}

/// <summary>The side that has only the link. Messages and time go in, messages come out.</summary>
/// <remarks>Not safe for several threads. Disposing wipes it.</remarks>
public sealed class PairingGuest : IDisposable
{
    /// <summary>How many random bytes a meeting needs on this side.</summary>
    public const int RandomBytes = PairingKeys.KeyBytes;

    private readonly PairingKeys _keys;
    private readonly DateTimeOffset _endsAt;
    private JsonValue? _done;

    private PairingGuest(PairingKeys keys, PairingLink link, JsonValue hello, DateTimeOffset now)
    {
        _keys = keys;
        Link = link;
        Hello = hello;
        Code = keys.Code();
        _endsAt = now + PairingHost.Lifetime;
    }

    /// <summary>The link that it came by.</summary>
    public PairingLink Link { get; }

    /// <summary>What it says first, and again from time to time until it is heard.</summary>
    public JsonValue Hello { get; }

    /// <summary>Six digits that the other device shows too.</summary>
    public string Code { get; }

    /// <summary>Where it stands.</summary>
    public PairingGuestPhase Phase { get; private set; }

    /// <summary>Whose device the other one says to be.</summary>
    public string? HostName { get; private set; }

    /// <summary>What the person's key is made of, once it was received. The caller's to dispose.</summary>
    public KeySecret? Secret { get; private set; }

    /// <summary>True while an answer may come.</summary>
    public bool IsWaiting => Phase is PairingGuestPhase.Calling or PairingGuestPhase.Seen;

    /// <summary>Begins to ask; null where the link's key is none.</summary>
    /// <param name="link">What the other device showed.</param>
    /// <param name="name">What this device is called: "Chromium on Android".</param>
    /// <param name="random"><see cref="RandomBytes"/> fresh random bytes.</param>
    /// <param name="now">The time of now.</param>
    public static PairingGuest? Begin(PairingLink link, string name, ReadOnlySpan<byte> random, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        var guestKey = PairingKeys.PublicKeyOf(random);
        return PairingKeys.Agree(link, random, link.HostKey, guestKey) is { } keys
            ? new(keys, link, PairingStep.Message(PairingStep.Hello, keys, Encoding.UTF8.GetBytes(name), guestKey), now)
            : null;
    }

    /// <summary>Takes a message from the room, whoever wrote it; the answer, where one is due.</summary>
    public JsonValue? Receive(JsonValue message, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        Tick(now);
        if (message["box"]?.Text is not { } box)
        {
            return null;
        }

        switch (message["do"]?.Text)
        {
            case PairingStep.Seen when Phase == PairingGuestPhase.Calling && _keys.Open(PairingStep.Seen, box) is { } person:
                (HostName, Phase) = (PairingStep.NameIn(person), PairingGuestPhase.Seen);
                return null;
            case PairingStep.Give when IsWaiting && _keys.Open(PairingStep.Give, box) is { } exported:
                if (KeySecret.TryImport(exported, out var secret))
                {
                    (Secret, Phase) = (secret, PairingGuestPhase.Received);
                }

                CryptographicOperations.ZeroMemory(exported);
                return null;
            case PairingStep.Give:
                // Said again: what confirmed it was lost.
                return _done;
            case PairingStep.Refuse when IsWaiting && _keys.Open(PairingStep.Refuse, box) is not null:
                Phase = PairingGuestPhase.Refused;
                return null;
            default:
                return null;
        }
    }

    /// <summary>The key is kept here: gives what to tell the other device.</summary>
    public JsonValue Confirm() => _done = PairingStep.Message(PairingStep.Done, _keys, []);

    /// <summary>The person gives up; gives what to tell the other device.</summary>
    public JsonValue? Leave()
    {
        if (!IsWaiting)
        {
            return null;
        }

        Phase = PairingGuestPhase.Left;
        return PairingStep.Message(PairingStep.Leave, _keys, []);
    }

    /// <summary>Time passed.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (IsWaiting && now >= _endsAt)
        {
            Phase = PairingGuestPhase.Expired;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Wipe();
}
