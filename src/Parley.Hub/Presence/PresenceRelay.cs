using System.Text.Json;
using Parley.Frames;
using Parley.Hub.Calls;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Presence;

namespace Parley.Hub.Presence;

/// <summary>
/// Relays what is not stored: presence and other publishes, in rooms where nothing is (<c>xnet-doc-</c>, <c>call:</c>), from sockets
/// that are in the room themselves. Anything else is refused, never relayed (W14, W32). An open hub relays everything, as the reference.
/// </summary>
internal sealed class PresenceRelay(HubOptions options, HubClock clock, Topics topics, CallRelay calls)
{
    /// <summary>Tells a new subscriber who is here: the reference's list, then the states themselves, which every client can apply (W21).</summary>
    public void Introduce(HubConnection to, Topic topic)
    {
        if (!RoomNames.IsEphemeral(new(topic.Name)) && !options.Open)
        {
            return;
        }

        topic.WithAwareness((room, here) =>
        {
            if (room.Snapshot(clock.WallMs) is not { } users)
            {
                return;
            }

            to.Outbox.Add(AwarenessFrames.Snapshot(here, users).Droppable());
            foreach (var update in room.Updates())
            {
                to.Outbox.Add(AwarenessFrames.Update(here, update).Droppable());
            }
        });
    }

    /// <summary>Relays an awareness update as received; without the entries of clients that belong to other sockets.</summary>
    public void Relay(HubConnection from, ClientFrame.AwarenessUpdate frame, ReadOnlySpan<byte> message)
    {
        if (!MayRelay(from, frame.Topic, out var subscription))
        {
            return;
        }

        if (!from.Budget.TakeAwareness(clock.Ms)
            || frame.Update.Length > AwarenessCodec.UpdateBytesMax
            || !AwarenessCodec.TryDecode(frame.Update, out var entries)
            || topics.Find(frame.Topic) is not { } topic)
        {
            return;
        }

        if (subscription is null)
        {
            topic.Publish(Frame(topic, frame.Data, message), from);
            return;
        }

        var whole = Frame(topic, frame.Data, message);
        topic.WithAwareness((room, here) =>
        {
            if (!subscription.IsAwake)
            {
                // It fell asleep on the way here.
                return;
            }

            var taken = room.Take(from, entries, frame.Update.Length, clock.Ms, clock.WallMs);
            if (taken.Count == entries.Count)
            {
                here.Send(whole, from);
            }
            else if (taken.Count > 0)
            {
                var update = Convert.ToBase64String(AwarenessCodec.Encode([.. taken]));
                here.Send(HubFrames.Publish(here, frame.Data.With("update", JsonValue.Of(update))).Droppable(), from);
            }
        });
    }

    /// <summary>Relays any other publish. These are not presence: a slow reader that cannot take them is cut off, so that it notices.</summary>
    public void Relay(HubConnection from, ClientFrame.Publish frame, ReadOnlySpan<byte> message)
    {
        if (!MayRelay(from, frame.Topic, out var subscription) || topics.Find(frame.Topic) is not { } topic)
        {
            return;
        }

        if (options.Open || subscription is null || !RoomNames.IsCall(new(frame.Topic)))
        {
            topic.Publish(Frame(topic, frame.Data, message) with { Kind = OutFrameKind.Kept }, from, subscription);
        }
        else if (calls.Speaker(from, frame.Topic, frame.Data, message.Length) is { } speaker)
        {
            calls.Relay(subscription, speaker, frame.Data, Frame(topic, frame.Data, message) with { Kind = OutFrameKind.Kept });
        }
    }

    /// <summary>Gives ICE servers to whoever is in a call's topic.</summary>
    public void Answer(HubConnection from, ClientFrame.IceRequest request)
    {
        if (RoomNames.IsCall(new(request.Topic)) && MayRelay(from, request.Topic, out _) && topics.Find(request.Topic) is { } topic)
        {
            from.Outbox.Add(calls.IceServers(from, topic));
        }
    }

    private bool MayRelay(HubConnection from, string name, out Subscription? subscription)
    {
        subscription = from.Subscriptions.GetValueOrDefault(name);
        if (options.Open)
        {
            return true;
        }

        if (!RoomNames.IsEphemeral(new(name)))
        {
            from.Outbox.Add(HubFrames.NodeError(Refusal.Malformed.Code(), "Only signed changes are taken in this room.", null, name));
            return false;
        }

        if (subscription is null)
        {
            from.Outbox.Add(HubFrames.Error("Subscribe to the topic before publishing to it"));
        }
        else if (!subscription.IsAwake)
        {
            from.Outbox.Add(HubFrames.NodeError("UNAUTHORIZED", Reason.NotAMember.ToCode(), null, name));
        }

        return subscription is { IsAwake: true };
    }

    /// <summary>
    /// The frame as its sender wrote it where it has nothing but what is relayed; else rebuilt from its parts. It was read as JSON
    /// without duplicate names already, so the bytes have one meaning.
    /// </summary>
    private static OutFrame Frame(Topic topic, JsonValue data, ReadOnlySpan<byte> message) =>
        (HasOnlyRelayedMembers(message) ? FrameBuilder.Copy(message) : HubFrames.Publish(topic, data)).Droppable();

    private static bool HasOnlyRelayedMembers(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = JsonReader.DepthMax + 1 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("type"u8) && !reader.ValueTextEquals("topic"u8) && !reader.ValueTextEquals("data"u8))
            {
                return false;
            }

            reader.Skip();
        }

        return true;
    }
}
