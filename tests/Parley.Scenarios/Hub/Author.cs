using Parley.Frames;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Scenarios.Hub;

/// <summary>A person who signs changes for tests about the wire.</summary>
internal sealed class Author
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte>> Names = new(static () =>
        Enumerable.Range(0, 256).ToDictionary(static seed => new Author((byte)seed).Did, static seed => (byte)seed, StringComparer.Ordinal));

    private readonly byte[] _seed = new byte[32];
    private readonly string _name;
    private long _lamport;
    private int _count;

    public Author(byte seed, long wallTime = 1_700_000_000_000)
    {
        _seed.AsSpan().Fill(seed);
        using var signer = new SodiumSigner(_seed);
        Person = signer.Person;
        _name = $"{seed:x2}";
        WallTime = wallTime;
    }

    /// <summary>The author of a DID: one byte names each of them.</summary>
    public static Author Of(string did) => new(Names.Value[did]);

    public PersonId Person { get; }

    public string Did => Person.Value;

    public long WallTime { get; set; }

    /// <summary>A message in a channel, with an id that proves its author.</summary>
    public Change Message(string channel, string text) => Create(Schemas.ChatMessage, ("channel", JsonValue.Of(channel)), ("content", JsonValue.Of(text)));

    /// <summary>A node with an id that proves its author.</summary>
    public Change Create(string schema, params (string Name, JsonValue Value)[] properties)
    {
        var id = NextId();
        return Sign(Fields(id, NodeProof.IdFor(Person, id), schema, parent: null, properties));
    }

    /// <summary>A node with a random id, as reference clients make them.</summary>
    public Change CreateUnproven(string node, string schema, params (string Name, JsonValue Value)[] properties) =>
        Sign(Fields(NextId(), new(node), schema, parent: null, properties));

    /// <summary>An update that says nothing about where its node lives, as reference clients write them.</summary>
    public Change BareUpdate(NodeId node, params (string Name, JsonValue Value)[] properties) =>
        Sign(Fields(NextId(), node, schema: null, parent: "cid:blake3:" + new string('0', 64), properties));

    public ChangeFields Fields(string id, NodeId node, string? schema, string? parent, params (string Name, JsonValue Value)[] properties) =>
        new(id, new(node, schema, JsonValue.Object([.. properties.Select(static p => KeyValuePair.Create(p.Name, p.Value))]), null), parent, Person, WallTime, ++_lamport);

    public Change Sign(ChangeFields fields)
    {
        var draft = new ChangeDraft(fields);
        return draft.Complete(Sign(draft.BytesToSign));
    }

    public UcanToken Sign(UcanDraft draft) => draft.Complete(Sign(draft.BytesToSign));

    public byte[] Sign(ReadOnlyMemory<byte> message)
    {
        using var signer = new SodiumSigner(_seed);
        // Signing in memory completes at once.
        return signer.SignAsync(new[] { message }).AsTask().GetAwaiter().GetResult()[0];
    }

    public string NextId() => $"change-{_name}-{++_count}";

    public static byte[] Frame(Change change, string? room = null, string? topic = null)
    {
        var offered = room ?? HomeRoom.Of(change)!.Value.Value;
        return ClientFrames.NodeChange(new(topic ?? offered), new(offered), ChangeWire.ToBytes(change, new(offered)));
    }

    public static byte[] Batch(string room, params Change[] changes) =>
        ClientFrames.NodeChangeBatch(new(room), new(room), [.. changes.Select(c => (ReadOnlyMemory<byte>)ChangeWire.ToBytes(c, new(room)))]);
}
