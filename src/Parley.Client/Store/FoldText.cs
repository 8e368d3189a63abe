using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Store;

/// <summary>
/// What a node's fold knows beyond its create, as compact JSON: the distinct stamps once, for each property the number of its stamp,
/// losers that may still count, the stamp of delete or restore, and the last change. Null while the create is all there is.
/// </summary>
/// <example><code>{"w":[[7,1718641200000,"did:key:z6Mk…",1]],"p":{"channel":0,"content":0},"l":[7,"did:key:z6Mk…","cid:blake3:…"]}</code></example>
internal static class FoldText
{
    public static string? Write(NodeState state)
    {
        var root = state.Root;
        if (state.Last.Hash == root.Hash && state.DeletedStamp is null && state.Properties.Values.All(v => v.Rival is null && v.Stamp == Fresh(root)))
        {
            return null;
        }

        var stamps = new List<Stamp>();
        var properties = new List<KeyValuePair<string, JsonValue>>(state.Properties.Count);
        var rivals = new List<KeyValuePair<string, JsonValue>>();
        foreach (var (name, value) in state.Properties)
        {
            properties.Add(new(name, JsonValue.Of(IndexOf(stamps, value.Stamp))));
            if (value.Rival is { } rival)
            {
                rivals.Add(new(name, JsonValue.Array([JsonValue.Of(IndexOf(stamps, rival.Stamp)), rival.Value])));
            }
        }

        var deleted = state.DeletedStamp is { } stamp ? JsonValue.Of(IndexOf(stamps, stamp)) : null;
        return CanonicalJson.ToText(JsonValue.Object(
            ("w", JsonValue.Array([.. stamps.Select(OfStamp)])), ("p", JsonValue.Object(properties)),
            ("r", rivals.Count == 0 ? null : JsonValue.Object(rivals)), ("d", deleted),
            ("l", JsonValue.Array([JsonValue.Of(state.Last.Lamport), JsonValue.Of(state.Last.Author.Value), JsonValue.Of(state.Last.Hash.ToString())]))));
    }

    public static NodeState Read(NodeId node, NodeRoot root, string? text, JsonValue values, bool isDeleted, long updatedAt)
    {
        var properties = new Dictionary<string, StampedValue>(values.Members.Count, StringComparer.Ordinal);
        if (text is null)
        {
            foreach (var (name, value) in values.Members)
            {
                properties[name] = new(value, Fresh(root));
            }

            return new(node, root, properties, isDeleted, null, updatedAt, new(root.Lamport, root.Author, root.Hash));
        }

        var fold = JsonReader.Read(text);
        var stamps = fold["w"]!.Items.Select(StampOf).ToArray();
        foreach (var (name, value) in values.Members)
        {
            var rival = fold["r"]?[name]?.Items is [{ } index, { } lost] ? new PropertyWrite(lost, stamps[(int)index.Integer!]) : null;
            properties[name] = new(value, stamps[(int)fold["p"]![name]!.Integer!], rival);
        }

        var last = fold["l"]!.Items;
        return new(
            node, root, properties, isDeleted, fold["d"]?.Integer is { } deleted ? stamps[deleted] : null, updatedAt,
            new(last[0].Integer!.Value, PersonId.Parse(last[1].Text!), ChangeHash.Parse(last[2].Text!)));
    }

    // The stamp of everything that the create wrote, of the format that nearly every create has.
    private static Stamp Fresh(NodeRoot root) => new(root.Lamport, root.WallTime, root.Author, Keyed: true);

    private static JsonValue OfStamp(Stamp stamp) => JsonValue.Array(
        [JsonValue.Of(stamp.Lamport), JsonValue.Of(stamp.WallTime), JsonValue.Of(stamp.Author.Value), JsonValue.Of(stamp.Keyed ? 1 : 0)]);

    private static Stamp StampOf(JsonValue stamp) =>
        new(stamp.Items[0].Integer!.Value, stamp.Items[1].Integer!.Value, PersonId.Parse(stamp.Items[2].Text!), stamp.Items[3].Integer == 1);

    private static int IndexOf(List<Stamp> stamps, Stamp stamp)
    {
        var index = stamps.IndexOf(stamp);
        if (index < 0)
        {
            index = stamps.Count;
            stamps.Add(stamp);
        }

        return index;
    }
}
