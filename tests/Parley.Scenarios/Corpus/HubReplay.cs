using Microsoft.Extensions.Logging.Abstractions;
using Parley.Hub;
using Parley.Hub.Access;
using Parley.Hub.Admission;
using Parley.Hub.Calls;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Hub.Presence;
using Parley.Hub.Storage;
using Parley.Hub.Sync;
using Parley.Json;

namespace Parley.Scenarios.Corpus;

/// <summary>Gives a hub's recorded input to the ledger of today, over an empty store in memory.</summary>
internal sealed class HubReplay : IStreamReplay
{
    private readonly MemoryHubStore _store = new("corpus");
    private readonly SetTime _time = new();
    private readonly HubFacts _facts = new();
    private readonly List<string> _verdicts = [];
    private readonly Dictionary<(string? Did, bool Acks), HubConnection> _connections = [];
    private ChangeIntake? _intake;
    private IFiling? _filing;
    private HubParts? _parts;

    public async Task StepAsync(CorpusStream stream, JsonValue step)
    {
        _time.Set((step["at"] ?? step["open"])!.Integer!.Value);
        if (step["hub"] is { } settings)
        {
            Open(HubSettings.Read(settings));
        }
        else if (step["clear"]?.Text is { } room)
        {
            _filing!.Clear(room);
        }
        else
        {
            List<ChangeSubmission> group = [];
            foreach (var frame in step["frames"]!.Items)
            {
                group.Add(await ReadAsync(stream, frame));
            }

            _filing!.File(group);
            while (_filing.Continue() is not null)
            {
                // What the group released is judged before the next.
            }

            _verdicts.AddRange(group.SelectMany(static s => s.Offers).Select(Say));
        }
    }

    public Task<CorpusTables> TablesAsync()
    {
        var tables = HubTables.Read(_store, _facts);
        tables.Log("verdict", _verdicts);
        return Task.FromResult(tables);
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Open(HubOptions options)
    {
        var clock = new HubClock(_time);
        var (topics, connections) = (new Topics(), new ConnectionTable());
        var reading = new RoomReading(_store, options.Commons);
        HubPeople people = new(_store, null!, clock, reading.IsInASpace, options.Admission);
        var presence = new PresenceRelay(options, clock, topics, new CallRelay(options, clock, NullLogger<CallRelay>.Instance));
        var guard = new SubscriptionGuard(new(options, reading), topics, connections, presence, new(people, connections), new());
        _filing = options.Open ? new OpenFiling(_store, options, clock) : new LedgerFiling(_store, options, clock, reading, guard);
        _intake = new(options, clock, null!);
        _connections.Clear();
        _parts = new(options, clock, new(), topics, [new()], null!, HubFrames.Pong, NullLogger.Instance);
    }

    private async Task<ChangeSubmission> ReadAsync(CorpusStream stream, JsonValue frame)
    {
        var (topic, room) = (frame["topic"]!.Text!, frame["room"]!.Text!);
        var from = From(frame["from"]?.Text, frame["acks"] is not null);
        var offers = await _intake!.VerifyAsync([.. frame["offers"]!.Items.Select(wire => JsonReader.Read(stream.Wire(wire)))], room, topic, from.Session);
        ChangeSubmission submission = new(from, topic, room, frame["batch"] is not null, offers);
        foreach (var outside in frame["outside"]?.Items ?? [])
        {
            submission.Offers[(int)outside.Integer!.Value].Refuse(Nodes.Refusal.NotAdmitted, "");
        }

        foreach (var offer in submission.Offers)
        {
            _facts.Add(room, topic, offer.Offer?.Change);
        }

        return submission;
    }

    private HubConnection From(string? did, bool acks)
    {
        if (!_connections.TryGetValue((did, acks), out var connection))
        {
            var session = Session.AtOpenHub();
            session.TakesAcks = acks;
            if (did is not null)
            {
                session.Claim(did);
            }

            _connections[(did, acks)] = connection = new(_connections.Count, Stream.Null, _parts!, session, static () => { });
        }

        return connection;
    }

    private static string Say(SubmittedChange offer) =>
        offer.Outcome == OfferOutcome.Refused ? $"refused {offer.Refusal}" : offer.Outcome.ToString().ToLowerInvariant();
}
