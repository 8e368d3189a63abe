using Microsoft.Extensions.Logging;
using Parley.Access;
using Parley.Calls;
using Parley.Chat;
using Parley.Commands;
using Parley.Connection;
using Parley.Identity;
using Parley.Ids;
using Parley.Live;
using Parley.Nodes;
using Parley.Peers;
using Parley.Presence;
using Parley.Storage;
using Parley.Store;
using Parley.Tabs;
using Parley.Views;

namespace Parley;

/// <summary>
/// A person's replica: everything they may read is here, everything they write is durable here first and replicates when it can.
/// </summary>
/// <remarks>
/// In a process, and in a browser's leading tab, it owns the store, the Lamport clock and the hub link. In another tab it reads the
/// same store and hands commands to the leader; it takes over when the leader goes. Callers see no difference. Safe for several threads.
/// </remarks>
public sealed class ParleyClient : IAsyncDisposable
{
    private readonly ParleyOptions _options;
    private readonly AdvanceSignal _advanced = new();
    private readonly StatusBoard _status = new();
    private readonly RoleHolder _role = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly MembershipViews _views;
    private MembershipMirror? _mirror;
    private Task _takeOver = Task.CompletedTask;
    private bool _disposed;

    private ParleyClient(ParleyOptions options)
    {
        _options = options;
        Nodes = new(options, _advanced, _role);
        Profiles = new(Me, Nodes, _role);
        Presence = new(Me, () => Profiles.NameOf(Me), options.Time, options.Random);
        Profiles.OwnNameChanged = Presence.Refresh;
        _views = new(Me);
        Channels = new(Nodes, _role, options, Space);
        Spaces = new(_views, _role, new(options.InviteSigner, options.Random));
        Requests = new(options, Nodes, _views, _role);
        Devices = new(options, Nodes);
        Calls = new(options, Nodes, Presence, _views, Requests);
    }

    /// <summary>Who I am.</summary>
    public PersonId Me => _options.Signer.Person;

    /// <summary>
    /// The space that everybody is in, <see cref="RoomNames.MainSpace"/>, where there is one (<see cref="ConnectionStatus.HasCommons"/>). Others
    /// are in <see cref="Spaces"/>.
    /// </summary>
    public string Space { get; } = RoomNames.MainSpace;

    /// <summary>Nodes of any schema.</summary>
    public NodeStore Nodes { get; }

    /// <summary>Channels and their conversations.</summary>
    public Channels Channels { get; }

    /// <summary>Spaces, and who is in what.</summary>
    public Spaces Spaces { get; }

    /// <summary>What people whom I share no space with want of me.</summary>
    public ContactRequests Requests { get; }

    /// <summary>From where I connect.</summary>
    public Devices Devices { get; }

    /// <summary>Names and faces.</summary>
    public Profiles Profiles { get; }

    /// <summary>Presence rooms.</summary>
    public PresenceRooms Presence { get; }

    /// <summary>Calls.</summary>
    public OngoingCalls Calls { get; }

    /// <summary>Where the hub connection stands.</summary>
    public Live<ConnectionStatus> Connection => _status.Live;

    /// <summary>Opens the store, migrates it forward, and begins to replicate. Throws <see cref="ParleyException"/>: Storage, NewerStore, StoreInUse.</summary>
    public static async Task<ParleyClient> OpenAsync(ParleyOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Hub is { } hub && hub.Scheme is not ("ws" or "wss"))
        {
            throw new ArgumentException("Hub is not a ws:// or wss:// address.", nameof(options));
        }

        var client = new ParleyClient(options);
        try
        {
            await client.BeginAsync(cancellationToken).ConfigureAwait(false);
            if (client._role.Current is Leader)
            {
                await client.Devices.IntroduceAsync(cancellationToken).ConfigureAwait(false);
            }

            client.Devices.Start();
            client.Requests.Start();
            client.Calls.Start();
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Dials the hub at once if the link is down: the platform says that the network is back.</summary>
    public void Reconnect() => _role.Current.RetryNow();

    /// <summary>A fresh token that proves to the hub who this is, for what it serves besides its sockets. Throws <see cref="ParleyException"/>: Unsupported (there is no hub).</summary>
    public async Task<string> ProveAsync(CancellationToken cancellationToken = default) => _options.Hub is not { } hub
        ? throw new ParleyException(ParleyErrorCode.Unsupported, "There is no hub to prove it to.")
        : (await new TokenMint(_options.Signer, null, hub, _options.Time, _options.Random, _options.TokenLifetime).MintAsync(cancellationToken).ConfigureAwait(false)).Text;

    /// <summary>Waits until everything the hub has is here and everything own is acknowledged. For tests and the command line.</summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Incompatible, where the hub refused this client for good.</remarks>
    public async Task SettleAsync(CancellationToken cancellationToken = default)
    {
        if (_role.Current is Leader leader)
        {
            // What was opened a moment ago is not read before it is followed.
            await leader.FollowedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await foreach (var status in Connection.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (status is { Phase: ConnectionPhase.Online, Unsent: 0 } or { Phase: ConnectionPhase.Alone })
            {
                return;
            }

            if (status is { Phase: ConnectionPhase.Refused, RetryAt: null })
            {
                throw new ParleyException(ParleyErrorCode.Incompatible, status.Why ?? "The hub refuses this client.");
            }
        }
    }

    /// <summary>
    /// Comes into a space or private channel by the link of an invite, also while everybody else is offline: whatever has its operations lets one in.
    /// </summary>
    /// <returns>The space or private channel, followed from now on.</returns>
    /// <remarks>
    /// Throws <see cref="ParleyException"/>: Timeout (nobody has the operations), NotFound (no such invite), Forbidden (it lets nobody in any
    /// more; the message is the reason of docs/access.md: <c>invite-expired</c>, <c>invite-used-up</c>, <c>invite-closed</c>, <c>removed</c>), Unsupported (no <see cref="ParleyOptions.InviteSigner"/>), Storage.
    /// </remarks>
    public async Task<NodeId> JoinAsync(Invite invite, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(invite);
        var keys = new InviteKeys(_options.InviteSigner, _options.Random);
        await new Joining(_role, _views, keys, Connection, _options.Time, Me).JoinAsync(invite, cancellationToken).ConfigureAwait(false);
        return invite.Domain;
    }

    /// <summary>Takes in a new device of this person: shows a link and asks. Throws <see cref="ParleyException"/>: Unsupported (there is no hub to meet at).</summary>
    /// <param name="secret">What the person's key is made of; disposed with the answer.</param>
    /// <param name="namesHub">True where the link has to name the hub, since the page that it opens is served by another.</param>
    public DeviceInvitation InviteDevice(KeySecret secret, bool namesHub = false)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var options = new PairingOptions
        {
            Hub = _options.Hub ?? throw new ParleyException(ParleyErrorCode.Unsupported, "Two devices meet at a hub, and none is set."),
            Signer = _options.Signer,
            Device = _options.Device,
            Links = _options.Links,
            Time = _options.Time,
            Random = _options.Random,
        };
        return DeviceInvitation.Open(options, secret, Profiles.NameOf(Me), namesHub);
    }

    /// <summary>
    /// Shows that the recovery words are enough: what their key alone, in an empty store, gets from the hub. Nothing is written, and nothing
    /// of this replica changes. Throws <see cref="ParleyException"/>: Storage.
    /// </summary>
    /// <param name="restored">The key of the words that were typed in.</param>
    /// <param name="empty">A store without anything in it, for the time of the drill; disposed with it.</param>
    /// <param name="progress">Hears what came so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RecoveryReport> DrillAsync(
        ISigner restored, ISqlDriver empty, IProgress<RecoveryReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(restored);
        ArgumentNullException.ThrowIfNull(empty);
        return new RecoveryDrill(this, _options).RunAsync(restored, empty, progress, cancellationToken);
    }

    /// <summary>How much is here.</summary>
    internal async Task<RecoveryCount> CountAsync(CancellationToken cancellationToken) => new(
        _views.Spaces.Value.Count,
        await Nodes.CountAsync(NodeQuery.Of(Schemas.Channel), cancellationToken).ConfigureAwait(false),
        await Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage), cancellationToken).ConfigureAwait(false));

    /// <summary>Follows every channel that is known, as somebody would who opens them all.</summary>
    internal async Task FollowAllAsync(CancellationToken cancellationToken)
    {
        var channels = await Nodes.FindAsync(NodeQuery.Of(Schemas.Channel).Take(NodeQuery.LimitMax), cancellationToken).ConfigureAwait(false);
        foreach (var channel in channels)
        {
            _role.Current.Follow(RoomNames.OfMessages(channel.Id));
        }
    }

    /// <summary>Stops, flushing what is under way. The store driver is disposed too.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_role.HasCurrent)
        {
            // While what is told and written about it still finds its way.
            await Calls.LeaveAsync().ConfigureAwait(false);
        }

        Calls.Dispose();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _takeOver.ConfigureAwait(false);
        Presence.Dispose();
        Profiles.Dispose();
        _mirror?.Dispose();
        Requests.Dispose();
        Devices.Dispose();
        if (_role.HasCurrent)
        {
            await _role.Current.DisposeAsync().ConfigureAwait(false);
        }

        await _options.Store.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_options.Tabs is not { } tabs)
        {
            await LeadAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var follower = new Follower(tabs, _advanced, _status, Presence, Calls.Signals);
        var led = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tabs.Receive(json => Take(TabMessage.Read(json), follower, led));
        var lead = tabs.LeadAsync(_ending.Token);
        tabs.Post(new TabMessage.Hello(tabs.TabId).ToJson());
        if (await Task.WhenAny(lead, led.Task).WaitAsync(cancellationToken).ConfigureAwait(false) == lead)
        {
            await lead.ConfigureAwait(false);
            await LeadAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await StoreSchema.CheckAsync(_options.Store, cancellationToken).ConfigureAwait(false);
        _role.Current = follower;
        _mirror = new(_options, _views, _advanced);
        Presence.Use(follower);
        Calls.Signals.Use(follower);
        _takeOver = TakeOverAsync(lead, follower);

        // Whoever opens a client finds in it what is here, in any tab.
        await _mirror.First.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Take(TabMessage? message, Follower follower, TaskCompletionSource led)
    {
        if (message is null)
        {
            return;
        }

        if (_role.HasCurrent && _role.Current is Leader leader)
        {
            leader.Take(message);
            return;
        }

        follower.Take(message);
        if (message is TabMessage.Leads)
        {
            led.TrySetResult();
        }
    }

    private async Task TakeOverAsync(Task lead, Follower follower)
    {
        try
        {
            await lead.ConfigureAwait(false);
            _mirror?.Dispose();
            var leader = await LeadAsync(_ending.Token).ConfigureAwait(false);
            await follower.HandOverAsync(leader.Writer).ConfigureAwait(false);
            _advanced.Raise(Advance.Everything);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // This tab closed before its turn came.
        }
        catch (ParleyException failure)
        {
            // The store is this tab's now and cannot be opened: nobody can write, and the screen has to say so.
            _status.Mirror(new(ConnectionPhase.Refused, Why: failure.Message));
            SyncLog.StoreFailed(_options.Logging.CreateLogger("Parley.Tabs"), failure);
        }
    }

    private async Task<Leader> LeadAsync(CancellationToken cancellationToken)
    {
        var gate = new SessionGate(_status, PeerId());
        var replica = await Peers.Replica.OpenAsync(_options, _advanced, _views.Show, _status, gate, cancellationToken).ConfigureAwait(false);
        var leader = new Leader(replica, gate, _options.Tabs, _advanced, _status, Presence, Calls.Signals);
        _role.Current = leader;
        replica.Start();
        Presence.Use(leader);
        Calls.Signals.Use(leader);
        leader.Announce();
        return leader;
    }

    private string PeerId()
    {
        Span<byte> bytes = stackalloc byte[4];
        _options.Random(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
