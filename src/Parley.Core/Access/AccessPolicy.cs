using Parley.Ids;
using Parley.Json;

namespace Parley.Access;

/// <summary>What a newcomer may read of the time before, from mild to strict.</summary>
public enum HistorySharing
{
    /// <summary>Everything.</summary>
    Shared,
    /// <summary>From joining on.</summary>
    FromJoin,
}

/// <summary>Rules of a domain: what one operation sets, or what all of them come to. A null is not set.</summary>
public sealed record AccessPolicy
{
    /// <summary>The most keys that one operation may set.</summary>
    public const int KeysMax = 16;

    /// <summary>Nothing set.</summary>
    public static AccessPolicy Empty { get; } = new();

    /// <summary>The least role that may write messages (<c>post</c>). Unset: member.</summary>
    public AccessRole? Post { get; init; }

    /// <summary>What newcomers may read (<c>hist</c>).</summary>
    public HistorySharing? History { get; init; }

    /// <summary>Days after which keys are renewed (<c>rotDays</c>); fewer is stricter.</summary>
    public int? RotationDays { get; init; }

    /// <summary>Messages after which keys are renewed (<c>maxMsgs</c>); fewer is stricter.</summary>
    public int? MessagesMax { get; init; }

    /// <summary>Whether mention tags help push (<c>pushTags</c>); off is stricter.</summary>
    public bool? PushTags { get; init; }

    /// <summary>The least client version (<c>minClient</c>); more is stricter.</summary>
    public int? MinClient { get; init; }

    /// <summary>The cipher suite (<c>suite</c>); more is stricter.</summary>
    public int? Suite { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> gives. Null where a key or value is unknown.</summary>
    public static AccessPolicy? Read(JsonValue? set) => TryRead(set);

    /// <summary>Reads the field <c>set</c>. Null where a key or value is unknown.</summary>
    internal static AccessPolicy? TryRead(JsonValue? set)
    {
        if (set is not { Kind: JsonKind.Object, Members.Count: <= KeysMax })
        {
            return null;
        }

        var policy = Empty;
        foreach (var (key, value) in set.Members)
        {
            var read = key switch
            {
                "post" when AccessRoles.TryParse(value.Text, out var role) => policy with { Post = role },
                "hist" when value.Text is "shared" => policy with { History = HistorySharing.Shared },
                "hist" when value.Text is "join" => policy with { History = HistorySharing.FromJoin },
                "pushTags" when value.Text is "on" or "off" => policy with { PushTags = value.Text == "on" },
                "rotDays" when Count(value) is { } days => policy with { RotationDays = days },
                "maxMsgs" when Count(value) is { } messages => policy with { MessagesMax = messages },
                "minClient" when Count(value) is { } version => policy with { MinClient = version },
                "suite" when Count(value) is { } suite => policy with { Suite = suite },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }

            policy = read;
        }

        return policy;
    }

    /// <summary>The field <c>set</c>, keys in a fixed order.</summary>
    public JsonValue ToJson() => JsonValue.Object(
        ("post", Post is { } post ? JsonValue.Of(post.Code()) : null),
        ("hist", History is { } history ? JsonValue.Of(history == HistorySharing.Shared ? "shared" : "join") : null),
        ("rotDays", Number(RotationDays)),
        ("maxMsgs", Number(MessagesMax)),
        ("pushTags", PushTags is { } tags ? JsonValue.Of(tags ? "on" : "off") : null),
        ("minClient", Number(MinClient)),
        ("suite", Number(Suite)));

    /// <summary>
    /// What operations come to: of every key, the settings that no other setting of that key has in its past; of those, the strictest.
    /// </summary>
    /// <param name="settings">The effective settings.</param>
    /// <param name="policyOf">What one sets.</param>
    /// <param name="replaces">True when the first setting knew the second.</param>
    internal static AccessPolicy Resolve<T>(IReadOnlyList<T> settings, Func<T, AccessPolicy> policyOf, Func<T, T, bool> replaces)
    {
        return new()
        {
            Post = (AccessRole?)Strictest(p => (int?)p.Post),
            History = (HistorySharing?)Strictest(p => (int?)p.History),
            RotationDays = -Strictest(p => -p.RotationDays),
            MessagesMax = -Strictest(p => -p.MessagesMax),
            PushTags = Strictest(p => p.PushTags is { } on ? (on ? 0 : 1) : null) is { } off ? off == 0 : null,
            MinClient = Strictest(p => p.MinClient),
            Suite = Strictest(p => p.Suite),
        };

        int? Strictest(Func<AccessPolicy, int?> strictness)
        {
            int? best = null;
            foreach (var setting in settings)
            {
                if (strictness(policyOf(setting)) is { } value && (best is null || value > best)
                    && !settings.Any(other => strictness(policyOf(other)) is not null && replaces(other, setting)))
                {
                    best = value;
                }
            }

            return best;
        }
    }

    private static int? Count(JsonValue value) => value.Integer is >= 1 and <= int.MaxValue and var count ? (int)count : null;

    private static JsonValue? Number(int? value) => value is { } number ? JsonValue.Of(number) : null;
}
