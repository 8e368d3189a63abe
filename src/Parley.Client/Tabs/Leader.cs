using Parley.Access;
using Parley.Calls;
using Parley.Commands;
using Parley.Connection;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Peers;
using Parley.Platform;
using Parley.Presence;
using Parley.Replica;
using Parley.Views;

namespace Parley.Tabs;

/// <summary>The role of whoever owns the store; where there are other tabs it serves them too.</summary>
internal sealed class Leader : Role, IPresenceWire, ISignalWire
{
    private readonly Peers.Replica _replica;
    private readonly SessionGate _gate;
    private readonly ITabs? _tabs;
    private readonly StatusBoard _status;
    private readonly PresenceRooms _presence;
    private readonly RelayedSignals _signals;
    private readonly TopicReach _reach;
    private readonly HashSet<(string Tab, RoomId Topic)> _wanted = [];
    private readonly IDisposable? _listening;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _telling = Task.CompletedTask;

    public Leader(
        Peers.Replica replica, SessionGate gate, ITabs? tabs, AdvanceSignal advanced, StatusBoard status, PresenceRooms presence, RelayedSignals signals)
    {
        _replica = replica;
        _gate = gate;
        _tabs = tabs;
        _status = status;
        _presence = presence;
        _signals = signals;
        _reach = new(OnReach);
        gate.Opened = OnOpened;
        gate.Updated = OnUpdated;
        gate.Denied = topic => OnHub(topic, isOpen: false);
        gate.Closed = _reach.OnClosed;
        gate.Signaled = OnSignaled;
        gate.IceTold = OnIceTold;
        if (tabs is not null)
        {
            _listening = advanced.Listen(advance => Post(new TabMessage.Advanced(advance)));
            _telling = TellStatusAsync();
        }
    }

    public NodeWriter Writer => _replica.Writer;

    public override Task<IReadOnlyList<NodeId>> WriteAsync(IReadOnlyList<NodeDraft> drafts, CancellationToken cancellationToken) =>
        _replica.Writer.WriteAsync(drafts, null, cancellationToken);

    public override async Task<string> ActAsync(MembershipCommand command, CancellationToken cancellationToken) =>
        (await _replica.Writer.ActAsync(command, null, cancellationToken).ConfigureAwait(false))[0].Value;

    public override void Expect(NodeId domain, InviteReading? claim = null) => _replica.Expect(domain, claim);

    public override void Follow(RoomId room) => _replica.Follow(room);

    /// <summary>Completes when every room is followed that anybody asked for so far, or cannot be.</summary>
    public Task FollowedAsync() => _replica.FollowedAsync();

    public override void RetryNow() => _replica.RetryNow();

    public void Join(RoomId topic)
    {
        // Before the hub is asked: its answer may be here at once.
        if (RoomNames.IsCall(topic))
        {
            _reach.Join(topic);
        }

        _gate.Join(topic);
    }

    public void Leave(RoomId topic)
    {
        _gate.Leave(topic);
        if (RoomNames.IsCall(topic))
        {
            _reach.Leave(topic);
        }
    }

    // As with presence: two tabs hear each other without a hub too.
    public void Say(RoomId topic, JsonValue signal)
    {
        _gate.Say(topic, signal);
        Post(new TabMessage.Signal(topic, signal));
    }

    public void AskIceServers(RoomId topic) => _gate.AskIceServers(topic);

    // The other tabs are people's windows like any other: they see this one without a hub too.
    public void Send(RoomId topic, byte[] update)
    {
        _gate.Send(topic, update);
        Post(new TabMessage.Presence(topic, update));
    }

    /// <summary>Says that this tab leads.</summary>
    public void Announce() => Post(new TabMessage.Leads(_tabs?.TabId ?? "", _status.Live.Value));

    /// <summary>Takes a message of another tab.</summary>
    public void Take(TabMessage message)
    {
        switch (message)
        {
            case TabMessage.Hello:
                Announce();
                break;
            case TabMessage.Write write:
                _ = AnswerAsync(write.Id, token => _replica.Writer.WriteAsync(write.Drafts, write.Id, token));
                break;
            case TabMessage.Act act:
                _ = AnswerAsync(act.Id, token => _replica.Writer.ActAsync(act.Command, act.Id, token));
                break;
            case TabMessage.Expect expect:
                _replica.Expect(expect.Domain, expect.Claim);
                break;
            case TabMessage.Follow follow:
                _replica.Follow(follow.Room);
                break;
            case TabMessage.Retry:
                _replica.RetryNow();
                break;
            case TabMessage.Wants wants:
                Want(wants);
                break;
            case TabMessage.Presence update:
                _presence.OnUpdate(update.Topic.Value, update.Update);
                _gate.Send(update.Topic, update.Update);
                break;
            case TabMessage.Signal signal:
                _signals.OnSignal(signal.Topic, signal.Data);
                _gate.Say(signal.Topic, signal.Data);
                break;
            case TabMessage.AskIce ask:
                _gate.AskIceServers(ask.Topic);
                break;
            default:
                break;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _listening?.Dispose();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _replica.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private void Want(TabMessage.Wants wants)
    {
        var (tab, topic, wanted) = wants;
        if (wanted && _wanted.Add((tab, topic)))
        {
            Join(topic);
        }
        else if (!wanted && _wanted.Remove((tab, topic)))
        {
            Leave(topic);
        }
    }

    private void OnReach(RoomId topic)
    {
        _signals.OnReach(topic, _reach.Of);
        Post(new TabMessage.Reach(topic, _reach.Of(topic)));
    }

    private void OnHub(string topic, bool isOpen) => _reach.OnHub(new(topic), isOpen);

    private void OnSignaled(RoomId topic, JsonValue signal)
    {
        _signals.OnSignal(topic, signal);
        Post(new TabMessage.Signal(topic, signal));
    }

    private void OnIceTold(RoomId topic, IceServers servers)
    {
        _signals.OnIceServers(topic, servers);
        Post(new TabMessage.Ice(topic, servers));
    }

    private void OnOpened(string topic)
    {
        OnHub(topic, isOpen: true);
        _presence.OnOpened(topic);
        Post(new TabMessage.Opened(new(topic)));
    }

    private void OnUpdated(string topic, byte[] update)
    {
        _presence.OnUpdate(topic, update);
        Post(new TabMessage.Presence(new(topic), update));
    }

    // The tab that asked waits for the answer, whatever it is.
    private async Task AnswerAsync(string id, Func<CancellationToken, Task<IReadOnlyList<NodeId>>> work)
    {
        try
        {
            Post(new TabMessage.Done(id, await work(_ending.Token).ConfigureAwait(false)));
        }
        catch (ParleyException failure)
        {
            Post(new TabMessage.Failed(id, failure.Code, failure.Message, failure.Reason));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // This tab goes; the next leader is asked again.
        }
        catch (ArgumentException mistake)
        {
            Post(new TabMessage.Failed(id, ParleyErrorCode.Invalid, mistake.Message));
        }
    }

    private async Task TellStatusAsync()
    {
        await foreach (var status in _status.Live.WatchAsync(_ending.Token).ConfigureAwait(false))
        {
            Post(new TabMessage.Link(status));
        }
    }

    private void Post(TabMessage message) => _tabs?.Post(message.ToJson());
}
