using System.Text;
using Parley.Access;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Corpus;

/// <summary>What a hub's store may have something about, gathered from what it was offered.</summary>
internal sealed class HubFacts
{
    public HashSet<string> Rooms { get; } = new(StringComparer.Ordinal);

    public HashSet<ChangeHash> Hashes { get; } = [];

    public HashSet<NodeId> Nodes { get; } = [];

    public HashSet<PersonId> People { get; } = [];

    public HashSet<NodeId> Domains { get; } = [];

    public void Add(string room, string topic, Change? change)
    {
        Rooms.Add(room);
        Rooms.Add(topic);
        if (change is null)
        {
            return;
        }

        Hashes.Add(change.Hash);
        Nodes.Add(change.Node);
        People.Add(change.Author);
        Rooms.Add(change.Author.Value);
        if (HomeRoom.Of(change) is { } home)
        {
            Rooms.Add(home.Value);
        }

        if (MembershipOpReader.IsCarrier(change) && NodeId.TryParse(change.Properties["channel"]?.Text, out var domain))
        {
            Domains.Add(domain);
            var operation = change.Properties["sc"];
            foreach (var person in new[] { operation?["s"] }.Concat(operation?["owners"]?.Items ?? []))
            {
                if (PersonId.TryParse(person?.Text, out var id))
                {
                    People.Add(id);
                }
            }
        }
    }
}

/// <summary>What of a hub's store is compared.</summary>
internal static class HubTables
{
    /// <summary>Reads the tables, as far as the facts reach. Memberships are read from the store anew: what is believed in memory has to be there.</summary>
    public static CorpusTables Read(IHubStore store, HubFacts facts)
    {
        var needs = new Needs();
        needs.Changes.UnionWith(facts.Hashes);
        needs.Usage.UnionWith(facts.People);
        var known = store.Load(needs);
        store.Release();
        var tables = new CorpusTables();
        tables.Add("filed", facts.Rooms.SelectMany(room => EntriesOf(store, room)));
        tables.Add("node", facts.Nodes.Select(store.Find).OfType<KnownNode>().Select(static n => $"{n.Node.Id} {n.Node.Home} {n.Node.Root.Hash} {n.Node.Root.Proven}"));
        tables.Add("held", known.Changes.Values.Select(static c => c.Waiting).OfType<WaitingRow>()
            .Select(static w => $"{w.Change.Hash} {(w.For.Kind == WaitKind.Domain ? "access:" : "")}{w.For.Id} {w.Room} {w.IsOperation}"));
        tables.Add("member", facts.Domains.SelectMany(domain => facts.People.Select(person => store.FindMember(domain, person))
            .OfType<StoredMember>().Where(static m => m.Role is not null).Select(static m => $"{m.Domain} {m.Person} {m.Role}")));
        tables.Add("usage", known.Usage.Where(static u => u.Value != default).Select(static u => $"{u.Key} {u.Value.Bytes} {u.Value.Changes}"));
        return tables;
    }

    private static List<string> EntriesOf(IHubStore store, string room)
    {
        var entries = new Entries(room);
        store.Read(room, 0, entries);
        return entries.Lines;
    }

    // Which number a change has may differ where several were released at once; that each has its place may not.
    private sealed class Entries(string room) : IPageReader
    {
        public List<string> Lines { get; } = [];

        public bool Take(long seq, long lamport, ReadOnlySpan<byte> wire)
        {
            Lines.Add($"{room} {JsonReader.Read(Encoding.UTF8.GetString(wire))["hash"]?.Text}");
            return true;
        }
    }
}
