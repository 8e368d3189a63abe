using Parley.Storage;

namespace Parley.Views;

/// <summary>What a commit touched: the signal on which live questions are asked again.</summary>
/// <param name="Schemas">The schemas of the touched nodes; null means any.</param>
/// <param name="Rooms">Their home rooms; null means any.</param>
/// <param name="Nodes">The nodes; null where they are too many to name, which means any.</param>
internal sealed record Advance(IReadOnlySet<string>? Schemas, IReadOnlySet<string>? Rooms, IReadOnlySet<string>? Nodes)
{
    /// <summary>Anything may have changed: another tab leads now, and what the last one said last may be lost.</summary>
    public static Advance Everything { get; } = new(null, null, null);

    /// <summary>Stands among the schemas where memberships changed; the nodes are then the domains.</summary>
    public const string MembershipSchema = "parley:membership";

    /// <summary>More touched nodes than this are not named.</summary>
    public const int NodesMax = 256;

    /// <summary>True where nodes of the schema may have changed.</summary>
    public bool TouchesSchema(string schema) => Schemas?.Contains(schema) ?? true;

    /// <summary>True where nodes of the room may have changed.</summary>
    public bool TouchesRoom(string room) => Rooms?.Contains(room) ?? true;

    /// <summary>True where the node may have changed.</summary>
    public bool TouchesNode(string node) => Nodes?.Contains(node) ?? true;

    /// <summary>From the touched nodes as rows of id, schema and room; null if there are none.</summary>
    public static Advance? Of(SqlResult touched) => touched.Rows.Count == 0
        ? null
        : Of(touched.Rows.Select(row => ((string)row[0]!, (string)row[1]!, (string)row[2]!)));

    /// <summary>From the touched nodes: id, schema and room of each.</summary>
    public static Advance Of(IEnumerable<(string Node, string Schema, string Room)> touched)
    {
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        var schemas = new HashSet<string>(StringComparer.Ordinal);
        var rooms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (node, schema, room) in touched)
        {
            nodes.Add(node);
            schemas.Add(schema);
            rooms.Add(room);
        }

        return new(schemas, rooms, nodes.Count > NodesMax ? null : nodes);
    }
}

/// <summary>Hands advances to whoever listens in this program.</summary>
internal sealed class AdvanceSignal
{
    private readonly Lock _gate = new();
    private Action<Advance>[] _listeners = [];

    /// <summary>Calls <paramref name="listener"/> after each commit until the result is disposed. It must return at once.</summary>
    public IDisposable Listen(Action<Advance> listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return new Listening(this, listener);
    }

    public void Raise(Advance advance)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            listener(advance);
        }
    }

    private sealed class Listening(AdvanceSignal signal, Action<Advance> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (signal._gate)
            {
                var index = Array.IndexOf(signal._listeners, listener);
                if (index >= 0)
                {
                    signal._listeners = [.. signal._listeners[..index], .. signal._listeners[(index + 1)..]];
                }
            }
        }
    }
}
