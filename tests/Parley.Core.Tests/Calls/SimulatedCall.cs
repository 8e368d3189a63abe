using Parley.Json;

namespace Parley.Calls;

/// <summary>A call in simulated time over a topic that loses, doubles and reorders, all from one seed. Some signals cross it as their JSON.</summary>
internal sealed class SimulatedCall(int seed)
{
    private const int ThroughJson = 16;

    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly List<string> _faults = [];
    private readonly List<SimulatedParticipant> _people = [];
    private long _order;

    public Random Random { get; } = new(seed);

    public long NowMs { get; private set; } = 1;

    public double Loss { get; set; }

    public double Doubling { get; set; }

    public int DelayMsMax { get; set; } = 20;

    public IReadOnlyList<string> Faults => _faults;

    public IReadOnlyList<SimulatedParticipant> People => _people;

    public IEnumerable<SimulatedParticipant> Seated => _people.Where(person => person.IsSeated);

    public void After(long delayMs, Action act) => _events.Enqueue(act, (NowMs + delayMs, _order++));

    public void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            Fault(otherwise);
        }
    }

    public void Fault(string what) => _faults.Add($"at {NowMs} ms: {what}");

    public SimulatedParticipant? Find(SessionId session) => _people.Find(person => person.IsAlive && person.Session == session);

    public SimulatedParticipant Join(CallMedia media, string? name = null)
    {
        var session = SessionId.Parse(name ?? $"did:key:p{Random.Next(1_000_000):d6}#{_people.Count}");
        var person = new SimulatedParticipant(this, session);
        _people.Add(person);
        person.Run(machine => machine.Join(media, NowMs));
        Beat(person);
        return person;
    }

    public void Publish(CallSignal signal)
    {
        var read = signal;
        if (_order % ThroughJson == 0)
        {
            Demand(CallSignalReader.TryRead(JsonReader.Read(CallSignalWriter.Write(signal).ToString()), out read), "unreadable signal");
        }

        foreach (var person in _people)
        {
            if (person.Session == signal.From || !person.IsAlive)
            {
                continue;
            }

            for (var copies = Random.NextDouble() < Loss ? 0 : Random.NextDouble() < Doubling ? 2 : 1; copies > 0; copies--)
            {
                After(Random.Next(1, DelayMsMax), () => person.Run(machine => machine.Receive(read!, NowMs)));
            }
        }
    }

    public void RunFor(long durationMs)
    {
        var end = NowMs + durationMs;
        while (_events.TryPeek(out _, out var next) && next.At <= end)
        {
            NowMs = next.At;
            _events.Dequeue()();
        }

        NowMs = end;
    }

    private void Beat(SimulatedParticipant person) => After(CallMachine.TickMs, () =>
    {
        if (person.IsAlive && person.Machine.Phase != CallPhase.Ended)
        {
            person.Engine.Look();
            person.Run(machine => machine.Tick(NowMs));
            Beat(person);
        }
    });
}
