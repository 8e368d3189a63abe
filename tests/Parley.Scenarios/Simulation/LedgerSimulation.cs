using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// One seed, one history: five devices of three people, one or two hubs and a stranger. The people work in a workspace while lines break and
/// clocks go wrong, processes end, commits fail and their answers are lost, hubs are set back or emptied, laptops are away for long and the
/// stranger floods. Then everything heals, and all who may must see the same.
/// </summary>
internal sealed class LedgerSimulation
{
    private static readonly int[] s_personOf = [0, 0, 1, 1, 2];

    private readonly SimRun _run;
    private readonly SimWorld _world;
    private readonly SimWorkspace _workspace = new();
    private readonly SimOracles _oracles;
    private readonly List<SimReplica> _devices = [];
    private readonly List<SimHub> _hubs = [];
    private readonly Dictionary<(int Device, int Hub), SimPeer> _peers = [];
    private readonly HashSet<int> _away = [];
    private readonly HashSet<int> _awake = [];
    private readonly SimReplica _stranger;

    private LedgerSimulation(SimRun run)
    {
        _run = run;
        _world = new(run.Seed);
        _oracles = new(_workspace, _devices, _hubs, isDeep: run.Seed % 50 == 0);
        for (var i = 0; i < 1 + (run.Seed % 2); i++)
        {
            _hubs.Add(new(_world, run.Mutant) { Deciding = SimOracles.OnDeciding });
            var hub = _hubs[^1];
            hub.Committed = decision => _oracles.AfterCommit(hub, decision);
        }

        for (var i = 0; i < s_personOf.Length; i++)
        {
            _devices.Add(Device(s_personOf[i], i));
        }

        _stranger = new(9, (run.Seed * 31) + 9, run.Mutant) { Time = () => _world.NowMs };
    }

    /// <summary>How many steps a history has.</summary>
    public const int Steps = 200;

    /// <summary>Plays a history: what went wrong, or null.</summary>
    public static string? Violation(SimRun run)
    {
        try
        {
            var simulation = new LedgerSimulation(run);
            simulation.Play();
            simulation.Heal();
            return null;
        }
        catch (Exception violation) when (violation is not OutOfMemoryException)
        {
            return violation is SimulationException ? violation.Message : violation.ToString();
        }
    }

    private SimReplica Device(int person, int number)
    {
        var device = new SimReplica(person, (_run.Seed * 31) + number, _run.Mutant)
        {
            Time = () => _world.NowMs,
            Faults = _world.NextFault,
            TakesAnswers = number != 4 || _run.Seed % 3 > 0,
        };
        _hubs.ForEach(_ => device.Hubs.Add(new(_run.Mutant)));
        device.Restarted = () => _world.After(0, () => Hang(number));
        device.Committed = decision =>
        {
            _oracles.AfterCommit(device, decision);
            Wake(number);
        };
        return device;
    }

    private void Play()
    {
        while (!_workspace.Make(_devices[0]))
        {
        }

        for (var i = 0; i < _devices.Count; i++)
        {
            Connect(i, i % _hubs.Count);
        }

        for (var step = 0; step < _run.Steps; step++)
        {
            // Each step has its own chances, so that it does the same if others are left out.
            var random = new Random((_run.Seed * 7919) + step);
            var (actor, other) = (random.Next(_devices.Count), random.Next(_devices.Count));
            if (!_run.LeftOut.Contains(step))
            {
                var before = _devices[actor].Store.Log.Count;
                Step(actor, other, random, step);
                Tell(step, actor, other, before);
            }

            _world.Run(random.Next(0, 1_500));
        }
    }

    private void Tell(int step, int actor, int other, int before)
    {
        if (_run.Trace is { } trace)
        {
            trace($"{step}: device {actor}, with {other}");
            foreach (var filed in _devices[actor].Store.Log.Skip(before))
            {
                trace($"    files {filed.Change.Hash} in {filed.Home}: {CanonicalJson.ToText(filed.Change.Properties)}");
            }
        }
    }

    private void Step(int actor, int other, Random random, int step)
    {
        var hub = random.Next(_hubs.Count);
        switch (random.Next(60))
        {
            case 0 or 1:
                Hang(actor);
                break;
            case 2:
                _devices[actor].Restart();
                break;
            case 3:
                _hubs[hub].Restart();
                break;
            case 4:
                _hubs[hub].BackUp();
                break;
            case 5 when random.Next(3) == 0:
                _hubs[hub].SetBack();
                break;
            case 6 when random.Next(4) == 0:
                _hubs[hub].Wipe();
                break;
            case 7:
                _devices[actor].SkewMs = random.Next(3) switch { 0 => 0, 1 => random.Next(-86_400_000, 0), _ => random.Next(0, 86_400_000) };
                break;
            case 8:
                _hubs[hub].SkewMs = random.Next(-400_000, 400_000);
                break;
            case 9:
                _ = _away.Remove(actor) || (_away.Count < 2 && _away.Add(actor));
                Hang(actor);
                break;
            case 10 when _peers.TryGetValue((actor, hub), out var peer):
                peer.Session.IsBlackHole = true;
                break;
            case 11 or 12:
                Flood(hub, random, step);
                break;
            case 13 or 14:
                Meet(actor, other, random);
                break;
            case 15:
                _devices[actor].Settle();
                break;
            case 16 when random.Next(3) == 0:
                _world.Run(random.Next(60_000, 7_200_000));
                break;
            case 17 when _workspace.Forged.Count > 0:
                _devices[actor].Receive([_workspace.Forged[random.Next(_workspace.Forged.Count)]]);
                break;
            case <= 24:
                Connect(actor, hub);
                break;
            default:
                _workspace.Step(_devices[actor], _devices[other], random, step);
                break;
        }
    }

    // What was committed is pushed in a moment, once for all that happens till then.
    private void Wake(int device)
    {
        if (_awake.Add(device))
        {
            _world.After(0, () =>
            {
                _awake.Remove(device);
                PeersOf(device).ForEach(peer => peer.Turn());
            });
        }
    }

    private List<SimPeer> PeersOf(int device) => [.. _peers.Where(one => one.Key.Device == device).Select(one => one.Value)];

    private void Hang(int device)
    {
        foreach (var hub in Enumerable.Range(0, _hubs.Count))
        {
            if (_peers.Remove((device, hub), out var peer))
            {
                peer.Session.Cut();
            }
        }
    }

    private void Connect(int device, int hub)
    {
        if (_away.Contains(device) || (_peers.TryGetValue((device, hub), out var known) && !known.Session.IsCut && !known.Session.IsBlackHole))
        {
            return;
        }

        known?.Session.Cut();
        var session = new SimSession(_world, _hubs[hub], _devices[device].Me, _devices[device].TakesAnswers);
        var peer = new SimPeer(_world, _devices[device], _devices[device].Hubs[hub], session, _run.Mutant)
        {
            Links = [.. _workspace.Links.Where(link => _devices[device].Rule(RoomNames.OfMessages(link.Domain)).Log?.Now.AccessOf(_devices[device].Me) is null)],
            Rooms = () => _workspace.Rooms,
        };
        _peers[(device, hub)] = peer;
        session.Connect(peer);
    }

    // Two people in one room, or a stick that goes from hand to hand: what the one has filed, the other is given, most of it.
    private void Meet(int one, int other, Random random)
    {
        if (one != other)
        {
            Hand(_devices[one], _devices[other], random, missesOneIn: 8);
            Hand(_devices[other], _devices[one], random, missesOneIn: 8);
        }
    }

    private static void Hand(SimReplica from, SimReplica to, Random random, int missesOneIn)
    {
        List<(Change, RoomId)> changes = [.. from.Store.Log.Where(_ => random.Next(missesOneIn) > 0).Where(entry => !to.Store.Has(entry.Change.Hash) || random.Next(20) == 0)
            .Select(entry => (entry.Change, entry.Home))];
        Deliver(to, changes, random);
    }

    private static void Deliver(SimReplica to, List<(Change, RoomId)> changes, Random random)
    {
        changes = random.Next(2) == 0 ? [.. changes.OrderBy(_ => random.Next())] : changes;
        for (var done = 0; done < changes.Count;)
        {
            var count = Math.Min(changes.Count - done, random.Next(1, 12));
            to.Receive(changes.GetRange(done, count));
            done += count;
        }
    }

    // Somebody without a place in anything: into governed rooms, after nodes and operations that do not exist, again and again.
    private void Flood(int hub, Random random, int step)
    {
        var session = new SimSession(_world, _hubs[hub], _stranger.Me, takesAnswers: random.Next(2) == 0);
        session.Connect(null);
        var channel = _workspace.Channels[random.Next(_workspace.Channels.Count)];
        IReadOnlyList<(Change, RoomId)> changes = [.. Enumerable.Range(0, 12).Select(_ => _workspace.Forge(_stranger, channel, random, step))];
        _workspace.Forged.RemoveRange(_workspace.Forged.Count - 10, 10);
        session.Ask(there => there.Offer(session, changes));
        _world.After(5_000, session.Cut);
    }

    // Lines hold, clocks are set, days pass. First by the hubs alone, then from hand to hand, then by the hubs again.
    private void Heal()
    {
        _world.IsCalm = true;
        _away.Clear();
        _devices.ForEach(device => device.SkewMs = 0);
        _hubs.ForEach(hub => hub.SkewMs = 0);
        _world.Run(3 * 86_400_000L);
        MeetHubs();
        _oracles.CheckHubs();
        List<(Change Change, RoomId Home)> all = [.. _devices.SelectMany(device => device.Store.Log.Select(entry => (entry.Change, entry.Home))).DistinctBy(one => one.Change.Hash)];
        all.AddRange(_devices.SelectMany(device => device.Store.Waiting.Select(row => (row.Change, row.Room))).DistinctBy(one => one.Change.Hash));
        all.AddRange(_workspace.Forged);
        all = [.. all.DistinctBy(one => one.Change.Hash)];
        _devices.ForEach(device => GiveAll(device, all));
        MeetHubs();
        _oracles.CheckHubs();
        var outsiders = Enumerable.Range(0, 2).Select(i => new SimReplica(100 + i, _run.Seed + i, _run.Mutant) { Time = () => _world.NowMs }).ToList();
        outsiders.ForEach(outsider => GiveAll(outsider, all));
        _oracles.CheckAll(outsiders);
    }

    private void MeetHubs()
    {
        for (var round = 0; ; round++)
        {
            if (round > 12)
            {
                throw new SimulationException("devices and hubs never agree on what they have");
            }

            var before = Filed();
            for (var i = 0; i < _devices.Count; i++)
            {
                Hang(i);
                Enumerable.Range(0, _hubs.Count).ToList().ForEach(hub => Connect(i, hub));
                Settle(_devices[i]);
                _devices[i].Hubs.SelectMany(hub => hub.Rooms.Values).ToList().ForEach(room => room.LookAtTime());
            }

            _world.RunToRest();
            if (Filed() == before)
            {
                return;
            }
        }
    }

    private int Filed() => _devices.Sum(device => device.Store.Log.Count) + _hubs.Sum(hub => hub.Store.Log.Count);

    private static void Settle(SimReplica device)
    {
        for (var i = 0; i < 60 && device.Settle(); i++)
        {
        }
    }

    // Until nothing of it is new: bounds may drop something that is given too early.
    private void GiveAll(SimReplica device, List<(Change, RoomId)> all)
    {
        for (var (before, round) = (-1, 0); device.Store.Log.Count > before; round++)
        {
            before = device.Store.Log.Count;
            Deliver(device, [.. all.Where(one => !device.Store.Has(one.Item1.Hash))], new((_run.Seed * 13) + round));
            Settle(device);
        }
    }
}
