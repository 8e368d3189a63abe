using System.Buffers.Text;
using Microsoft.Extensions.Logging;
using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Presence;

namespace Parley.Calls;

/// <summary>Calls: the one I am in, and those that ring. Every channel, direct message and voice room can hold one.</summary>
public sealed class OngoingCalls : IDisposable
{
    private const int NonceBytes = 12;

    private readonly ParleyOptions _options;
    private readonly CallParts _parts;
    private readonly NodeStore _nodes;
    private readonly PresenceRooms _presence;
    private readonly MembershipViews _views;
    private readonly ContactRequests _requests;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private Task _following = Task.CompletedTask;
    private IncomingCalls? _incoming;

    internal OngoingCalls(ParleyOptions options, NodeStore nodes, PresenceRooms presence, MembershipViews views, ContactRequests requests)
    {
        (_options, _nodes, _presence, _views, _requests) = (options, nodes, presence, views, requests);
        _parts = new(options.Signer, options.Signatures, options.Time, options.Logging.CreateLogger("Parley.Calls"));
    }

    /// <summary>The call I am in, or was in last and have not dismissed: it says why it is over. At most one of this client.</summary>
    public Live<CallSession?> Current { get; } = new(null);

    /// <summary>The direct messages in which somebody calls and I am not in. Joining the channel accepts.</summary>
    public Live<IReadOnlyList<IncomingCall>> Ringing { get; } = new([]);

    /// <summary>Carries the signals.</summary>
    internal RelayedSignals Signals { get; } = new();

    /// <summary>
    /// Asks for a seat in a channel's call, leaving the one I am in. Returns once the devices are captured; <see cref="CallSession.State"/>
    /// tells the rest, and why one does not come in. A device that fails is left out.
    /// </summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Unsupported (this platform has no <see cref="ParleyOptions.CallMedia"/>), Storage.</remarks>
    public async Task<CallSession> JoinAsync(NodeId channel, CallMedia media, CancellationToken cancellationToken = default)
    {
        var open = _options.CallMedia ?? throw new ParleyException(ParleyErrorCode.Unsupported, "This platform has no media engine.");
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DismissAsync().ConfigureAwait(false);
            var (domain, space) = await PlaceOfAsync(channel, cancellationToken).ConfigureAwait(false);
            var place = new CallPlace(RoomNames.Call(channel), NewSession(), IsMemberOf(domain));
            var trace = new CallTrace(channel, _presence.Join(channel), space is { } id ? _presence.Join(RoomNames.SpacePresence(id)) : null);
            var session = new CallSession(channel, place, _parts, Signals, open, trace.Follow);
            Current.Set(session);
            _incoming?.Answer(channel);
            _following = FollowAsync(session, domain, trace);
            try
            {
                await session.StartAsync(media, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await DismissAsync().ConfigureAwait(false);
                throw;
            }

            return session;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Leaves the call, or takes one that is over off the screen.</summary>
    public async Task LeaveAsync()
    {
        // At once, also while joining still waits for a device.
        _ = Current.Value?.LeaveAsync();
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await DismissAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Does not take a call: it stays silent until it is over, on all of this person's devices, and those who call see it.</summary>
    public void Decline(NodeId channel) => _incoming?.Decline(channel);

    /// <summary>
    /// The ICE servers that the hub names to the members of a channel, with credentials of this person's own; without being in a call.
    /// Throws <see cref="ParleyException"/>: Forbidden (not a member), Timeout (no hub, or one that knows nothing of it).
    /// </summary>
    public Task<IceServers> FindIceServersAsync(NodeId channel, CancellationToken cancellationToken = default) =>
        IceAsking.AskAsync(Signals, channel, _parts.Time, cancellationToken);

    /// <summary>The platform says that this device has another network: connections find their way anew.</summary>
    public void NetworkChanged() => Current.Value?.Driver.Take(new NetworkChanged());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ending.IsCancellationRequested)
        {
            _ending.Cancel();
            _incoming?.Dispose();
            _turn.Dispose();
            _ending.Dispose();
        }
    }

    /// <summary>Begins to listen; the store is open.</summary>
    internal void Start() => _incoming = new(_parts, _nodes, Signals, Ringing, new(
        NewSession,
        () => _requests.Blocked.Value, IsIn, async channel => IsMemberOf((await PlaceOfAsync(channel, _ending.Token).ConfigureAwait(false)).Domain)));

    private bool IsIn(NodeId channel) =>
        Current.Value is { } session && session.Channel == channel && session.State.Value.Phase != CallPhase.Ended;

    private async Task DismissAsync()
    {
        if (Current.Value is { } session)
        {
            await session.LeaveAsync().ConfigureAwait(false);
            await _following.ConfigureAwait(false);
            Current.Set(null);
        }
    }

    private async Task FollowAsync(CallSession session, NodeId? domain, CallTrace trace)
    {
        using var over = new CancellationTokenSource();
        var members = domain is { } governed ? FollowMembersAsync(session, governed, over.Token) : Task.CompletedTask;
        await session.Ended.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await members.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        trace.Dispose();
        if (trace.Record(await IsDirectMessageAsync(session.Channel).ConfigureAwait(false), _parts.WallMs) is { } draft)
        {
            await WriteAsync(draft).ConfigureAwait(false);
        }
    }

    // Whoever is removed from the channel is out of the call, whatever still flows between the two.
    private async Task FollowMembersAsync(CallSession session, NodeId domain, CancellationToken cancellationToken)
    {
        HashSet<PersonId> known = [];
        await foreach (var state in _views.Of(domain).WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!state.IsHere)
            {
                continue;
            }

            foreach (var gone in known.Except(state.Members.Keys))
            {
                session.Driver.Do((machine, now) => machine.Remove(gone, now));
            }

            known = [.. state.Members.Keys];
            if (state.Role is null)
            {
                session.Driver.Do(static (machine, now) => machine.Expel(now));
            }
        }
    }

    private async Task WriteAsync(NodeDraft record)
    {
        try
        {
            await _nodes.WriteAsync([record]).ConfigureAwait(false);
        }
        catch (ParleyException failure)
        {
            CallLog.HistoryNotWritten(_parts.Log, failure.Code);
        }
        catch (ObjectDisposedException)
        {
            // The client closed while the call ended.
        }
    }

    private async Task<bool> IsDirectMessageAsync(NodeId channel)
    {
        try
        {
            return AccessDomains.KindOf(channel) == AccessDomainKind.DirectMessage
                || (await _nodes.FindAsync(channel).ConfigureAwait(false))?.Text("kind") == "dm";
        }
        catch (Exception failure) when (failure is ParleyException or ObjectDisposedException)
        {
            return false;
        }
    }

    // A call follows the people of its channel: a log, or that of the open channel's space. Where none governs it, everybody may be in it.
    private async Task<(NodeId? Domain, string? Space)> PlaceOfAsync(NodeId channel, CancellationToken cancellationToken)
    {
        if (AccessDomains.KindOf(channel) is not null)
        {
            return (channel, null);
        }

        var node = await _nodes.FindAsync(channel, cancellationToken).ConfigureAwait(false);
        var space = node?.Text("space");
        var isOpen = space is not null && node!.Room == RoomNames.Space(space);
        return (space is not null && AccessDomains.KindOf(new NodeId(space)) is not null ? new NodeId(space) : null, isOpen ? space : null);
    }

    private Func<PersonId, bool> IsMemberOf(NodeId? domain)
    {
        if (domain is not { } governed)
        {
            return static _ => true;
        }

        var live = _views.Of(governed);
        return person => live.Value is not { IsHere: true } state || state.Members.ContainsKey(person);
    }

    private SessionId NewSession()
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        _options.Random(nonce);
        return SessionId.Of(_options.Signer.Person, Base64Url.EncodeToString(nonce));
    }
}
