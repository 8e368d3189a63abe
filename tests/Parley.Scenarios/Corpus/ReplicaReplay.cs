using System.Text;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Replica;
using Parley.Storage;
using Parley.Store;

namespace Parley.Scenarios.Corpus;

/// <summary>Gives a replica's recorded input to the ledger of today, over an empty store in memory.</summary>
internal sealed class ReplicaReplay : IStreamReplay
{
    private const string Import = nameof(Import);

    private readonly SqliteStore _store = SqliteStore.InMemory();
    private readonly SetTime _time = new();
    private readonly List<string> _verdicts = [];
    private PersonId _me;
    private RoomBook _rooms = new();
    private ReplicaLedger? _ledger;

    public async Task StepAsync(CorpusStream stream, JsonValue step)
    {
        _time.Set((step["at"] ?? step["open"])!.Integer!.Value);
        if (step["me"]?.Text is { } me)
        {
            await OpenAsync(PersonId.Parse(me));
            return;
        }

        foreach (var room in step["read"]?.Items ?? [])
        {
            _rooms.Follow([room.Text!]);
            _rooms.Learn(new RoomReading(room.Text!, 0, null, CaughtUp: true, _rooms[room.Text!].Begun));
        }

        if (step["offers"] is { } offers)
        {
            var isFromHub = step["way"]!.Text != Import;
            var verdicts = await _ledger!.ReceiveAsync(
                [.. offers.Items.Select(offer => new WireOffer(JsonReader.Read(stream.Wire(offer.Items[0])), new(offer.Items[1].Text!)))], new(FromHub: isFromHub), default);
            _verdicts.AddRange(verdicts.Select(Say));
        }
        else if (step["own"] is { } own)
        {
            using var entered = await _ledger!.EnterAsync(default);
            using var turn = await _ledger.DraftAsync(default);
            var changes = own.Items.Select(wire => ChangeWire.FromTrustedBytes(Encoding.UTF8.GetBytes(stream.Wire(wire)))).ToList();
            turn.Transaction.Append([.. changes.Select(change => Offered.Of(new(change, null, null, Way.Own)))]);
            await turn.RunAsync(questions => turn.Reads.Timeline.Ask(changes, questions), default);
            await _ledger.CommitOwnAsync(turn, default, default);
        }

        while (await _ledger!.ContinueAsync(default))
        {
            // What came due with it.
        }
    }

    public async Task<CorpusTables> TablesAsync()
    {
        var tables = await ReplicaTables.ReadAsync(_store, _ledger!.Logs);
        tables.Log("verdict", _verdicts);
        return tables;
    }

    public async ValueTask DisposeAsync()
    {
        _ledger?.Dispose();
        await _store.DisposeAsync();
    }

    private async Task OpenAsync(PersonId me)
    {
        _me = me;
        _ledger?.Dispose();
        await StoreSchema.MigrateAsync(_store, default);
        _rooms = await RoomBook.LoadAsync(_store, default);
        var outbox = new Outbox(_store, _time);
        _ledger = new(new(_store, SodiumSignatures.Instance, await LamportRow.LoadAsync(_store, default), _rooms, outbox, new(), _time), _me);
        await outbox.LoadAsync(default);
        await _ledger.StartAsync(default);
    }

    private static string Say(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "accepted",
        Verdict.Duplicate => "duplicate",
        Verdict.Held held => $"held {held.Why}",
        Verdict.Refused refused => $"refused {refused.Code}",
        _ => throw new InvalidOperationException("There is no other verdict."),
    };
}
