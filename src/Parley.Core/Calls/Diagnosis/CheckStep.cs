namespace Parley.Calls.Diagnosis;

/// <summary>What is looked at when calls do not connect, in the order in which one needs the other.</summary>
public enum CheckStep
{
    /// <summary>The page may use devices: https, or this machine itself. In a browser only.</summary>
    Page,
    /// <summary>The person's folder and key. In a terminal only.</summary>
    Folder,
    /// <summary>The hub answers, and sockets to it open.</summary>
    Hub,
    /// <summary>The hub lets this person in.</summary>
    Admission,
    /// <summary>The hub names ICE servers.</summary>
    Servers,
    /// <summary>An address of this device's own. In a browser only.</summary>
    Direct,
    /// <summary>A STUN server tells the address outside.</summary>
    Stun,
    /// <summary>An allocation at a TURN server over UDP.</summary>
    TurnUdp,
    /// <summary>One over TCP.</summary>
    TurnTcp,
    /// <summary>One over TLS.</summary>
    TurnTls,
    /// <summary>What is sent through a relay arrives.</summary>
    Relay,
    /// <summary>The microphone gives sound. In a browser only.</summary>
    Microphone,
    /// <summary>The camera gives a picture. In a browser only.</summary>
    Camera,
}
