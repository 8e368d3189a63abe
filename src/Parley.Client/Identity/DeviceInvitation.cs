using Parley.Json;

namespace Parley.Identity;

/// <summary>What a signed-in device shows while it takes in a new one.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="IsConnected">False while the hub cannot be reached.</param>
/// <param name="IsRefused">True where the hub does not let this device in.</param>
/// <param name="GuestName">What the device that asks calls itself.</param>
/// <param name="Code">Six digits to compare with those on it.</param>
public sealed record DeviceInvitationView(
    PairingHostPhase Phase, bool IsConnected = false, bool IsRefused = false, string? GuestName = null, string? Code = null);

/// <summary>A signed-in device takes in a new one: shows a link, asks the person, hands over the key. Disposing ends it.</summary>
public sealed class DeviceInvitation : PairingMeeting, IPairingSide
{
    private readonly PairingHost _host;
    private readonly TimeProvider _time;
    private bool _isConnected;

    private DeviceInvitation(PairingHost host, TimeProvider time)
        : base(time)
    {
        _host = host;
        _time = time;
    }

    /// <summary>What the new device opens.</summary>
    public PairingLink Link => _host.Link;

    /// <summary>When the link is over.</summary>
    public DateTimeOffset EndsAt => _host.EndsAt;

    /// <summary>Where it stands.</summary>
    public Live<DeviceInvitationView> View { get; } = new(new DeviceInvitationView(PairingHostPhase.Waiting));

    /// <summary>Begins.</summary>
    /// <param name="options">How to reach the hub.</param>
    /// <param name="secret">What the person's key is made of; disposed with this.</param>
    /// <param name="person">What the person is called.</param>
    /// <param name="namesHub">True where the link has to name the hub, since the page that it opens is served by another.</param>
    public static DeviceInvitation Open(PairingOptions options, KeySecret secret, string person, bool namesHub = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new byte[PairingHost.RandomBytes];
        options.Random(random);
        var host = new PairingHost(secret, person, namesHub ? options.Hub : null, random, options.Time.GetUtcNow());
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(random);
        var invitation = new DeviceInvitation(host, options.Time);
        invitation.Begin(options, host.Link.Room, invitation);
        return invitation;
    }

    /// <summary>Yes: the device that asks gets the key.</summary>
    public void Approve() => Say(() => _host.Approve(_time.GetUtcNow()));

    /// <summary>No, or never mind.</summary>
    public void Refuse() => Say(_host.Refuse);

    JsonValue? IPairingSide.Greet() => null;

    JsonValue? IPairingSide.Receive(JsonValue message)
    {
        lock (Gate)
        {
            var answer = _host.Receive(message, _time.GetUtcNow());
            Show();
            return answer;
        }
    }

    void IPairingSide.OnConnected(bool isConnected)
    {
        lock (Gate)
        {
            _isConnected = isConnected;
            Show();
        }
    }

    private protected override void End()
    {
        Refuse();
        lock (Gate)
        {
            _host.Dispose();
        }
    }

    private protected override void Tick()
    {
        lock (Gate)
        {
            _host.Tick(_time.GetUtcNow());
            Show();
        }
    }

    private protected override void Show(bool isRefused = false) =>
        View.Set(new(_host.Phase, _isConnected, isRefused || View.Value.IsRefused, _host.GuestName, _host.Code));

    private void Say(Func<JsonValue?> word)
    {
        lock (Gate)
        {
            Room!.Post(word());
            Show();
        }
    }
}
