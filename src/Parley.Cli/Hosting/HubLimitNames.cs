using System.Globalization;
using Parley.Cli.Terminal;
using Parley.Hub;

namespace Parley.Cli.Hosting;

/// <summary>The hub's limits by the names they have on the command line.</summary>
internal static class HubLimitNames
{
    private static readonly Dictionary<string, (long Max, Action<HubLimits, long> Set)> Limits = new(StringComparer.Ordinal)
    {
        ["connections"] = (int.MaxValue, (l, v) => l.ConnectionsMax = (int)v),
        ["frame-bytes"] = (int.MaxValue, (l, v) => l.FrameBytesMax = (int)v),
        ["frames-per-second"] = (int.MaxValue, (l, v) => l.FramesPerSecondMax = (int)v),
        ["changes-per-second"] = (int.MaxValue, (l, v) => l.ChangesPerSecondMax = (int)v),
        ["violations"] = (int.MaxValue, (l, v) => l.ViolationsMax = (int)v),
        ["queue-bytes"] = (int.MaxValue, (l, v) => l.QueueBytesMax = (int)v),
        ["batch-changes"] = (int.MaxValue, (l, v) => l.BatchChangesMax = (int)v),
        ["page-changes"] = (int.MaxValue, (l, v) => l.PageChangesMax = (int)v),
        ["topics"] = (int.MaxValue, (l, v) => l.TopicsMax = (int)v),
        ["wall-time-lead-ms"] = (long.MaxValue, (l, v) => l.WallTimeLeadMsMax = v),
        ["idle-ms"] = (int.MaxValue, (l, v) => l.IdleMsMax = (int)v),
        ["awareness-per-second"] = (int.MaxValue, (l, v) => l.AwarenessPerSecondMax = (int)v),
        ["awareness-per-minute"] = (int.MaxValue, (l, v) => l.AwarenessPerMinuteMax = (int)v),
        ["call-signal-bytes"] = (int.MaxValue, (l, v) => l.CallSignalBytesMax = (int)v),
        ["held-per-member"] = (int.MaxValue, (l, v) => l.HeldPerMemberMax = (int)v),
        ["held-by-others"] = (int.MaxValue, (l, v) => l.HeldByOthersMax = (int)v),
        ["held-by-others-bytes"] = (long.MaxValue, (l, v) => l.HeldByOthersBytesMax = v),
        ["held-by-others-each"] = (int.MaxValue, (l, v) => l.HeldByOthersEachMax = (int)v),
        ["operations"] = (int.MaxValue, (l, v) => l.OperationsMax = (int)v),
        ["operations-per-member"] = (int.MaxValue, (l, v) => l.OperationsPerMemberMax = (int)v),
        ["log-bytes-kept"] = (long.MaxValue, (l, v) => l.LogBytesKeptMax = v),
        ["knocks-per-hour"] = (int.MaxValue, (l, v) => l.KnocksPerHourMax = (int)v),
        ["knocks-per-door"] = (int.MaxValue, (l, v) => l.KnocksPerDoorMax = (int)v),
        ["page-bytes"] = (int.MaxValue, (l, v) => l.PageBytesMax = (int)v),
        ["author-bytes"] = (long.MaxValue, (l, v) => l.AuthorBytesMax = v),
        ["author-changes"] = (long.MaxValue, (l, v) => l.AuthorChangesMax = v),
        ["connections-per-person"] = (int.MaxValue, (l, v) => l.ConnectionsPerPersonMax = (int)v),
        ["spaces-per-person"] = (int.MaxValue, (l, v) => l.SpacesPerPersonMax = (int)v),
    };

    /// <summary>All names, for help.</summary>
    public static IEnumerable<string> All => Limits.Keys;

    /// <summary>Sets the limits given as <c>name=number</c>. Throws a usage <see cref="CliException"/> that names the wrong one.</summary>
    public static void Apply(HubLimits limits, IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? assignment : assignment[..equals];
            if (!Limits.TryGetValue(name, out var limit))
            {
                var close = Spelling.Closest(name, Limits.Keys) is { } known ? $" (did you mean {known}?)" : "";
                throw CliException.Usage($"--limit knows no '{name}'{close}");
            }

            if (equals < 0
                || !long.TryParse(assignment.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value < 1 || value > limit.Max)
            {
                throw CliException.Usage($"--limit {name} takes a whole number from 1 to {limit.Max}, as {name}=NUMBER");
            }

            limit.Set(limits, value);
        }
    }
}
