using Parley.Access;
using Parley.Hub.Sync;
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
    public static void Bound(Offer[] offers, string? did)
    {
        foreach (var offer in offers)
        {
            if (offer.Outcome != OfferOutcome.Refused && !IsOwnAdmission(offer, did))
            {
                offer.Refuse(Refusal.NotAdmitted, Why);
            }
        }
    }

    private static bool IsOwnAdmission(Offer offer, string? did) =>
        offer is { IsOperation: true, Change: { } change, OperationOf: { } domain }
        && change.Author.Value == did
        && MembershipOpReader.Read(change, domain, out var op).Refusal is null
        && op is AdmitOp;
}
