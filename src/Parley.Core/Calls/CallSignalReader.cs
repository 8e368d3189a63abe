using System.Diagnostics.CodeAnalysis;
using Parley.Json;

namespace Parley.Calls;

/// <summary>Reads the <c>data</c> of a <c>publish</c> frame on a call's topic. Unknown members are ignored.</summary>
internal static class CallSignalReader
{
    /// <summary>The longest session description that is read, in UTF-16 units.</summary>
    public const int SdpLengthMax = 131_072;

    /// <summary>The most canonical bytes of a candidate.</summary>
    public const int CandidateBytesMax = 4_096;

    /// <summary>The most seats of a roster that are read.</summary>
    public const int RosterMax = 64;

    /// <summary>False on a kind, a word or a shape that this implementation does not know. Never throws.</summary>
    public static bool TryRead(JsonValue data, [NotNullWhen(true)] out CallSignal? signal)
    {
        ArgumentNullException.ThrowIfNull(data);
        var fields = new FieldReader(data);
        signal = Read(ref fields, data);
        if (fields.Why is not null)
        {
            signal = null;
        }

        return signal is not null;
    }

    private static CallSignal? Read(ref FieldReader fields, JsonValue data)
    {
        if (!SessionId.TryParse(data["from"]?.Text, out var from) || !TryTo(data["to"], out var to))
        {
            return null;
        }

        // Strings of the wire are open; everything this reader does not know is answered with null.
        return (data["kind"]?.Text, to) switch
        {
            ("announce", _) => new AnnounceSignal(from, fields.Text("did"), Media(ref fields), fields.OptionalCount("claim")),
            ("welcome", { } t) when TryRoster(data, out var roster) =>
                new WelcomeSignal(from, t, fields.Text("did"), Media(ref fields), fields.OptionalCount("claim"), roster, CallStory.TryRead(data["call"])),
            ("offer", { } t) => new OfferSignal(from, t, fields.Text("sdp", SdpLengthMax), fields.OptionalCount("round"), data["fresh"]?.Boolean ?? true),
            ("answer", { } t) => new AnswerSignal(from, t, fields.Text("sdp", SdpLengthMax), fields.OptionalCount("round")),
            ("ice", { } t) when Candidate(ref fields) is { } candidate => new IceSignal(from, t, candidate, fields.OptionalCount("round")),
            ("decline", _) => new DeclineSignal(from, fields.Text("did")),
            ("leave", _) => new LeaveSignal(from, fields.OptionalCount("seq")),
            ("hello", _) when CallSignalWords.Ask(fields.Text("ask")) is { } ask =>
                new HelloSignal(from, to, fields.Text("did"), Media(ref fields), ask, fields.Count("claim")),
            ("reject", { } t) when CallSignalWords.Why(fields.Text("why")) is { } why && TryTo(data["rival"], out var rival) =>
                new RejectSignal(from, t, fields.Count("claim"), why, rival),
            ("media", _) => new MediaSignal(from, Media(ref fields), fields.Count("seq"), fields.Count("claim")),
            ("lease", _) when TryRoster(data, out var roster) =>
                new LeaseSignal(from, fields.Text("did"), Media(ref fields), fields.Count("seq"), fields.Count("claim"), roster ?? [], CallStory.TryRead(data["call"])),
            _ => null,
        };
    }

    private static bool TryTo(JsonValue? value, out SessionId? to)
    {
        var isNone = value is null or { IsNull: true };
        to = !isNone && SessionId.TryParse(value!.Text, out var session) ? session : null;
        return isNone || to is not null;
    }

    private static CallMedia Media(ref FieldReader fields)
    {
        var media = fields.Object("media");
        return new(Is("audio"), Is("video"), Is("screen"), Is("hand"), Is("speaking"));

        bool Is(string name) => media[name]?.Boolean ?? false;
    }

    private static JsonValue? Candidate(ref FieldReader fields)
    {
        var candidate = fields.Object("candidate");
        return CanonicalJson.ToBytes(candidate).Length <= CandidateBytesMax ? candidate : null;
    }

    private static bool TryRoster(JsonValue data, out IReadOnlyList<SeatEntry>? roster)
    {
        roster = null;
        if (data["roster"] is not { IsNull: false } value)
        {
            return true;
        }

        if (value.Kind != JsonKind.Array || value.Items.Count > RosterMax)
        {
            return false;
        }

        var seats = new SeatEntry[value.Items.Count];
        for (var i = 0; i < seats.Length; i++)
        {
            var item = value.Items[i];
            if (!SessionId.TryParse(item["id"]?.Text, out var session))
            {
                return false;
            }

            seats[i] = new(session, item["video"]?.Boolean ?? false, item["reference"]?.Boolean ?? false);
        }

        roster = seats;
        return true;
    }
}
