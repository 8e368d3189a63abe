using System.Text;
using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Replica;
using Parley.Storage;
using Parley.Store;
using Parley.Testing;

namespace Parley.Scenarios.Access;

/// <summary>The store, the logs and the one apply path of somebody, without a link: a test carries the changes itself, in the order it likes.</summary>
internal sealed class LoneReplica : IAsyncDisposable
{
    private readonly ISqlDriver _store;
    private readonly ReplicaLedger _ledger;
    private readonly NodeWriter _writer;

    private LoneReplica(Person person, ISqlDriver store, ReplicaLedger ledger, RoomBook rooms, Outbox outbox, Random random)
    {
        Person = person;
        Rooms = rooms;
        Outbox = outbox;
        _store = store;
        _ledger = ledger;
        _writer = new(store, ledger, person.Signer, random.NextBytes);
    }

    public Person Person { get; }

    public RoomBook Rooms { get; }

    public Outbox Outbox { get; }

    public ReplicaLedger Ledger => _ledger;

    public FailingDriver Disk => (FailingDriver)_store;

    /// <summary>While true the disk takes nothing.</summary>
    public bool DiskFails
    {
        get => Disk.Fails;
        set => Disk.Fails = value;
    }

    public PersonId Id => Person.Id;

    public static async Task<LoneReplica> OpenAsync(Person person, Random random, ISqlDriver? store = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        store = new FailingDriver(store ?? SqliteStore.InMemory());
        await StoreSchema.MigrateAsync(store, default);
        var clock = await LamportRow.LoadAsync(store, default);
        var rooms = await RoomBook.LoadAsync(store, default);
        var outbox = new Outbox(store, time);
        await outbox.LoadAsync(default);
        var ledger = new ReplicaLedger(new(store, SodiumSignatures.Instance, clock, rooms, outbox, new(), time), person.Id);
        await ledger.StartAsync(default);
        return new(person, store, ledger, rooms, outbox, random);
    }

    public MembershipLog? Log(NodeId domain) => _ledger.Logs.Find(domain);

    public async Task<string> ActAsync(MembershipCommand command) => (await _writer.ActAsync(command, null, default))[0].Value;

    public async Task<NodeId> SendAsync(NodeId channel, string text)
    {
        var draft = new NodeDraft
        {
            SchemaId = Schemas.ChatMessage,
            Properties = JsonValue.Object(("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of(text))),
        };
        return (await _writer.WriteAsync([draft], null, default))[0];
    }

    /// <summary>Writes many at once.</summary>
    public Task<IReadOnlyList<NodeId>> WriteAsync(params IReadOnlyList<NodeDraft> drafts) => _writer.WriteAsync(drafts, null, default);

    public Task RedactAsync(NodeId message) => _writer.WriteAsync(
        [new() { Node = message, SchemaId = Schemas.ChatMessage, Properties = JsonReader.Read("""{"content":"","redacted":true}""") }], null, default);

    public Task EditAsync(NodeId message, string text) => _writer.WriteAsync(
        [new() { Node = message, SchemaId = Schemas.ChatMessage, Properties = JsonValue.Object(("content", JsonValue.Of(text))) }], null, default);

    /// <summary>Takes changes as they would come over a wire, each in its home room.</summary>
    public Task<IReadOnlyList<Verdict>> ReceiveAsync(params IReadOnlyList<JsonValue> changes) => _ledger.ReceiveAsync(
        [.. changes.Select(change => new WireOffer(change, new(change["room"]!.Text!)))], new(FromHub: true), default);

    public Task<IReadOnlyList<Verdict>> ReceiveAsync(RoomId room, params IReadOnlyList<Change> changes) => ReceiveAsync([.. changes.Select(change => Wire(room, change))]);

    public static JsonValue Wire(RoomId room, Change change) => JsonReader.Read(Encoding.UTF8.GetString(ChangeWire.ToBytes(change, room)));

    /// <summary>Everything that is in the log here, wire form, with its home room.</summary>
    public async Task<IReadOnlyList<JsonValue>> ChangesAsync()
    {
        var answer = await _store.ReadAsync([new("SELECT wire FROM change_log ORDER BY seq")]);
        return [.. answer[0].Rows.Select(row => JsonReader.Read(Encoding.UTF8.GetString((byte[])row[0]!)))];
    }

    /// <summary>What a screen could show: id, properties and whether it failed, sorted.</summary>
    public async Task<IReadOnlyList<string>> VisibleAsync()
    {
        var answer = await _store.ReadAsync([new("SELECT id, properties, deleted, t, coalesce(refused, '') FROM node WHERE hidden = 0 ORDER BY id")]);
        return [.. answer[0].Rows.Select(row => string.Join(' ', row))];
    }

    public async Task<long> CountAsync(NodeId channel) =>
        (long)(await _store.ReadAsync([QuerySql.Count(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value))]))[0].Rows[0][0]!;

    public async Task<IReadOnlyList<string>> TextsAsync(NodeId channel)
    {
        var answer = await _store.ReadAsync([QuerySql.Find(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value))]);
        return [.. answer[0].Rows.Select(row => QuerySql.Read(row).Text("content")!)];
    }

    public async Task<Node?> FindAsync(NodeId node)
    {
        var answer = await _store.ReadAsync([QuerySql.Find(node)]);
        return answer[0].Rows.Count == 0 ? null : QuerySql.Read(answer[0].Rows[0]);
    }

    /// <summary>Who is or was in what, by the rows of the store.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync()
    {
        var answer = await _store.ReadAsync([new("SELECT domain, person, role, lower(hex(ended_by)) FROM member ORDER BY domain, person")]);
        return [.. answer[0].Rows.Select(row => string.Join(' ', row))];
    }

    /// <summary>The same by the logs.</summary>
    public IReadOnlyList<string> LogMembers() =>
    [
        .. _ledger.Logs.All.OrderBy(log => log.Domain.Value, StringComparer.Ordinal).SelectMany(log => log.Graph.EverSeated.OrderBy(person => person.Value, StringComparer.Ordinal)
            .Select(person => string.Join(' ', log.Domain, person, (long?)log.Now.AccessOf(person), log.EndOf(person) is { } end ? Convert.ToHexStringLower(end.Hash.ToBytes()) : ""))),
    ];

    public async Task<long> HeldAsync() => (long)(await _store.ReadAsync([new("SELECT count(*) FROM held")]))[0].Rows[0][0]!;

    public async ValueTask DisposeAsync()
    {
        _ledger.Dispose();
        await _store.DisposeAsync();
        await Person.DisposeAsync();
    }
}
