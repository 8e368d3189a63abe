using System.Reflection;
using Parley.Hub;
using Parley.Json;

namespace Parley.Scenarios.Corpus;

/// <summary>What of a hub's options its engine goes by, as far as it is not the default.</summary>
internal static class HubSettings
{
    private static readonly PropertyInfo[] Limits = [.. typeof(HubLimits).GetProperties().Where(static p => p.CanWrite)];

    public static JsonValue ToJson(HubOptions options)
    {
        var usual = new HubLimits();
        return JsonValue.Object(
        [
            ("open", options.Open ? JsonValue.True : null),
            ("commons", options.Commons ? JsonValue.True : null),
            .. Limits.Where(limit => !Equals(limit.GetValue(options.Limits), limit.GetValue(usual)))
                .Select(limit => (limit.Name, (JsonValue?)JsonValue.Of(Convert.ToInt64(limit.GetValue(options.Limits), null)))),
        ]);
    }

    /// <summary>The options that were written down. A limit that is no more is passed over.</summary>
    public static HubOptions Read(JsonValue json)
    {
        var options = new HubOptions { Open = json["open"] is not null, Commons = json["commons"] is not null };
        foreach (var limit in Limits)
        {
            if (json[limit.Name]?.Integer is { } value)
            {
                limit.SetValue(options.Limits, Convert.ChangeType(value, limit.PropertyType, null));
            }
        }

        return options;
    }
}
