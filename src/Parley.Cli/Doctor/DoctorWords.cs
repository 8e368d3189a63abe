using System.Globalization;
using Parley.Calls.Diagnosis;

namespace Parley.Cli.Doctor;

/// <summary>What findings are called in a terminal: what it is, and what to do. Written for whoever runs the hub or sits at this machine.</summary>
internal static class DoctorWords
{
    /// <summary>A step in a word or two.</summary>
    public static string Name(CheckStep step) => step switch
    {
        CheckStep.Page => "Page",
        CheckStep.Folder => "Folder and key",
        CheckStep.Hub => "Hub",
        CheckStep.Admission => "Let in",
        CheckStep.Servers => "ICE servers",
        CheckStep.Direct => "Own address",
        CheckStep.Stun => "STUN",
        CheckStep.TurnUdp => "TURN over UDP",
        CheckStep.TurnTcp => "TURN over TCP",
        CheckStep.TurnTls => "TURN over TLS",
        CheckStep.Relay => "Through the relay",
        CheckStep.Microphone => "Microphone",
        CheckStep.Camera => "Camera",
    };

    /// <summary>How much it matters, in a word.</summary>
    public static string Name(CheckSeverity severity) => severity switch
    {
        CheckSeverity.Fine => "fine",
        CheckSeverity.Untested => "-",
        CheckSeverity.Hint => "hint",
        CheckSeverity.Broken => "broken",
    };

    /// <summary>What it is.</summary>
    public static string Cause(Finding finding) => finding.Code switch
    {
        CheckCode.Works => finding.RoundTripMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"works, {ms:0} ms") : "works",
        CheckCode.NotReached => "not tried: something before it is broken",
        CheckCode.NotOffered => "not tried: the hub names no such server",
        CheckCode.InsecurePage => "The page came over plain http from another machine.",
        CheckCode.KeyMissing => "There is no key in the folder.",
        CheckCode.KeyLocked => "The key does not open: no passphrase or a wrong one, or it belongs to another computer.",
        CheckCode.KeyDamaged => "The key's file is damaged, or a newer Parley wrote it.",
        CheckCode.FolderUnusable => "The folder cannot be read or written, or a newer Parley wrote its store.",
        CheckCode.FolderInUse => "Another Parley uses the folder at this moment.",
        CheckCode.NoHub => "No hub is set.",
        CheckCode.HubNameUnknown => "The hub's name has no address.",
        CheckCode.HubRefuses => "Nothing listens at the hub's address.",
        CheckCode.HubSilent => "The hub's address does not answer.",
        CheckCode.HubCertificateBad => "The hub's certificate is not trusted here, has ended, or is for another name.",
        CheckCode.NoHubThere => "Something answers at that address, and it is no hub.",
        CheckCode.WebSocketBlocked => "The hub answers, but a WebSocket to it does not stay open.",
        CheckCode.HubIncompatible => "The hub speaks no version that this Parley speaks.",
        CheckCode.InLobby => "The hub takes people by invitation, and you have used none.",
        CheckCode.Banned => "The hub's owner shut you out.",
        CheckCode.NotListed => "The hub is for people whom its owner listed, and you are not.",
        CheckCode.ClockWrong => "The hub does not take the times in your token: this clock or the hub's is wrong.",
        CheckCode.AddressWrong => "The hub does not know the address that you dial as its own.",
        CheckCode.SignedOut => "You signed this device out from another one.",
        CheckCode.NotAdmitted => "The hub does not let you in.",
        CheckCode.NoSpace => "You are in no space, so there is no channel to call in, and the hub names servers to members alone.",
        CheckCode.NotMember => "The hub does not count you among the members of your space.",
        CheckCode.NoAnswer => "The hub names no ICE servers when asked; it may be an older one.",
        CheckCode.NoServers => "The hub names no ICE servers: calls connect on one network, and rarely beyond.",
        CheckCode.NoTurn => "The hub names STUN servers and no TURN server: calls between two strict networks do not connect.",
        CheckCode.ClockSkewed => string.Create(CultureInfo.InvariantCulture, $"The hub's clock is {Ahead(finding.Skew)} this one."),
        CheckCode.NoAddress => "No address of this device's own was found.",
        CheckCode.ServerNameUnknown => "The server's name has no address.",
        CheckCode.ServerRefuses => "Nothing listens at the server's address and port.",
        CheckCode.ServerSilent => "The server does not answer.",
        CheckCode.ServerCertificateBad => "The server's certificate is not trusted here, has ended, or is for another name.",
        CheckCode.CredentialRefused => "The TURN server does not take the credential that the hub just made: the two do not share one secret.",
        CheckCode.CredentialEnded => "The credential that the hub just made is over already: the hub's clock is behind.",
        CheckCode.RelayForbidden => "The TURN server is not allowed to relay to its own address, where two relayed people meet.",
        CheckCode.ServerFull => "The TURN server is full, or this person holds as many of its relays as one may.",
        CheckCode.ServerFails => $"The server answers with error {finding.ErrorCode?.ToString(CultureInfo.InvariantCulture) ?? "that is none of STUN's"}.",
        CheckCode.RelayBroken => "The TURN server gives a relay, but what is sent through it does not arrive.",
        CheckCode.NotAllowed => "The device is not allowed.",
        CheckCode.NotFound => "There is no such device.",
        CheckCode.NotReadable => "The device does not open: another program may use it.",
        CheckCode.NotSupported => "There are no devices here.",
        CheckCode.NoSignal => "The device opens and gives nothing.",
    };

    /// <summary>What to do; empty where there is nothing.</summary>
    public static string Cure(Finding finding) => finding.Code switch
    {
        CheckCode.Works or CheckCode.NotReached or CheckCode.NotOffered => "",
        CheckCode.InsecurePage => "Open the app over https.",
        CheckCode.KeyMissing => "'parley keys new' makes one; --data names another folder.",
        CheckCode.KeyLocked => "Give the passphrase, by --passphrase-file where nobody can be asked; or bring the key in by its words: 'parley keys import words'.",
        CheckCode.KeyDamaged => "Put a copy of person.key back, or bring the key into another folder by its words: 'parley keys import words'.",
        CheckCode.FolderUnusable => "See who owns the folder and whether the disk is full; update Parley if a newer one was here.",
        CheckCode.FolderInUse => "End the other one ('parley chat', say), or give a folder of its own with --data.",
        CheckCode.NoHub => "Give one with --hub.",
        CheckCode.HubNameUnknown => "Correct the name in --hub, or have a DNS record made for it.",
        CheckCode.HubRefuses => "Start it: 'parley hub'. If it runs, compare its port and --listen with the address.",
        CheckCode.HubSilent => "Open the hub's TCP port in the firewalls, and look whether the address is right.",
        CheckCode.HubCertificateBad => "Dial the name that the certificate is for and renew it where it ended. For a certificate that the hub made: SSL_CERT_FILE=<its data folder>/tls.crt parley doctor …",
        CheckCode.NoHubThere => "Correct --hub; behind a proxy, pass every path of the name on to the hub.",
        CheckCode.WebSocketBlocked => "Let the proxy pass on Upgrade and Connection, speak HTTP/1.1 to the hub, and wait 75 s for silence (docs/running-a-hub.md has the lines).",
        CheckCode.HubIncompatible => "Update the older of the two.",
        CheckCode.InLobby => "Come in by an invite: 'parley chat --join LINK'.",
        CheckCode.Banned => "On the hub's machine: 'parley hub admin unban DID' ('parley keys did' prints it).",
        CheckCode.NotListed => "On the hub's machine: 'parley hub admin allow DID' ('parley keys did' prints it).",
        CheckCode.ClockWrong => "Set both clocks by NTP.",
        CheckCode.AddressWrong => "Start the hub with --public-address and the address that people dial.",
        CheckCode.SignedOut => "Remove device.key from the folder to sign in again.",
        CheckCode.NotAdmitted => "Run the hub with --verbose; it says why.",
        CheckCode.NoSpace => "Make one with 'parley spaces create NAME', or come into one with 'parley chat --join LINK'.",
        CheckCode.NotMember => "Have an owner or admin of the space let you in again.",
        CheckCode.NoAnswer => "Update the hub and try again.",
        CheckCode.NoServers => "Start the hub with --turn, or with --turn-server and --turn-secret (docs/guides/calls.md).",
        CheckCode.NoTurn => "Start the hub with --turn, or with --turn-server and --turn-secret (docs/guides/calls.md).",
        CheckCode.ClockSkewed => "Set both clocks by NTP; credentials end too early or too late.",
        CheckCode.NoAddress => "Connect this device to a network.",
        CheckCode.ServerNameUnknown => "Correct the name in --turn-server or --stun-server, or have a DNS record made for it.",
        CheckCode.ServerRefuses => "Start coturn, and compare its listening-port, tls-listening-port and listening-ip with the address that the hub names.",
        CheckCode.ServerSilent => Port(finding.Step),
        CheckCode.ServerCertificateBad => "Give coturn (cert, pkey) a certificate for the name in --turn-server, with its chain, and renew it before it ends.",
        CheckCode.CredentialRefused => "Put the text of --turn-secret into coturn's static-auth-secret, with use-auth-secret, and restart coturn; set its clock by NTP.",
        CheckCode.CredentialEnded => "Set the hub's clock by NTP.",
        CheckCode.RelayForbidden => "Add allowed-peer-ip=<its relay-ip> to coturn's configuration.",
        CheckCode.ServerFull => "Raise user-quota or the range of min-port and max-port in coturn's configuration.",
        CheckCode.ServerFails => "Look into coturn's log for the time of this line.",
        CheckCode.RelayBroken => "Open the UDP ports from min-port to max-port in the firewalls; behind NAT set external-ip=PUBLIC/PRIVATE.",
        CheckCode.NotAllowed or CheckCode.NotFound or CheckCode.NotReadable or CheckCode.NotSupported or CheckCode.NoSignal => "Look at the system's settings for the device.",
    };

    private static string Port(CheckStep step) => step switch
    {
        CheckStep.TurnTcp => "Open its TCP port (3478 unless the address says another) in the firewalls.",
        CheckStep.TurnTls => "Open its TLS port (TCP, 443 or 5349) in the firewalls, and see that coturn has cert, pkey and tls-listening-port.",
        _ => "Open its UDP port (3478 unless the address says another) in the firewalls.",
    };

    private static string Ahead(TimeSpan? skew) => string.Create(
        CultureInfo.InvariantCulture, $"{Math.Abs(skew?.TotalSeconds ?? 0):0} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")}");
}
