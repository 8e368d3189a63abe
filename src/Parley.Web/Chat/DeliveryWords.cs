using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>How far an own message has come, as a picture and a sentence.</summary>
/// <param name="State">The value of <c>data-delivery</c>: <c>local</c>, <c>stored</c> or <c>failed</c>.</param>
/// <param name="Icon">The icon's name.</param>
/// <param name="Sentence">What it means.</param>
public sealed record DeliveryWords(string State, string Icon, string Sentence)
{
    /// <summary>The words for a state and, where refused, the code.</summary>
    public static DeliveryWords For(Delivery delivery, string? code) => delivery switch
    {
        Delivery.Local => new("local", "clock", Strings.Delivery_Local),
        Delivery.Stored => new("stored", "check", Strings.Delivery_Stored),
        Delivery.Failed => new("failed", "circle-alert", Why(code)),
    };

    // The reasons that a person can do something about; the rest are named as they are.
    private static string Why(string? code) => Reasons.Find(code) switch
    {
        Reason.Unauthorized => Strings.Delivery_Forbidden,
        Reason.InvalidWallTime => Strings.Delivery_Clock,
        Reason.QuotaExceeded or Reason.StorageFull => Strings.Delivery_Quota,
        _ => Phrase.Of(Strings.Delivery_Refused, code ?? "?"),
    };
}
