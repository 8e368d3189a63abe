using System.Text;

namespace Parley.Hub.Limits;

/// <summary>The frame types that are counted apart.</summary>
internal enum FrameType
{
    Handshake,
    Subscribe,
    Unsubscribe,
    NodeChange,
    NodeChangeBatch,
    Awareness,
    Publish,
    SyncRequest,
    Clear,
    IceRequest,
    Ping,
    Unknown,
    Bad,
}

/// <summary>The hub's counters, as Prometheus text.</summary>
internal sealed class HubMetrics
{
    private static readonly string[] FrameNames =
    [
        "client-handshake", "subscribe", "unsubscribe", "node-change", "node-change-batch", "awareness", "publish",
        "node-sync-request", "node-clear", "ice-request", "ping", "unknown", "bad",
    ];

    private readonly long[] _frames = new long[FrameNames.Length];
    private long _connectionsTotal;
    private long _framesSent;
    private long _bytesSent;
    private long _presenceDropped;
    private long _slowReadersClosed;
    private long _rateLimited;
    private long _stored;
    private long _duplicates;
    private long _held;
    private long _refused;
    private long _overQuota;
    private long _notAdmitted;
    private long _commits;
    private long _pages;
    private long _pageChanges;
    private long _subscriptionsAsked;

    public void Connected() => Interlocked.Increment(ref _connectionsTotal);

    public void Received(FrameType type) => Interlocked.Increment(ref _frames[(int)type]);

    public void Delivered(int frames, long bytes)
    {
        Interlocked.Add(ref _framesSent, frames);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    public void PresenceDropped() => Interlocked.Increment(ref _presenceDropped);

    public void SlowReaderClosed() => Interlocked.Increment(ref _slowReadersClosed);

    public void RateLimited() => Interlocked.Increment(ref _rateLimited);

    /// <summary>Something was refused for a person's quota: changes, a space, a socket.</summary>
    public void OverQuota(int count) => Interlocked.Add(ref _overQuota, count);

    /// <summary>Somebody who proved who they are may not use the hub.</summary>
    public void NotAdmitted() => Interlocked.Increment(ref _notAdmitted);

    public void Committed(int stored, int duplicates, int held, int refused)
    {
        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _stored, stored);
        Interlocked.Add(ref _duplicates, duplicates);
        Interlocked.Add(ref _held, held);
        Interlocked.Add(ref _refused, refused);
    }

    /// <summary>After a commit it was asked again whether a topic is open to one of its subscribers.</summary>
    public void SubscriptionAsked() => Interlocked.Increment(ref _subscriptionsAsked);

    public void PageServed(int changes)
    {
        Interlocked.Increment(ref _pages);
        Interlocked.Add(ref _pageChanges, changes);
    }

    /// <summary>The Prometheus text format, version 0.0.4.</summary>
    public string ToText(int connections, int topics, double uptimeSeconds)
    {
        var text = new StringBuilder(4096);
        Add("parley_hub_connections", "gauge", "Sockets open now.", connections);
        Add("parley_hub_topics", "gauge", "Topics with subscribers now.", topics);
        Add("parley_hub_uptime_seconds", "gauge", "Since the hub started.", (long)uptimeSeconds);
        Add("parley_hub_memory_bytes", "gauge", "Working set of the process.", Environment.WorkingSet);
        Add("parley_hub_connections_total", "counter", "Sockets accepted.", Volatile.Read(ref _connectionsTotal));
        Head("parley_hub_frames_received_total", "counter", "Frames received, by type.");
        for (var i = 0; i < FrameNames.Length; i++)
        {
            text.Append("parley_hub_frames_received_total{type=\"").Append(FrameNames[i]).Append("\"} ")
                .Append(Volatile.Read(ref _frames[i])).Append('\n');
        }

        Add("parley_hub_frames_sent_total", "counter", "Frames written to sockets.", Volatile.Read(ref _framesSent));
        Add("parley_hub_bytes_sent_total", "counter", "Bytes written to sockets.", Volatile.Read(ref _bytesSent));
        Add("parley_hub_presence_dropped_total", "counter", "Presence frames that slow readers missed.", Volatile.Read(ref _presenceDropped));
        Add("parley_hub_slow_readers_closed_total", "counter", "Sockets cut off because they did not read.", Volatile.Read(ref _slowReadersClosed));
        Add("parley_hub_rate_limited_total", "counter", "Frames refused by a rate limit.", Volatile.Read(ref _rateLimited));
        Add("parley_hub_commits_total", "counter", "Durable commits.", Volatile.Read(ref _commits));
        Add("parley_hub_changes_stored_total", "counter", "Changes filed.", Volatile.Read(ref _stored));
        Add("parley_hub_changes_duplicate_total", "counter", "Changes that were here already.", Volatile.Read(ref _duplicates));
        Add("parley_hub_changes_held_total", "counter", "Changes that wait for their node.", Volatile.Read(ref _held));
        Add("parley_hub_changes_refused_total", "counter", "Changes refused.", Volatile.Read(ref _refused));
        Add("parley_hub_quota_refused_total", "counter", "Changes, spaces and sockets refused for a quota.", Volatile.Read(ref _overQuota));
        Add("parley_hub_not_admitted_total", "counter", "Sockets of people who may not use this hub.", Volatile.Read(ref _notAdmitted));
        Add("parley_hub_pages_total", "counter", "Catch-up pages served.", Volatile.Read(ref _pages));
        Add("parley_hub_page_changes_total", "counter", "Changes in those pages.", Volatile.Read(ref _pageChanges));
        Add("parley_hub_subscriptions_asked_total", "counter", "Subscriptions of which a commit may have opened or closed the room.", Volatile.Read(ref _subscriptionsAsked));
        return text.ToString();

        void Head(string name, string type, string help) =>
            text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

        void Add(string name, string type, string help, long value)
        {
            Head(name, type, help);
            text.Append(name).Append(' ').Append(value).Append('\n');
        }
    }
}
