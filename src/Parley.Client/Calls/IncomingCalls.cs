using System.Threading.Channels;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Calls;

/// <summary>Somebody calls in a direct message.</summary>
/// <param name="Channel">The direct message: join it to accept.</param>
/// <param name="Callers">Who is in the call.</param>
public sealed record IncomingCall(NodeId Channel, IReadOnlyList<PersonId> Callers)
{
    /// <inheritdoc/>
    public bool Equals(IncomingCall? other) => other is not null && Channel == other.Channel && Callers.SequenceEqual(other.Callers);

    /// <inheritdoc/>
    public override int GetHashCode() => Channel.GetHashCode();
}

/// <summary>What ringing depends on beside the signals.</summary>
/// <param name="NewSession">An id under which something is said that belongs to no call of one's own.</param>
/// <param name="Blocked">Whose calls do not ring.</param>
/// <param name="IsIn">I am in that channel's call here.</param>
/// <param name="MembersOf">Who may be in it.</param>
internal sealed record RingRules(
    Func<SessionId> NewSession, Func<IReadOnlyCollection<PersonId>> Blocked, Func<NodeId, bool> IsIn, Func<NodeId, Task<Func<PersonId, bool>>> MembersOf);

/// <summary>Listens in the call topics of one's direct messages, and rings.</summary>
/// <remarks>It says nothing there but that one declines: who does not pick up is not seen.</remarks>
internal sealed class IncomingCalls : IDisposable
{
    private const int DirectMessagesMax = 1_000;
    private const int WaitingMax = 1_024;
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(500);

    private readonly PersonId _me;
    private readonly CallParts _parts;
    private readonly ISignalTransport _signals;
    private readonly Live<IReadOnlyList<IncomingCall>> _ringing;
    private readonly RingRules _rules;
    private readonly Dictionary<NodeId, Watched> _watched = [];
    private readonly Channel<(NodeId Channel, JsonValue? Signal, Action<CallRing>? Do)> _work =
        Channel.CreateBounded<(NodeId, JsonValue?, Action<CallRing>?)>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly LiveQuery _directMessages;
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _ticks;
    private readonly long _started;

    public IncomingCalls(CallParts parts, NodeStore nodes, ISignalTransport signals, Live<IReadOnlyList<IncomingCall>> ringing, RingRules rules)
    {
        (_parts, _signals, _ringing, _rules) = (parts, signals, ringing, rules);
        _me = parts.Signer.Person;
        _started = parts.Time.GetTimestamp();
        _directMessages = nodes.Watch(
            NodeQuery.Of(Schemas.Channel).Where("kind", "dm").Where("archived", false).OrderBy(NodeOrder.Updated, descending: true).Take(DirectMessagesMax));
        _ticks = parts.Time.CreateTimer(_ => Post(default, null, null), null, TickEvery, TickEvery);
        _ = WatchAsync();
        _ = RunAsync();
    }

    /// <summary>Does not take a call; it stays silent until it is over.</summary>
    public void Decline(NodeId channel)
    {
        Post(channel, null, static ring => ring.Decline());
        if (Find(channel) is { Topic: { } topic })
        {
            _ = SayAsync(RoomNames.Call(channel), topic);
        }
    }

    /// <summary>Takes a call: it rings no more.</summary>
    public void Answer(NodeId channel) => Post(channel, null, static ring => ring.Answer());

    public void Dispose()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        _ending.Cancel();
        _ticks.Dispose();
        _directMessages.Dispose();
        _work.Writer.TryComplete();
        lock (_watched)
        {
            foreach (var watched in _watched.Values)
            {
                watched.Topic?.Dispose();
            }

            _watched.Clear();
        }

        _ending.Dispose();
    }

    private void Post(NodeId channel, JsonValue? signal, Action<CallRing>? act) => _work.Writer.TryWrite((channel, signal, act));

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var nodes in _directMessages.WatchAsync(_ending.Token).ConfigureAwait(false))
            {
                foreach (var channel in nodes.Where(IsMine).Select(node => node.Id))
                {
                    var watched = new Watched(this, channel, await _rules.MembersOf(channel).ConfigureAwait(false));
                    lock (_watched)
                    {
                        if (!_ending.IsCancellationRequested && _watched.TryAdd(channel, watched))
                        {
                            watched.Topic = _signals.Join(RoomNames.Call(channel), watched);
                        }
                    }
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The client closes.
        }
        catch (ParleyException failure)
        {
            CallLog.RingingFailed(_parts.Log, failure);
        }
    }

    private bool IsMine(Node channel) =>
        AccessDomains.KindOf(channel.Id) == AccessDomainKind.DirectMessage
        || (channel.Properties["members"]?.Items ?? []).Any(member => string.Equals(member.Text, _me.Value, StringComparison.Ordinal));

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (channel, signal, act) in _work.Reader.ReadAllAsync(_ending.Token).ConfigureAwait(false))
            {
                var now = (long)_parts.Time.GetElapsedTime(_started).TotalMilliseconds;
                if (channel != default && Find(channel) is { } watched)
                {
                    act?.Invoke(watched.Ring);
                    foreach (var heard in signal is null ? [] : await watched.Inbox.AdmitAsync([signal]).ConfigureAwait(false))
                    {
                        watched.Ring.Hear(heard, now);
                    }
                }

                Show(now);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The client closes.
        }
        catch (Exception bug)
        {
            CallLog.Bug(_parts.Log, bug);
        }
    }

    private void Show(long nowMs)
    {
        List<Watched> all;
        lock (_watched)
        {
            all = [.. _watched.Values];
        }

        all.ForEach(watched => watched.Ring.Tick(nowMs, _rules.IsIn(watched.Channel)));
        var blocked = _rules.Blocked();
        List<IncomingCall> ringing = [.. all
            .Where(watched => watched.Ring.Phase == RingPhase.Ringing)
            .Select(watched => new IncomingCall(watched.Channel, [.. watched.Ring.Callers.Where(caller => !blocked.Contains(caller))]))
            .Where(call => call.Callers.Count > 0).OrderBy(call => call.Channel)];
        if (!ringing.SequenceEqual(_ringing.Value))
        {
            _ringing.Set(ringing);
        }
    }

    private async Task SayAsync(RoomId name, ISignalTopic topic)
    {
        // The session that says it leaves at once: nothing is left of it at the hub.
        var session = _rules.NewSession();
        JsonValue[] said = [CallSignalWriter.Write(new DeclineSignal(session, _me.Value)), CallSignalWriter.Write(new LeaveSignal(session, 1))];
        var time = _parts.WallMs;
        try
        {
            var signatures = await _parts.Signer.SignAsync(
                said.Select((data, i) => (ReadOnlyMemory<byte>)SignalSignature.BytesToSign(name, data, i + 1, time)).ToArray(), _ending.Token).ConfigureAwait(false);
            for (var i = 0; i < said.Length; i++)
            {
                topic.Send(new SignalSignature(i + 1, time, signatures[i]).AddTo(said[i]));
            }
        }
        catch (ParleyException failure)
        {
            CallLog.KeysFailed(_parts.Log, failure);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The client closes.
        }
    }

    private Watched? Find(NodeId channel)
    {
        lock (_watched)
        {
            return _watched.GetValueOrDefault(channel);
        }
    }

    private sealed class Watched(IncomingCalls calls, NodeId channel, Func<PersonId, bool> isMember) : ISignalReceiver
    {
        public NodeId Channel => channel;

        public CallRing Ring { get; } = new(calls._me);

        public SignalInbox Inbox { get; } = new(calls._parts, RoomNames.Call(channel), isMember);

        public ISignalTopic? Topic { get; set; }

        public void Heard(JsonValue signal)
        {
            // Descriptions and addresses are for those who are in.
            if (signal["kind"]?.Text is "announce" or "lease" or "media" or "welcome" or "leave" or "decline")
            {
                calls.Post(channel, signal, null);
            }
        }

        public void Opened()
        {
        }

        public void Closed()
        {
        }

        public void Denied()
        {
        }

        public void Found(IceServers servers)
        {
        }
    }
}
