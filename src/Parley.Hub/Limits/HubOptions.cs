namespace Parley.Hub;

/// <summary>How a hub runs.</summary>
public sealed class HubOptions
{
    /// <summary>The folder that holds the hub's database, or null for a hub in memory.</summary>
    public string? DataFolder { get; set; }

    /// <summary>Asks nobody for a token and turns rights and the home-room check off: for tests, transcripts and measurements, on loopback only.</summary>
    public bool Open { get; set; }

    /// <summary>Who may use this hub at all; null for what its owner chose, which is <see cref="AdmissionMode.Open"/> at first.</summary>
    public AdmissionMode? Admission { get; set; }

    /// <summary>
    /// Has the space <c>main</c>, which everybody connected belongs to; without it nobody reads or writes there. An open hub always has it.
    /// </summary>
    public bool Commons { get; set; }

    /// <summary>
    /// Where people reach the hub from outside, as they dial it (<c>wss://hub.example.org</c>): tokens made for these addresses, or for a
    /// path below one, are taken. The addresses of this machine itself need not be listed, and the hub's DID is always one of its names.
    /// </summary>
    public IList<Uri> PublicAddresses { get; } = [];

    /// <summary>What those in a call get for finding their way to each other.</summary>
    public IceOptions Ice { get; set; } = new();

    /// <summary>Another store than the folder's or the memory's; disposed by the hub.</summary>
    internal Func<Storage.IHubStore>? OpenStore { get; set; }

    /// <summary>Limits, one section.</summary>
    public HubLimits Limits { get; set; } = new();
}

/// <summary>The hub's limits. Defaults are the reference's where it has one (docs/protocol.md, limits).</summary>
public sealed class HubLimits
{
    /// <summary>Sockets at once; one more is closed with 1013.</summary>
    public int ConnectionsMax { get; set; } = 10_000;
    /// <summary>The largest frame; a larger one is refused before it is buffered (W31).</summary>
    public int FrameBytesMax { get; set; } = 5_242_880;
    /// <summary>Frames of one socket in a window of a second.</summary>
    public int FramesPerSecondMax { get; set; } = 100;
    /// <summary>Changes of one socket in a window of a second.</summary>
    public int ChangesPerSecondMax { get; set; } = 5_000;
    /// <summary>Violations in a row before the socket is closed with 1008.</summary>
    public int ViolationsMax { get; set; } = 3;
    /// <summary>Bytes waiting for one slow reader before presence is dropped; at twice this the socket is closed.</summary>
    public int QueueBytesMax { get; set; } = 4_194_304;
    /// <summary>Changes in a batch frame.</summary>
    public int BatchChangesMax { get; set; } = 1_000;
    /// <summary>Changes in a page.</summary>
    public int PageChangesMax { get; set; } = 1_000;
    /// <summary>Topics of one socket.</summary>
    public int TopicsMax { get; set; } = 10_000;
    /// <summary>How far ahead of the hub's clock a change may be, ms.</summary>
    public long WallTimeLeadMsMax { get; set; } = 300_000;
    /// <summary>Half a frame, or no answer to a ping, for this long closes the socket, ms.</summary>
    public int IdleMsMax { get; set; } = 60_000;
    /// <summary>Awareness updates of one socket in a second, and in a minute.</summary>
    public int AwarenessPerSecondMax { get; set; } = 40;
    /// <inheritdoc cref="AwarenessPerSecondMax"/>
    public int AwarenessPerMinuteMax { get; set; } = 600;
    /// <summary>The frame of one call signal; a larger one is refused.</summary>
    public int CallSignalBytesMax { get; set; } = 131_072;
    /// <summary>Changes that wait in one domain, or one room without a log, because one member of it brought them; the oldest of them goes.</summary>
    public int HeldPerMemberMax { get; set; } = 256;
    /// <summary>Changes that wait because people brought them who are no members where they belong; the oldest of whoever has the most goes.</summary>
    public int HeldByOthersMax { get; set; } = 4_096;
    /// <summary>The same in bytes.</summary>
    public long HeldByOthersBytesMax { get; set; } = 16 << 20;
    /// <summary>Of these one person's; the oldest of them goes.</summary>
    public int HeldByOthersEachMax { get; set; } = 64;
    /// <summary>Operations of one membership log; more are refused with QUOTA_EXCEEDED.</summary>
    public int OperationsMax { get; set; } = 20_000;
    /// <summary>Operations of one log by one person who is no admin of it; more are refused with QUOTA_EXCEEDED.</summary>
    public int OperationsPerMemberMax { get; set; } = 64;
    /// <summary>Membership logs that are kept in memory between two commits, bytes; what was not used for longest is read again when it is needed.</summary>
    public long LogBytesKeptMax { get; set; } = 64 << 20;
    /// <summary>Knocks that one person brings to the doors of others in a window of an hour; more are refused.</summary>
    public int KnocksPerHourMax { get; set; } = 200;
    /// <summary>Knocks at one door in the same window by people whom its owner shares no space with; more are refused with QUOTA_EXCEEDED.</summary>
    public int KnocksPerDoorMax { get; set; } = 100;
    /// <summary>Bytes of changes in a page; a page ends early where its changes are large.</summary>
    public int PageBytesMax { get; set; } = 2_097_152;
    /// <summary>Bytes stored for one author; more is refused with QUOTA_EXCEEDED.</summary>
    public long AuthorBytesMax { get; set; } = 1L << 30;
    /// <summary>Changes stored for one author; more are refused with QUOTA_EXCEEDED.</summary>
    public long AuthorChangesMax { get; set; } = 2_000_000;
    /// <summary>Sockets of one person at once; one more is closed with 1013 and QUOTA_EXCEEDED.</summary>
    public int ConnectionsPerPersonMax { get; set; } = 200;
    /// <summary>Spaces made by one person; more are refused with QUOTA_EXCEEDED.</summary>
    public int SpacesPerPersonMax { get; set; } = 1_000;
}
