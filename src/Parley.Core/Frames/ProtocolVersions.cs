using Parley.Json;

namespace Parley.Frames;

/// <summary>The versions we speak and how two peers find one they share.</summary>
internal static class ProtocolVersions
{
    /// <summary>The umbrella version.</summary>
    public const string Umbrella = "xnet/1.0";

    /// <summary>The integer version of the hub handshake.</summary>
    public const int Handshake = 1;

    /// <summary>The umbrella versions we speak, newest first.</summary>
    public static IReadOnlyList<string> Supported { get; } = [Umbrella];

    /// <summary>What the umbrella version stands for, part by part (docs/protocol.md, versions).</summary>
    public static JsonValue Bundle { get; } = JsonValue.Object(
        ("id", JsonValue.Of(Umbrella)),
        ("dataModel", JsonValue.Of(1)),
        ("change", JsonValue.Of(Nodes.Change.ProtocolVersionCurrent)),
        ("syncEnvelope", JsonValue.Of(YjsEnvelope.Version)),
        ("awareness", JsonValue.Of(1)),
        ("schema", JsonValue.Of("1.0.0")),
        ("cryptoLevel", JsonValue.Of(0)),
        ("ucan", JsonValue.Of("1.0")));

    /// <summary>The newest of <paramref name="ours"/> (newest first) that is in <paramref name="theirs"/>, or null.</summary>
    public static string? Negotiate(IReadOnlyList<string> ours, IReadOnlyList<string> theirs) =>
        ours.FirstOrDefault(version => theirs.Contains(version, StringComparer.Ordinal));

    /// <summary>The handshake rule for integer versions: null when compatible, else <c>upgrade-client</c> or <c>upgrade-hub</c>.</summary>
    public static string? Mismatch(int clientVersion, int clientMinVersion)
    {
        var agreed = Math.Min(Handshake, clientVersion);
        var needed = Math.Max(Handshake, clientMinVersion);
        return agreed >= needed ? null : clientVersion < Handshake ? "upgrade-client" : "upgrade-hub";
    }
}
