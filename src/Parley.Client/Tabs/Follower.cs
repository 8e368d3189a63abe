using Parley.Access;
using Parley.Calls;
using Parley.Commands;
using Parley.Connection;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Platform;
using Parley.Presence;
using Parley.Replica;
using Parley.Views;

namespace Parley.Tabs;

/// <summary>A tab that does not lead: commands go to the leader under an id, and again to the next leader until they are answered.</summary>
internal sealed class Follower(ITabs tabs, AdvanceSignal advanced, StatusBoard status, PresenceRooms presence, RelayedSignals signals)
    : Role, IPresenceWire, ISignalWire
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (TabMessage Asked, TaskCompletionSource<IReadOnlyList<NodeId>> Answer)> _pending = new(StringComparer.Ordinal);
    private readonly HashSet<RoomId> _topics = [];
    private long _commands;

    public override Task<IReadOnlyList<NodeId>> WriteAsync(IReadOnlyList<NodeDraft> drafts, CancellationToken cancellationToken) =>
        AskAsync(id => new TabMessage.Write(id, drafts), cancellationToken);

    public override async Task<string> ActAsync(MembershipCommand command, CancellationToken cancellationToken) =>
        (await AskAsync(id => new TabMessage.Act(id, command), cancellationToken).ConfigureAwait(false))[0].Value;

    private async Task<IReadOnlyList<NodeId>> AskAsync(Func<string, TabMessage> asking, CancellationToken cancellationToken)
    {
        var id = $"{tabs.TabId}-{Interlocked.Increment(ref _commands)}";
        var asked = asking(id);
        var answer = new TaskCompletionSource<IReadOnlyList<NodeId>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _pending[id] = (asked, answer);
        }

        Post(asked);

        // Giving up waiting does not take the command back: it may be written already.
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Expect(NodeId domain, InviteReading? claim = null) => Post(new TabMessage.Expect(domain, claim));

    public override void Follow(RoomId room) => Post(new TabMessage.Follow(room));

    public override void RetryNow() => Post(new TabMessage.Retry());

    public void Join(RoomId topic)
    {
        lock (_gate)
        {
            _topics.Add(topic);
        }

        Post(new TabMessage.Wants(tabs.TabId, topic, Wanted: true));
    }

    public void Leave(RoomId topic)
    {
        lock (_gate)
        {
            _topics.Remove(topic);
        }

        Post(new TabMessage.Wants(tabs.TabId, topic, Wanted: false));
    }

    public void Send(RoomId topic, byte[] update) => Post(new TabMessage.Presence(topic, update));

    public void Say(RoomId topic, JsonValue signal) => Post(new TabMessage.Signal(topic, signal));

    public void AskIceServers(RoomId topic) => Post(new TabMessage.AskIce(topic));

    /// <summary>Takes a message of another tab.</summary>
    public void Take(TabMessage message)
    {
        switch (message)
        {
            case TabMessage.Leads leads:
                status.Mirror(leads.Status);
                advanced.Raise(Advance.Everything);
                AskAgain();
                break;
            case TabMessage.Link link:
                status.Mirror(link.Status);
                break;
            case TabMessage.Advanced commit:
                advanced.Raise(commit.Advance);
                break;
            case TabMessage.Done done when Answered(done.Id) is { } answer:
                answer.TrySetResult(done.Nodes);
                break;
            case TabMessage.Failed failed when Answered(failed.Id) is { } answer:
                answer.TrySetException(new ParleyException(failed.Code, failed.Why) { Reason = failed.Reason });
                break;
            case TabMessage.Opened opened:
                presence.OnOpened(opened.Topic.Value);
                break;
            case TabMessage.Presence update:
                presence.OnUpdate(update.Topic.Value, update.Update);
                break;
            case TabMessage.Signal signal:
                signals.OnSignal(signal.Topic, signal.Data);
                break;
            case TabMessage.Reach reach:
                signals.OnReach(reach.Topic, _ => reach.Where);
                break;
            case TabMessage.Ice ice:
                signals.OnIceServers(ice.Topic, ice.Servers);
                break;
            default:
                break;
        }
    }

    /// <summary>Hands what is unanswered to this tab's own replica: it leads now.</summary>
    public async Task HandOverAsync(NodeWriter writer)
    {
        List<string> ids;
        lock (_gate)
        {
            ids = [.. _pending.Keys];
        }

        foreach (var id in ids)
        {
            if (Answered(id, out var asked) is { } answer)
            {
                try
                {
                    answer.TrySetResult(asked is TabMessage.Act act
                        ? await writer.ActAsync(act.Command, id, CancellationToken.None).ConfigureAwait(false)
                        : await writer.WriteAsync(((TabMessage.Write)asked).Drafts, id, CancellationToken.None).ConfigureAwait(false));
                }
                catch (Exception failure)
                {
                    // Whoever gave the command learns what became of it.
                    answer.TrySetException(failure);
                }
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        List<TaskCompletionSource<IReadOnlyList<NodeId>>> waiting;
        lock (_gate)
        {
            waiting = [.. _pending.Values.Select(p => p.Answer)];
            _pending.Clear();
        }

        waiting.ForEach(answer => answer.TrySetException(new ObjectDisposedException("ParleyClient")));
        return ValueTask.CompletedTask;
    }

    private void AskAgain()
    {
        List<TabMessage> again;
        lock (_gate)
        {
            again = [.. _topics.Select(topic => new TabMessage.Wants(tabs.TabId, topic, Wanted: true)), .. _pending.Values.Select(p => p.Asked)];
        }

        again.ForEach(Post);
    }

    private TaskCompletionSource<IReadOnlyList<NodeId>>? Answered(string id) => Answered(id, out _);

    private TaskCompletionSource<IReadOnlyList<NodeId>>? Answered(string id, out TabMessage asked)
    {
        lock (_gate)
        {
            asked = new TabMessage.Retry();
            if (!_pending.Remove(id, out var pending))
            {
                return null;
            }

            asked = pending.Asked;
            return pending.Answer;
        }
    }

    private void Post(TabMessage message) => tabs.Post(message.ToJson());
}
