using Parley.Json;

namespace Parley.Identity;

/// <summary>What a new device shows while it asks to be taken in.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Code">Six digits to compare with those on the other device.</param>
/// <param name="IsConnected">False while the hub cannot be reached.</param>
/// <param name="IsRefused">True where the hub does not let this device in.</param>
/// <param name="HostName">Whose device the other one says to be.</param>
public sealed record DeviceArrivalView(
    PairingGuestPhase Phase, string Code, bool IsConnected = false, bool IsRefused = false, string? HostName = null);

/// <summary>A new device asks a signed-in one, whose link it opened, to be taken in. Disposing ends it.</summary>
public sealed class DeviceArrival : PairingMeeting, IPairingSide
{
    private readonly PairingGuest _guest;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<KeySecret> _secret = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isConnected;

    private DeviceArrival(PairingGuest guest, TimeProvider time)
        : base(time)
    {
        _guest = guest;
        _time = time;
        View = new(new DeviceArrivalView(guest.Phase, guest.Code));
    }

    /// <summary>Where it stands.</summary>
    public Live<DeviceArrivalView> View { get; }

    /// <summary>
    /// What the person's key is made of, once the other device hands it over: to be kept, told by <see cref="Confirm"/>, and disposed.
    /// Never completes where that does not happen.
    /// </summary>
    public Task<KeySecret> Secret => _secret.Task;

    /// <summary>Begins to ask. Throws <see cref="ParleyException"/>: Invalid (the link holds no key).</summary>
    /// <param name="options">How to reach the hub.</param>
    /// <param name="link">What the other device showed.</param>
    /// <param name="name">What this device is called: "Chromium on Android".</param>
    public static DeviceArrival Open(PairingOptions options, PairingLink link, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(link);
        var random = new byte[PairingGuest.RandomBytes];
        options.Random(random);
        var guest = PairingGuest.Begin(link, name, random, options.Time.GetUtcNow()) ?? throw new ParleyException(ParleyErrorCode.Invalid, "The link holds no key.");
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(random);
        var arrival = new DeviceArrival(guest, options.Time);
        arrival.Begin(options, link.Room, arrival);
        return arrival;
    }

    /// <summary>The key is kept here: tells the other device.</summary>
    public void Confirm()
    {
        lock (Gate)
        {
            Room!.Post(_guest.Confirm());
        }
    }

    JsonValue? IPairingSide.Greet()
    {
        lock (Gate)
        {
            return _guest.IsWaiting ? _guest.Hello : null;
        }
    }

    JsonValue? IPairingSide.Receive(JsonValue message)
    {
        lock (Gate)
        {
            var answer = _guest.Receive(message, _time.GetUtcNow());
            Show();
            if (_guest.Secret is { } secret)
            {
                _secret.TrySetResult(secret);
            }

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
        lock (Gate)
        {
            Room!.Post(_guest.Leave());
            Show();
            _guest.Dispose();
        }
    }

    private protected override void Tick()
    {
        lock (Gate)
        {
            _guest.Tick(_time.GetUtcNow());
            Show();
        }
    }

    private protected override void Show(bool isRefused = false) =>
        View.Set(new(_guest.Phase, _guest.Code, _isConnected, isRefused || View.Value.IsRefused, _guest.HostName));
}
