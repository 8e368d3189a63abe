using Microsoft.Extensions.Logging;
using Parley.Access;
using Parley.Connection;
using Parley.Ids;
using Parley.Ledger;
using Parley.Live;
using Parley.Replica;
using Parley.Store;
using Parley.Views;

namespace Parley.Peers;

/// <summary>The owner of a store: its clock, its ledger and its link to the hub. One per store at a time.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private static readonly RoomId Main = RoomNames.Space(RoomNames.MainSpace);

    private readonly ParleyOptions _options;
    private readonly ILogger _log;
    private readonly RoomBook _rooms;
    private readonly ReplicaLedger _ledger;
    private readonly StatusBoard _status;
    private readonly CancellationTokenSource _ending = new();
    private readonly SessionGate _gate;
    private readonly List<Task> _running = [];
    private readonly MembershipDuties _duties;
    private HubConnection? _hub;
    private Task _following = Task.CompletedTask;

    private Replica(
        ParleyOptions options, LamportWindow clock, RoomBook rooms, Outbox outbox, AdvanceSignal advanced, Action<IEnumerable<MembershipLog>> show, StatusBoard status,
        SessionGate gate)
    {
        _options = options;
        _log = options.Logging.CreateLogger("Parley.Sync");
        _rooms = rooms;
        _status = status;
        _gate = gate;
        Outbox = outbox;
        _ledger = new(new(options.Store, options.Signatures, clock, rooms, outbox, advanced, options.Time), options.Signer.Person);
        Writer = new(options.Store, _ledger, options.Signer, options.Random);
        _duties = new(_ledger, Writer, options.Time, options.Random);
        _ledger.MembershipsChanged = domains =>
        {
            show(domains.Select(_ledger.Logs.Find).OfType<MembershipLog>());
            _duties.Ring();
        };
        outbox.Changed = () => status.Unsent(outbox.Unsent);
        rooms.NewlyFollowed = room =>
        {
            gate.Subscribe([new(room)]);
            ShowCommons();
        };
        rooms.NoLongerFollowed = room =>
        {
            gate.Unsubscribe([new(room)]);
            ShowCommons();
        };
    }

    public NodeWriter Writer { get; }

    public Outbox Outbox { get; }

    /// <summary>Migrates the store. Throws <see cref="ParleyException"/>: Storage, NewerStore.</summary>
    /// <param name="options">How the client was opened.</param>
    /// <param name="advanced">Rings after each commit.</param>
    /// <param name="show">Takes the logs that there are now and, with the writer's turn, those that a commit moved.</param>
    /// <param name="status">Shows the connection.</param>
    /// <param name="gate">What uses the session with the hub.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<Replica> OpenAsync(
        ParleyOptions options, AdvanceSignal advanced, Action<IEnumerable<MembershipLog>> show, StatusBoard status, SessionGate gate, CancellationToken cancellationToken)
    {
        await StoreSchema.MigrateAsync(options.Store, cancellationToken).ConfigureAwait(false);
        var clock = await LamportRow.LoadAsync(options.Store, cancellationToken).ConfigureAwait(false);
        var rooms = await RoomBook.LoadAsync(options.Store, cancellationToken).ConfigureAwait(false);
        var outbox = new Outbox(options.Store, options.Time);
        var replica = new Replica(options, clock, rooms, outbox, advanced, show, status, gate);
        await outbox.LoadAsync(cancellationToken).ConfigureAwait(false);
        await replica._ledger.StartAsync(cancellationToken).ConfigureAwait(false);
        show(replica._ledger.Logs.All);
        var me = options.Signer.Person;
        List<RoomId> own = [RoomNames.Author(me), RoomNames.Profile(me), RoomNames.Knock(me)];
        if (options.Hub is null)
        {
            // With a hub it is the hub that has it or has not.
            own.Add(Main);
        }

        await replica.FollowAsync(own, cancellationToken).ConfigureAwait(false);
        replica.ShowCommons();
        return replica;
    }

    /// <summary>Follows rooms from now on, save those that this person may not read.</summary>
    public Task FollowAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken) => _ledger.FollowAsync(rooms, cancellationToken);

    /// <summary>Follows a room in the background; the replica sees the task to its end.</summary>
    public void Follow(RoomId room)
    {
        if (!_rooms[room.Value].Followed)
        {
            Following(FollowAsync([room], _ending.Token));
        }
    }

    /// <summary>Completes when every room is followed that anybody asked for so far, or cannot be.</summary>
    public Task FollowedAsync()
    {
        lock (_running)
        {
            return _following;
        }
    }

    /// <summary>Follows the room of a domain that somebody says this person is in; what its operations say decides how long.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="claim">By which invite, where the hub shows it to members only.</param>
    public void Expect(NodeId domain, InviteReading? claim)
    {
        var room = RoomNames.OfMessages(domain);
        if (claim is not null)
        {
            _rooms.Claim(room.Value, claim);
        }

        if (!_rooms[room.Value].Followed)
        {
            Following(_ledger.ExpectAsync(domain, _ending.Token));
        }
        else if (claim is not null)
        {
            // The answer to an earlier subscription may have come before the claim.
            _gate.Subscribe([room]);
        }
    }

    /// <summary>Dials at once if the link is down.</summary>
    public void RetryNow() => _hub?.RetryNow();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_running)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Whoever is inside the writer's turn finishes: nothing that began is torn.
        (await _ledger.EnterAsync(CancellationToken.None).ConfigureAwait(false)).Dispose();
        _ledger.Dispose();
        _ending.Dispose();
    }

    /// <summary>Begins to replicate.</summary>
    public void Start()
    {
        Run(_ledger.RunAsync(_ending.Token));
        if (_options.ActsByItself)
        {
            Run(_duties.RunAsync(_ending.Token));
        }

        if (_options.Hub is not { } address)
        {
            _status.Link(new(ConnectionPhase.Alone));
            return;
        }

        var memory = new HubMemory(_options.Store, Outbox);
        var parts = new SyncParts(_ledger, _rooms, Outbox, memory, _options.Signer.Person, _options.Time, _log);
        var mint = new TokenMint(_options.Signer, _options.Device, address, _options.Time, _options.Random, _options.TokenLifetime);
        var dialler = new Dialler(address, _options.Links ?? WebSocketLinks.Instance, mint, _options.Time);
        _hub = new(parts, dialler, _gate, _status.Link, new(_options.Random));
        Run(_hub.RunAsync(_ending.Token));
    }

    private void ShowCommons() => _status.Commons(_rooms[Main.Value].Followed);

    private void Following(Task task)
    {
        var follow = Run(task);
        lock (_running)
        {
            _following = _following.IsCompleted ? follow : Task.WhenAll(_following, follow);
        }
    }

    private Task Run(Task task)
    {
        var guarded = GuardAsync(task);
        lock (_running)
        {
            _running.RemoveAll(t => t.IsCompleted);
            _running.Add(guarded);
        }

        return guarded;
    }

    private async Task GuardAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The replica is closing.
        }
        catch (ParleyException failure)
        {
            SyncLog.StoreFailed(_log, failure);
        }
        catch (Exception bug)
        {
            SyncLog.Bug(_log, bug);
        }
    }
}
