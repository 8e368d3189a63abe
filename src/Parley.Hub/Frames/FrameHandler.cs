using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Parley.Frames;
using Parley.Hub.Access;
using Parley.Hub.Admission;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Hub.Presence;
using Parley.Hub.Sync;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Hub.Frames;

/// <summary>What the hub does with each frame of a client (docs/protocol.md, frames).</summary>
internal sealed class FrameHandler(
    HubOptions options,
    HubClock clock,
    HubMetrics metrics,
    Topics topics,
    HubAccess access,
    SubscriptionGuard guard,
    ChangeIntake changes,
    PresenceRelay presence,
    SyncPages pages,
    ILogger<FrameHandler> log) : ISocketHandler
{
    /// <summary>A socket with this many frames at the writer waits for them.</summary>
    private const int PendingMax = 64;

    /// <inheritdoc/>
    public async ValueTask HandleAsync(HubConnection from, SocketEvent received)
    {
        try
        {
            switch (received.Kind)
            {
                case SocketEventKind.Text or SocketEventKind.Binary:
                    await HandleAsync(from, received.Payload, received.Kind == SocketEventKind.Text);
                    break;
                case SocketEventKind.Ping:
                    await from.SettledAsync();
                    from.Outbox.Add(FrameBuilder.Control(SocketOpcode.Pong, received.Payload.Span));
                    break;
                case SocketEventKind.TooLarge:
                    metrics.Received(FrameType.Bad);
                    Complain(from, $"Message exceeds max size of {options.Limits.FrameBytesMax} bytes");
                    break;
                case SocketEventKind.Broken:
                    from.Close(received.Code, "");
                    break;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.FrameFailed(log, failure, from.Id);
            from.Close(CloseCode.ProtocolError, "");
        }
    }

    private ValueTask HandleAsync(HubConnection from, Memory<byte> message, bool isText)
    {
        var fault = ClientFrame.TryRead(message.Span, out var frame, out var why);
        if (fault == FrameFault.Malformed)
        {
            metrics.Received(FrameType.Bad);
            if (isText && !Utf8.IsValid(message.Span))
            {
                from.Close(CloseCode.InvalidPayload, "Not UTF-8");
            }
            else
            {
                Complain(from, why);
            }

            return ValueTask.CompletedTask;
        }

        if (!from.Budget.TakeFrame(clock.Ms))
        {
            Violation(from, $"Rate limit: max {options.Limits.FramesPerSecondMax} messages per 1000ms");
            return ValueTask.CompletedTask;
        }

        if (frame is null)
        {
            metrics.Received(FrameType.Bad);
            from.Budget.Accepted();
            from.Outbox.Add(HubFrames.Error(why));
            return ValueTask.CompletedTask;
        }

        switch (frame)
        {
            case ClientFrame.NodeChange change:
                metrics.Received(FrameType.NodeChange);
                return SubmitAsync(from, change.Topic, change.Room, [change.Change], isBatch: false);
            case ClientFrame.NodeChangeBatch batch:
                metrics.Received(FrameType.NodeChangeBatch);
                return SubmitAsync(from, batch.Topic, batch.Room, batch.Changes, isBatch: true);
        }

        from.Budget.Accepted();
        return from.Pending == 0 ? Handle(from, frame, message) : WhenSettledAsync(from, frame, message);
    }

    private async ValueTask WhenSettledAsync(HubConnection from, ClientFrame frame, Memory<byte> message)
    {
        await from.SettledAsync();
        await Handle(from, frame, message);
    }

    private ValueTask Handle(HubConnection from, ClientFrame frame, Memory<byte> message)
    {
        switch (frame)
        {
            case ClientFrame.Handshake handshake:
                metrics.Received(FrameType.Handshake);
                Greet(from, handshake);
                break;
            case ClientFrame.Subscribe subscribe:
                metrics.Received(FrameType.Subscribe);
                Subscribe(from, subscribe.Topics);
                break;
            case ClientFrame.Unsubscribe unsubscribe:
                metrics.Received(FrameType.Unsubscribe);
                Unsubscribe(from, unsubscribe.Topics);
                break;
            case ClientFrame.AwarenessUpdate update:
                metrics.Received(FrameType.Awareness);
                if (PairingRule.Covers(update.Topic))
                {
                    from.Outbox.Add(HubFrames.Error("Nobody is present in this room"));
                }
                else if (TokenBounds.MayPublish(from, update.Topic, clock.Time.GetUtcNow()))
                {
                    presence.Relay(from, update, message.Span);
                }

                break;
            case ClientFrame.Publish publish:
                metrics.Received(FrameType.Publish);
                if (TokenBounds.MayPublish(from, publish.Topic, clock.Time.GetUtcNow()) && PairingRule.MayPublish(from, publish, message.Length, clock.Ms))
                {
                    presence.Relay(from, publish, message.Span);
                }

                break;
            case ClientFrame.IceRequest request:
                metrics.Received(FrameType.IceRequest);
                if (TokenBounds.MayPublish(from, request.Topic, clock.Time.GetUtcNow()))
                {
                    presence.Answer(from, request);
                }

                break;
            case ClientFrame.SyncRequest request:
                metrics.Received(FrameType.SyncRequest);
                return ServeAsync(from, request);
            case ClientFrame.Clear clear:
                metrics.Received(FrameType.Clear);
                return ClearAsync(from, clear.Room);
            case ClientFrame.Ping:
                metrics.Received(FrameType.Ping);
                from.Outbox.Add(HubFrames.Pong);
                break;
            default:
                metrics.Received(FrameType.Unknown);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private static void Greet(HubConnection from, ClientFrame.Handshake handshake)
    {
        if (HubAccess.OwnerOf(handshake.Did ?? "") is { } did)
        {
            from.Session.Claim(did);
        }

        from.Session.TakesAcks = handshake.Features.Contains(Features.Ack, StringComparer.Ordinal);
        if (ProtocolVersions.Mismatch(handshake.ProtocolVersion, handshake.MinProtocolVersion) is { } suggestion)
        {
            from.Outbox.Add(HubFrames.VersionMismatch(suggestion, handshake.ProtocolVersion, handshake.MinProtocolVersion));
        }
    }

    private void Subscribe(HubConnection from, IReadOnlyList<string> names)
    {
        if (!TokenBounds.MaySubscribe(from, names, clock.Time.GetUtcNow()))
        {
            return;
        }

        foreach (var name in names)
        {
            if (HubAccess.OwnerOf(name) is not null && access.Ask(from.Session, RoomAction.Read, name) == RoomAnswer.No)
            {
                from.Outbox.Add(HubFrames.AuthDenied("hub/signal", name, "The room belongs to somebody else."));
                from.Close(CloseCode.Denied, "Room denied");
                return;
            }
        }

        var subscriptions = from.Subscriptions;
        var wanted = names.Where(n => !subscriptions.ContainsKey(n)).ToHashSet(StringComparer.Ordinal);
        if (subscriptions.Count + wanted.Count > options.Limits.TopicsMax)
        {
            from.Outbox.Add(HubFrames.Error($"Too many topics: max {options.Limits.TopicsMax}"));
            return;
        }

        if (!PairingRule.MaySubscribe(subscriptions.Keys, wanted))
        {
            from.Outbox.Add(HubFrames.Error($"Too many pairing rooms: max {PairingLimits.RoomsMax}"));
            return;
        }

        guard.Add(from, wanted);
        var open = names.Where(n => subscriptions[n].IsAwake).ToList();
        from.Outbox.Add(HubFrames.Subscribed(open));
        foreach (var name in names.Except(open, StringComparer.Ordinal))
        {
            // Not for good: the subscription sleeps, and the hub says when it wakes.
            from.Outbox.Add(SubscriptionGuard.Denial(name));
        }

        foreach (var name in open.Where(wanted.Contains))
        {
            presence.Introduce(from, subscriptions[name].Topic);
        }
    }

    private void Unsubscribe(HubConnection from, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            Subscription? subscription;
            lock (from.Subscriptions)
            {
                from.Subscriptions.Remove(name, out subscription);
            }

            if (subscription is not null)
            {
                topics.Remove(subscription);
            }
        }
    }

    private async ValueTask SubmitAsync(HubConnection from, string topic, string room, IReadOnlyList<JsonValue> wireChanges, bool isBatch)
    {
        if (!from.Budget.TakeChanges(wireChanges.Count, clock.Ms))
        {
            Violation(from, $"Rate limit: max {options.Limits.ChangesPerSecondMax} changes per 1000ms");
            return;
        }

        from.Budget.Accepted();
        if (!TokenBounds.MayRelay(from, room, wireChanges, clock.Time.GetUtcNow()))
        {
            return;
        }

        if (access.Ask(from.Session, RoomAction.Write, room) != RoomAnswer.Yes)
        {
            from.Outbox.Add(HubFrames.NodeError("UNAUTHORIZED", "The room belongs to somebody else.", null, room));
            return;
        }

        var offers = await changes.VerifyAsync(wireChanges, room, topic, from.Session);
        if (from.Session.IsInLobby)
        {
            Lobby.Bound(offers, from.Session.Did);
        }

        if (from.Pending >= PendingMax)
        {
            await from.SettledAsync();
        }

        await changes.SubmitAsync(new ChangeSubmission(from, topic, room, isBatch, offers));
    }

    private async ValueTask ServeAsync(HubConnection from, ClientFrame.SyncRequest request)
    {
        if (!TokenBounds.MayRelay(from, request.Room, [], clock.Time.GetUtcNow()))
        {
            return;
        }

        // One page at a time: whoever asks faster than it reads waits here, not in the hub's memory.
        await from.Outbox.BelowAsync(options.Limits.QueueBytesMax / 4);
        var answer = access.Ask(from.Session, RoomAction.Read, request.Room);
        if (answer == RoomAnswer.Yes)
        {
            var page = pages.Read(request);
            if (access.Ask(from.Session, RoomAction.Read, request.Room) == RoomAnswer.Yes)
            {
                from.Outbox.Add(page);
                return;
            }

            // Whoever was removed while the page was read does not get what came after.
            page.Release();
            answer = RoomAnswer.NotAMember;
        }

        if (answer == RoomAnswer.NotAMember && request.Invite is { } claim && access.MayReadLog(from.Session, request.Room, claim, clock.WallMs))
        {
            from.Outbox.Add(pages.ReadLog(request, through: null));
        }
        else if (answer == RoomAnswer.NotAMember && access.EndOfLogFor(from.Session, request.Room) is { } end)
        {
            from.Outbox.Add(pages.ReadLog(request, end));
        }
        else
        {
            var why = answer == RoomAnswer.No ? "The room belongs to somebody else." : Reason.NotAMember.ToCode();
            from.Outbox.Add(HubFrames.NodeError("UNAUTHORIZED", why, null, request.Room));
        }
    }

    private async ValueTask ClearAsync(HubConnection from, string room)
    {
        if (!TokenBounds.MayRelay(from, room, [], clock.Time.GetUtcNow()))
        {
            return;
        }

        if (access.Ask(from.Session, RoomAction.Clear, room) != RoomAnswer.Yes)
        {
            from.Outbox.Add(HubFrames.NodeError("UNAUTHORIZED", "A room cannot be wiped.", null, room));
            return;
        }

        await changes.SubmitAsync(new ClearSubmission(from, room));
    }

    /// <summary>Answers a frame that cannot be understood. It does not count as a frame, but only so many a second are answered.</summary>
    private void Complain(HubConnection from, string message)
    {
        if (from.Budget.TakeComplaint(clock.Ms))
        {
            from.Outbox.Add(HubFrames.Error(message));
        }
    }

    private void Violation(HubConnection from, string message)
    {
        metrics.RateLimited();
        if (from.Budget.Violate())
        {
            from.Close(CloseCode.PolicyViolation, "Rate limit exceeded");
        }
        else
        {
            from.Outbox.Add(HubFrames.Error(message));
        }
    }
}
