using Parley.Chat;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Store;

/// <summary>A materialised node as it stands in the store: its state, its room and its place in the timeline.</summary>
/// <param name="State">The fold of its changes.</param>
/// <param name="Room">Its home room.</param>
/// <param name="RootIndex">The batch index of its create.</param>
/// <param name="T">The time of its timeline position.</param>
/// <param name="After">The node that its create names as <c>parley:after</c>.</param>
/// <param name="Awaits">The same node while it is not here.</param>
/// <param name="Late">It arrived above something that was here already.</param>
/// <param name="Hidden">Its author had no right to make it: kept, and not shown.</param>
/// <param name="Refused">Why this person's latest change to it does not count.</param>
internal sealed record NodeRow(
    NodeState State, RoomId Room, int RootIndex, long T, string? After, string? Awaits, bool Late, bool Hidden = false, string? Refused = null)
{
    /// <summary>The columns that <see cref="Read"/> wants, in its order.</summary>
    public const string Columns =
        "id, schema, room, created_by, created_at, root_hash, root_lamport, root_index, proven, deleted, properties, updated_at, folded, t, after_node, awaits, late, hidden, refused";

    private const string Upsert =
        $"""
        INSERT INTO node ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
        ON CONFLICT (id) DO UPDATE SET
          schema = ?2, room = ?3, created_by = ?4, created_at = ?5, root_hash = ?6, root_lamport = ?7, root_index = ?8, proven = ?9, deleted = ?10,
          properties = ?11, updated_at = ?12, folded = ?13, t = ?14, after_node = ?15, awaits = ?16, late = ?17, hidden = ?18, refused = ?19
        """;

    /// <summary>Where it stands.</summary>
    public TimelinePosition Position => new(T, State.Root.Author, RootIndex, State.Root.Hash);

    /// <summary>The channel it belongs to, where it says one.</summary>
    public string? Channel => State["channel"]?.Text;

    public static NodeRow Read(object?[] row)
    {
        var root = new NodeRoot(new((byte[])row[5]!), PersonId.Parse((string)row[3]!), (long)row[4]!, (long)row[6]!, (string)row[1]!, (long)row[8]! == 1);
        var state = FoldText.Read(
            new((string)row[0]!), root, (string?)row[12], JsonReader.Read((string)row[10]!), (long)row[9]! == 1, (long)row[11]!);
        return new(state, new((string)row[2]!), (int)(long)row[7]!, (long)row[13]!, (string?)row[14], (string?)row[15], (long)row[16]! == 1,
            (long)row[17]! == 1, (string?)row[18]);
    }

    public SqlStatement ToUpsert()
    {
        var root = State.Root;
        return new(
            Upsert, State.Id.Value, root.SchemaId, Room.Value, root.Author.Value, root.WallTime, root.Hash.ToBytes(), root.Lamport, (long)RootIndex,
            root.Proven ? 1L : 0L, State.Deleted ? 1L : 0L, CanonicalJson.ToText(State.ToJson()), State.UpdatedAt, FoldText.Write(State),
            T, After, Awaits, Late ? 1L : 0L, Hidden ? 1L : 0L, Refused);
    }
}
