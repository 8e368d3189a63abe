using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Json;

namespace Parley.Identity;

/// <summary>Where a signed-in device stands that takes in a new one.</summary>
public enum PairingHostPhase
{
    /// <summary>The link is shown, nobody has come.</summary>
    Waiting,
    /// <summary>A device asks to be let in: the person decides.</summary>
    Asked,
    /// <summary>The person said yes; the new device has not confirmed yet.</summary>
    Given,
    /// <summary>The new device is the person's.</summary>
    Done,
    /// <summary>The person said no.</summary>
    Refused,
    /// <summary>The new device gave up.</summary>
    Left,
    /// <summary>Two devices came by one link: nobody was let in.</summary>
    Rivals,
    /// <summary>Nobody was let in in time.</summary>
    Expired,
    /// <summary>The key was given and no confirmation came.</summary>
    Unconfirmed,
}

/// <summary>
/// The side that has the key. Messages and time go in, messages come out; it decides nothing by itself: what the key is made of leaves
/// it only after <see cref="Approve"/>, for the one device that asked.
/// </summary>
/// <remarks>Not safe for several threads. Disposing wipes it.</remarks>
public sealed class PairingHost : IDisposable
{
    /// <summary>How many random bytes a meeting needs on this side.</summary>
    public const int RandomBytes = 2 * PairingKeys.KeyBytes;

    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly KeySecret _secret;
    private readonly string _person;
    private readonly byte[] _key;
    private PairingKeys? _keys;
    private byte[] _guestKey = [];
    private JsonValue? _last;

    /// <summary>Begins a meeting.</summary>
    /// <param name="secret">What the person's key is made of; disposed with this.</param>
    /// <param name="person">What the person is called, for the new device to show.</param>
    /// <param name="hub">The hub to name in the link, where it is not the one that serves the page.</param>
    /// <param name="random"><see cref="RandomBytes"/> fresh random bytes.</param>
    /// <param name="now">The time of now.</param>
    public PairingHost(KeySecret secret, string person, Uri? hub, ReadOnlySpan<byte> random, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        _secret = secret;
        _person = person;
        _key = random[PairingKeys.KeyBytes..].ToArray();
        Link = new(random[..PairingKeys.KeyBytes], PairingKeys.PublicKeyOf(_key), hub);
        EndsAt = now + Lifetime;
    }

    /// <summary>What the new device needs.</summary>
    public PairingLink Link { get; }

    /// <summary>When it is over.</summary>
    public DateTimeOffset EndsAt { get; }

    /// <summary>Where it stands.</summary>
    public PairingHostPhase Phase { get; private set; }

    /// <summary>What the device that asks calls itself.</summary>
    public string? GuestName { get; private set; }

    /// <summary>Six digits that the device that asks shows too.</summary>
    public string? Code { get; private set; }

    /// <summary>True once nothing can come of it any more.</summary>
    public bool IsOver => Phase is not (PairingHostPhase.Waiting or PairingHostPhase.Asked or PairingHostPhase.Given);

    /// <summary>Takes a message from the room, whoever wrote it; the answer, where one is due.</summary>
    public JsonValue? Receive(JsonValue message, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        Tick(now);
        if (IsOver || message["box"]?.Text is not { } box)
        {
            return null;
        }

        switch (message["do"]?.Text)
        {
            case PairingStep.Hello:
                return Hear(message["key"]?.Text, box);
            case PairingStep.Done when Phase == PairingHostPhase.Given && _keys!.Open(PairingStep.Done, box) is not null:
                Phase = PairingHostPhase.Done;
                return null;
            case PairingStep.Leave when Phase == PairingHostPhase.Asked && _keys!.Open(PairingStep.Leave, box) is not null:
                Phase = PairingHostPhase.Left;
                return null;
            default:
                return null;
        }
    }

    /// <summary>The person says yes, having compared the code. Gives the message to send; null where nobody asks any more.</summary>
    public JsonValue? Approve(DateTimeOffset now)
    {
        Tick(now);
        if (Phase != PairingHostPhase.Asked)
        {
            return null;
        }

        Span<byte> exported = stackalloc byte[KeySecret.ExportBytes];
        _secret.Export(exported);
        _last = PairingStep.Message(PairingStep.Give, _keys!, exported);
        CryptographicOperations.ZeroMemory(exported);
        Phase = PairingHostPhase.Given;
        return _last;
    }

    /// <summary>The person says no, or closes the link. Gives the message to send, where somebody is there to hear it.</summary>
    public JsonValue? Refuse()
    {
        if (Phase is not (PairingHostPhase.Waiting or PairingHostPhase.Asked))
        {
            return null;
        }

        Phase = PairingHostPhase.Refused;
        return _keys is null ? null : PairingStep.Message(PairingStep.Refuse, _keys, []);
    }

    /// <summary>Time passed.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (!IsOver && now >= EndsAt)
        {
            Phase = Phase == PairingHostPhase.Given ? PairingHostPhase.Unconfirmed : PairingHostPhase.Expired;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _secret.Dispose();
        _keys?.Wipe();
        CryptographicOperations.ZeroMemory(_key);
    }

    private JsonValue? Hear(string? key, string box)
    {
        if (key is null || !Base64Url.IsValid(key) || Base64Url.DecodeFromChars(key) is not { Length: PairingKeys.KeyBytes } guestKey)
        {
            return null;
        }

        if (guestKey.AsSpan().SequenceEqual(_guestKey))
        {
            // The same device again: what it was told last may have been lost on the way.
            return _last;
        }

        if (PairingKeys.Agree(Link, _key, guestKey, guestKey) is not { } keys || keys.Open(PairingStep.Hello, box) is not { } hello)
        {
            return null;
        }

        if (Phase != PairingHostPhase.Waiting)
        {
            // Somebody else read the link. Before the yes nobody is let in; after it the key is on its way to the one who was asked about.
            Phase = Phase == PairingHostPhase.Asked ? PairingHostPhase.Rivals : Phase;
            return Phase == PairingHostPhase.Rivals ? PairingStep.Message(PairingStep.Refuse, _keys!, []) : null;
        }

        (_keys, _guestKey) = (keys, guestKey);
        (GuestName, Code, Phase) = (PairingStep.NameIn(hello), keys.Code(), PairingHostPhase.Asked);
        return _last = PairingStep.Message(PairingStep.Seen, keys, Encoding.UTF8.GetBytes(_person));
    }
}
