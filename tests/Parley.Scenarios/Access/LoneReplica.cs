using System.Text;
using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
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
    private readonly ApplyPath _apply;
    private readonly NodeWriter _writer;

    private LoneReplica(Person person, ISqlDriver store, ApplyPath apply, Random random)
    {
        Person = person;
        _store = store;
        _apply = apply;
        _writer = new(store, apply, person.Signer, random.NextBytes);
    }

    public Person Person { get; }

    /// <summary>While true the disk takes nothing.</summary>
    public bool DiskFails
    {
        get => ((FailingDriver)_store).Fails;
        set => ((FailingDriver)_store).Fails = value;
    }

    public PersonId Id => Person.Id;

    public static async Task<LoneReplica> OpenAsync(Person person, Random random, ISqlDriver? store = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        store = new FailingDriver(store ?? SqliteStore.InMemory());
        await StoreSchema.MigrateAsync(store, default);
        var clock = await LamportClock.LoadAsync(store, default);
        var rooms = await RoomBook.LoadAsync(store, default);
        var memberships = new MembershipBook(store, SodiumSignatures.Instance, person.Id);
        var apply = new ApplyPath(
            store, new(SodiumSignatures.Instance), clock, rooms, memberships, new(store, time), new(store, rooms), new(), time);
        await apply.SettleWaitingAsync(default);
        return new(person, store, apply, random);
    }

    public MembershipLog? Log(NodeId domain) => _apply.Memberships.Find(domain);

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
    public Task<NodeVerdict[]> ReceiveAsync(params IReadOnlyList<JsonValue> changes) => _apply.ReceiveAsync(
        [.. changes.Select(change => new WireOffer(change, new(change["room"]!.Text!)))], default, default);

    public Task<NodeVerdict[]> ReceiveAsync(RoomId room, Change change) =>
        ReceiveAsync(JsonReader.Read(Encoding.UTF8.GetString(ChangeWire.ToBytes(change, room))));

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

    public async Task<long> HeldAsync() => (long)(await _store.ReadAsync([new("SELECT count(*) FROM held")]))[0].Rows[0][0]!;

    public async ValueTask DisposeAsync()
    {
        _apply.Dispose();
        await _store.DisposeAsync();
        await Person.DisposeAsync();
    }
}
