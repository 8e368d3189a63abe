using Parley.Access;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Admission;

/// <summary>
/// What somebody may do who proved who they are and is not let in: come in by an invite, and pair a device. Everything that the lobby allows
/// is said here; reading a log by the proof of an invite's secret (<c>parley.join/1</c>) is allowed to everybody and needs no word.
/// </summary>
internal static class Lobby
{
    private const string Why = "This hub takes people by invitation: come in by an invite's link first.";

    /// <summary>True for the topics to which somebody in the lobby may subscribe and publish.</summary>
    public static bool IsOpen(string topic) => PairingRule.Covers(topic);

    /// <summary>Refuses what somebody in the lobby may not offer: everything but their own admission.</summary>
    public static void Bound(Offered[] offers, string? did)
    {
        for (var i = 0; i < offers.Length; i++)
        {
            if (offers[i].Offer is { } offer && !IsOwnAdmission(offer, did))
            {
                offers[i] = new(null, offers[i].Hash, new(Refusal.NotAdmitted, null, Why, IsFinal: false));
            }
        }
    }

    private static bool IsOwnAdmission(Offer offer, string? did) =>
        offer.Shape is { IsOperation: true, OperationOf: { } domain }
        && offer.Change.Author.Value == did
        && MembershipOpReader.Read(offer.Change, domain, out var op).Refusal is null
        && op is AdmitOp;
}
