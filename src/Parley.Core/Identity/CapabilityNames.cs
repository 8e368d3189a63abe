namespace Parley.Identity;

/// <summary>The actions that capabilities name (docs/protocol.md, tokens).</summary>
public static class CapabilityNames
{
    /// <summary>To open a connection.</summary>
    public const string Connect = "hub/connect";

    /// <summary>To subscribe to a room and to show presence in it.</summary>
    public const string Signal = "hub/signal";

    /// <summary>To write changes to a room and to read them.</summary>
    public const string Relay = "hub/relay";

    /// <summary>To administer the hub. No client lists it by itself.</summary>
    public const string Admin = "hub/admin";

    /// <summary>To ask the hub's index.</summary>
    public const string Query = "query/read";

    /// <summary>To enter a call.</summary>
    public const string CallJoin = "call/join";

    /// <summary>To send call signals.</summary>
    public const string CallSignal = "call/signal";

    /// <summary>To register a device for notifications.</summary>
    public const string NotifyRegister = "notify/register";

    /// <summary>To fetch files.</summary>
    public const string FilesRead = "files/read";

    /// <summary>To store files.</summary>
    public const string FilesWrite = "files/write";

    /// <summary>Addition: to stand for the person that the line's resource names. Good only in a proof by that person.</summary>
    public const string ActFor = "parley/act-for";

    /// <summary>What a client lists for itself, in the order in which the reference's clients do.</summary>
    public static IReadOnlyList<string> OfClients { get; } =
    [
        Connect, Signal, Relay, "hub/query", "hub/backup", "backup/read", "backup/write", "backup/delete",
        FilesRead, FilesWrite, Query, "index/write", CallJoin, CallSignal, NotifyRegister, "telemetry/ingest",
    ];
}
