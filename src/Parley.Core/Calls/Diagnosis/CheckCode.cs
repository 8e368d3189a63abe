namespace Parley.Calls.Diagnosis;

/// <summary>What was found out about a step. Each has its cause and cure in words, where people are told.</summary>
public enum CheckCode
{
    /// <summary>It works.</summary>
    Works,
    /// <summary>Not looked at: something that it needs is broken.</summary>
    NotReached,
    /// <summary>Not looked at: the hub names no such server.</summary>
    NotOffered,

    /// <summary>The page came over plain http from another machine.</summary>
    InsecurePage,

    /// <summary>The folder has no key.</summary>
    KeyMissing,
    /// <summary>The key does not open.</summary>
    KeyLocked,
    /// <summary>The key's file is damaged or of a newer Parley.</summary>
    KeyDamaged,
    /// <summary>The folder cannot be used, or its store not be opened.</summary>
    FolderUnusable,
    /// <summary>Another Parley holds the folder.</summary>
    FolderInUse,

    /// <summary>No hub is set.</summary>
    NoHub,
    /// <summary>The hub's name has no address.</summary>
    HubNameUnknown,
    /// <summary>Nothing listens at the hub's address.</summary>
    HubRefuses,
    /// <summary>The hub's address does not answer.</summary>
    HubSilent,
    /// <summary>The hub's certificate is not trusted, has ended, or is for another name.</summary>
    HubCertificateBad,
    /// <summary>Something answers there that is no hub.</summary>
    NoHubThere,
    /// <summary>The hub answers, and a WebSocket to it does not open.</summary>
    WebSocketBlocked,
    /// <summary>The hub speaks no version of ours.</summary>
    HubIncompatible,

    /// <summary>The hub takes people by invitation.</summary>
    InLobby,
    /// <summary>The hub's owner shut this person out.</summary>
    Banned,
    /// <summary>The hub is for people whom its owner listed.</summary>
    NotListed,
    /// <summary>The token's times do not fit the hub's clock.</summary>
    ClockWrong,
    /// <summary>The hub does not know the address as its own.</summary>
    AddressWrong,
    /// <summary>The person signed this device out.</summary>
    SignedOut,
    /// <summary>The hub refuses for another reason.</summary>
    NotAdmitted,

    /// <summary>The person is in no space, so there is no channel to call in.</summary>
    NoSpace,
    /// <summary>The hub does not count the person among the channel's members.</summary>
    NotMember,
    /// <summary>The hub did not answer: it may know nothing of ICE servers.</summary>
    NoAnswer,
    /// <summary>The hub names no ICE servers.</summary>
    NoServers,
    /// <summary>The hub names STUN servers alone.</summary>
    NoTurn,
    /// <summary>This device's clock and the hub's differ.</summary>
    ClockSkewed,

    /// <summary>The browser found no address of its own.</summary>
    NoAddress,
    /// <summary>The server's name has no address.</summary>
    ServerNameUnknown,
    /// <summary>Nothing listens at the server's address.</summary>
    ServerRefuses,
    /// <summary>The server does not answer.</summary>
    ServerSilent,
    /// <summary>The server's certificate is not trusted, has ended, or is for another name.</summary>
    ServerCertificateBad,
    /// <summary>The server does not take the credential, which has not ended.</summary>
    CredentialRefused,
    /// <summary>The server does not take the credential, which has ended.</summary>
    CredentialEnded,
    /// <summary>The server may not relay to where it was asked to.</summary>
    RelayForbidden,
    /// <summary>The server, or this person's share of it, is full.</summary>
    ServerFull,
    /// <summary>The server answers with another error.</summary>
    ServerFails,
    /// <summary>The server relays, and what is sent through it does not arrive.</summary>
    RelayBroken,

    /// <summary>The person, the browser or the system does not allow the device.</summary>
    NotAllowed,
    /// <summary>There is none.</summary>
    NotFound,
    /// <summary>It does not open: another program uses it.</summary>
    NotReadable,
    /// <summary>This page has no devices at all.</summary>
    NotSupported,
    /// <summary>It opens, and gives silence or nothing.</summary>
    NoSignal,
}
