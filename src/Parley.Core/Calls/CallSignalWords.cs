namespace Parley.Calls;

/// <summary>The words of the wire for closed sets; what is not on a list is ignored by the reader.</summary>
internal static class CallSignalWords
{
    public static string Of(HelloAsk ask) => ask switch
    {
        HelloAsk.Seat => "seat",
        HelloAsk.Release => "release",
        HelloAsk.Offer => "offer",
        HelloAsk.Restart => "restart",
        HelloAsk.Fresh => "fresh",
    };

    public static string Of(RejectReason why) => why switch
    {
        RejectReason.Full => "full",
        RejectReason.CameraFull => "camera-full",
        RejectReason.Busy => "busy",
    };

    public static HelloAsk? Ask(string text) => Find<HelloAsk>(text, Of);

    public static RejectReason? Why(string text) => Find<RejectReason>(text, Of);

    private static T? Find<T>(string text, Func<T, string> word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(word(value), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return null;
    }
}
