namespace Parley.Frames;

/// <summary>The feature names of handshakes.</summary>
internal static class Features
{
    /// <summary>Acknowledgement by hash after the durable commit.</summary>
    public const string Ack = "parley.ack/1";
    /// <summary>Room sequence and hub epoch on live frames and pages.</summary>
    public const string Seq = "parley.seq/1";
    /// <summary>An invite's secret reads the log that it lets into.</summary>
    public const string Join = "parley.join/1";
    /// <summary>Devices connect for their person and are signed out in the person's room; new ones are paired in a room of two.</summary>
    public const string Devices = "parley.devices/1";
    /// <summary>The space <c>main</c>, which everybody connected belongs to, is there.</summary>
    public const string Commons = "parley.commons/1";
    /// <summary>ICE servers, with credentials for TURN, for the members of a call's channel.</summary>
    public const string Ice = "parley.ice/1";
    /// <summary>Slabs of up to 1 000 changes may be pushed.</summary>
    public const string BatchPush = "batch-push";
    /// <summary>The reference's name for live changes.</summary>
    public const string NodeChanges = "node-changes";
    /// <summary>The reference's name for batch frames.</summary>
    public const string BatchChanges = "batch-changes";
}
