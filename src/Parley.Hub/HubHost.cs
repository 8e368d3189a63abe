using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Hub.Access;
using Parley.Hub.Administration;
using Parley.Hub.Admission;
using Parley.Hub.Calls;
using Parley.Hub.Connections;
using Parley.Hub.Frames;
using Parley.Hub.Limits;
using Parley.Hub.Presence;
using Parley.Hub.Storage;
using Parley.Hub.Sync;
using Parley.Identity;
using Parley.Ids;

namespace Parley.Hub;

/// <summary>A hub's life: opens the store, accepts sockets, watches them, and on the way out commits and tells everything it took.</summary>
internal sealed class HubHost : IHostedLifecycleService, IAdministrationHost, IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    /// <summary>What waits for longer than 30 days is forgotten at a start, ms.</summary>
    private const long WaitsMsMax = 30L * 24 * 3_600_000;

    /// <summary>How long sockets have to close when the hub stops.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(3);

    private readonly HubOptions _options;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly HubClock _clock;
    private readonly HubMetrics _metrics = new();
    private readonly Topics _topics = new();
    private readonly ConnectionTable _connections = new();
    private readonly CancellationTokenSource _sweeping = new();

    private IHubStore? _store;
    private HubWriter? _writer;
    private HubParts? _parts;
    private Revocations? _revocations;
    private Door? _door;
    private Doorkeeper? _doorkeeper;
    private SubscriptionGuard? _guard;
    private HubPeople? _people;
    private HubClaim? _claim;
    private HubAdministration? _administration;
    private string _did = "";
    private Task _sweep = Task.CompletedTask;
    private long _nextConnection;
    private long _startedMs;
    private bool _isStopping;
    private bool _isDisposed;

    public HubHost(HubOptions options, TimeProvider time, ILoggerFactory logs)
    {
        _options = options;
        _logs = logs;
        _log = logs.CreateLogger<HubHost>();
        _clock = new(time);
    }

    /// <summary>True while sockets and requests are taken.</summary>
    public bool IsReady => _parts is not null && !Volatile.Read(ref _isStopping);

    /// <summary>What its sockets share, once it started.</summary>
    public HubParts Parts => _parts ?? throw new InvalidOperationException("The hub has not started.");

    /// <summary>The facts of <c>/health</c>.</summary>
    public HubHealth Health => new(
        HubVersion.Text, _did, (_clock.Ms - _startedMs) / 1_000, _connections.Count, _options.Limits.ConnectionsMax, _topics.Count, Environment.WorkingSet);

    /// <summary>The text of <c>/metrics</c>.</summary>
    public string MetricsText => _metrics.ToText(_connections.Count, _topics.Count, (_clock.Ms - _startedMs) / 1_000d);

    /// <summary>The one-time code by which somebody becomes the owner; null where nobody can, or rights are off.</summary>
    public string? ClaimCode => _options.Open ? null : _claim?.Code;

    /// <inheritdoc/>
    public PersonId? Owner => _people?.Owner;

    /// <inheritdoc/>
    public string? LocalSecret { get; set; }

    /// <inheritdoc/>
    public HubAdministration Administration => _administration ?? throw new InvalidOperationException("The hub has not started.");

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _startedMs = _clock.Ms;
        _store = OpenStore();
        var key = HubKey.Open(_options.DataFolder);
        _did = key.Person.Value;
        if (!_options.Open)
        {
            _store.ForgetWaiting(_clock.WallMs - WaitsMsMax);
            MemberRows.Rebuild(_store);
        }

        var reading = new RoomReading(_store, _options.Commons);
        var access = new HubAccess(_options, reading);
        var presence = new PresenceRelay(_options, _clock, _topics, new CallRelay(_options, _clock, _logs.CreateLogger<CallRelay>()));
        _people = new(_store, TurnAsync, _clock, reading.IsInASpace, _options.Admission);
        _claim = new(_store, TurnAsync, key, _people);
        _doorkeeper = new(_people, _connections);
        _guard = new SubscriptionGuard(access, _topics, _connections, presence, _doorkeeper, _metrics);
        var delivery = new Delivery(_topics, _metrics, _store.Epoch);
        _writer = new(Filing(_store, reading), _guard, delivery, _logs.CreateLogger<HubWriter>());
        _revocations = new(_store, TurnAsync, _clock);
        (_writer.Revoked, _writer.RevokedTold) = (_revocations.Learn, CloseRevoked);
        _door = new(_options, _clock, key.Person, _revocations, _people);
        _administration = new(
            new(_store, _people, _claim, _revocations, reading, _connections, Judge), _logs.CreateLogger<HubAdministration>());
        var frames = new FrameHandler(
            _options,
            _clock,
            _metrics,
            _topics,
            access,
            _guard,
            new ChangeIntake(_options, _clock, _writer),
            presence,
            new SyncPages(_store, _options, _metrics),
            _logs.CreateLogger<FrameHandler>());
        var flushers = new Flusher[Math.Max(1, Environment.ProcessorCount / 2)];
        for (var i = 0; i < flushers.Length; i++)
        {
            flushers[i] = new();
        }

        _parts = new(_options, _clock, _metrics, _topics, flushers, frames, HubFrames.Handshake(HubVersion.Text, _did, _store.Epoch, _options.Commons || _options.Open), _log);
        _writer.Start();
        _sweep = SweepAsync(_sweeping.Token);
        Log.Started(_log, _store.Epoch);
        return Task.CompletedTask;
    }

    /// <summary>Takes over a request that asks for a WebSocket; completes when the socket is closed.</summary>
    public async Task AcceptAsync(HttpContext context)
    {
        if (!IsReady)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var entry = _door!.Admit(context);
        if (await WebSocketUpgrade.AcceptAsync(context) is { } stream)
        {
            await RunAsync(stream, entry, context.Abort);
        }
    }

    /// <inheritdoc/>
    public (PersonId? Person, string Why) Prove(HttpContext context)
    {
        var entry = _door!.Prove(context);
        return (entry.Session.Person, entry.Why);
    }

    /// <inheritdoc/>
    public async Task<bool> ClaimAsync(string code, PersonId person)
    {
        if (_options.Open || !await _claim!.UseAsync(code, person))
        {
            return false;
        }

        AdministrationLog.Claimed(_logs.CreateLogger<HubAdministration>(), person.Value);
        Judge(person);
        return true;
    }

    /// <summary>Revokes one token, and with it all that rest on it; connections that do end at once.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept, and nothing changed. Disconnected: the hub stops.</exception>
    public async Task RevokeAsync(TokenId token)
    {
        await _revocations!.AddAsync(token);
        CloseRevoked();
    }

    /// <summary>As the other, for every token that a person or device signed or will sign.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept, and nothing changed. Disconnected: the hub stops.</exception>
    public async Task RevokeAsync(PersonId issuer)
    {
        await _revocations!.AddAsync(issuer);
        CloseRevoked();
    }

    private async Task RunAsync(Stream stream, Entry entry, Action abort)
    {
        var connection = new HubConnection(Interlocked.Increment(ref _nextConnection), stream, _parts!, entry.Session, abort);
        _metrics.Connected();
        var ofPerson = _connections.Add(connection);
        Log.Opened(_log, connection.Id);
        if (_door!.Again(entry) is { CloseCode: not 0 } refused)
        {
            _metrics.NotAdmitted();
            connection.Close(refused.CloseCode, refused.Why);
        }
        else if (ofPerson > _options.Limits.ConnectionsPerPersonMax)
        {
            _metrics.OverQuota(1);
            connection.Close(CloseCode.TryAgainLater, "QUOTA_EXCEEDED: too many connections of one person");
        }
        else if (_connections.Count > _options.Limits.ConnectionsMax)
        {
            connection.Close(CloseCode.TryAgainLater, "Server at capacity");
        }
        else if (!IsReady)
        {
            connection.Close(CloseCode.GoingAway, "Server shutting down");
        }

        // Again, now that nothing passes it by: somebody may have been banned or let in since the token was read.
        _doorkeeper!.Judge(connection);
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            _connections.Remove(connection);
            Log.Closed(_log, connection.Id);
        }
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isStopping, true);
        Log.Stopping(_log, _connections.Count);

        // What was taken before is answered before the goodbye.
        await Task.WhenAll(_connections.All.Select(static c => c.SettledAsync()));
        foreach (var connection in _connections.All)
        {
            connection.Close(CloseCode.GoingAway, "Server shutting down");
        }

        try
        {
            await Task.WhenAll(_connections.All.Select(static c => c.Ended)).WaitAsync(ClosePatience, _clock.Time, cancellationToken);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            foreach (var connection in _connections.All)
            {
                connection.Abort();
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        Volatile.Write(ref _isStopping, true);
        await _sweeping.CancelAsync();
        await _sweep;
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        _store?.Dispose();
        _sweeping.Dispose();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void CloseRevoked()
    {
        foreach (var connection in _connections.All)
        {
            if (_door!.Again(new(connection.Session)) is { CloseCode: not 0 } refused)
            {
                connection.Close(refused.CloseCode, refused.Why);
            }
        }
    }

    /// <summary>Revoked or banned connections end, and those of people who were let in or out hear of it.</summary>
    private void Judge(PersonId? person)
    {
        CloseRevoked();
        _guard!.Judge(person is { } one ? new HashSet<PersonId> { one } : null);
    }

    private async Task TurnAsync(Action step)
    {
        if (_writer is null)
        {
            // Nobody else writes before the writer is there.
            step();
            return;
        }

        var errand = new StoreErrand(step);
        if (!await _writer.SubmitAsync(errand))
        {
            throw new ParleyException(ParleyErrorCode.Disconnected, "The hub stops.");
        }

        await errand.Done;
    }

    private IFiling Filing(IHubStore store, RoomReading reading) =>
        _options.Open ? new OpenFiling(store, _options, _clock) : new LedgerFiling(store, _options, _clock, reading, _guard!);

    private IHubStore OpenStore()
    {
        if (_options.OpenStore is { } open)
        {
            return open();
        }

        if (_options.DataFolder is not { } folder)
        {
            return new MemoryHubStore(Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)), _clock.WallMs);
        }

        var store = SqliteHubStore.Open(folder, _clock.Time);
        if (store.FoundVersion is > 0 and var found && found < SqliteHubSchema.Version)
        {
            Log.Migrated(_log, found, SqliteHubSchema.Version);
        }

        return store;
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, _clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
    }

    private void Sweep()
    {
        try
        {
            var (now, wall) = (_clock.Ms, _clock.Time.GetUtcNow());
            foreach (var connection in _connections.All)
            {
                connection.Sweep(now, wall);
            }

            foreach (var topic in _topics.All)
            {
                topic.Expire(now);
            }
        }
        catch (Exception failure)
        {
            // The next sweep may do better; without sweeps dead sockets would stay for ever.
            Log.SweepFailed(_log, failure);
        }
    }
}

/// <summary>The facts of <c>/health</c>.</summary>
internal readonly record struct HubHealth(
    string Version, string HubDid, long UptimeSeconds, int Connections, int ConnectionsMax, int Rooms, long MemoryBytes);
