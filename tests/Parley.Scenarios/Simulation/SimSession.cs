using Parley.Ids;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// A line between a device and a hub. What goes over it comes late, in another order, twice or never, and either end may be gone without the
/// other knowing.
/// </summary>
/// <param name="world">Time and chance.</param>
/// <param name="hub">The hub.</param>
/// <param name="person">As whom the device showed itself.</param>
/// <param name="takesAnswers">The device hears what becomes of its changes, and offers again what was refused.</param>
internal sealed class SimSession(SimWorld world, SimHub hub, PersonId person, bool takesAnswers)
{
    private SimPeer? _peer;

    /// <summary>As whom the device showed itself.</summary>
    public PersonId Person => person;

    /// <summary>The device hears what becomes of its changes, and offers again what was refused.</summary>
    public bool TakesAnswers => takesAnswers;

    /// <summary>The rooms that the device wants to hear.</summary>
    public HashSet<RoomId> Wanted { get; } = [];

    /// <summary>Those of them that it hears.</summary>
    public HashSet<RoomId> Open { get; } = [];

    /// <summary>Nothing goes over it any more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Everything that goes over it vanishes, and neither end knows.</summary>
    public bool IsBlackHole { get; set; }

    /// <summary>Puts it through. The hub says the first word.</summary>
    public void Connect(SimPeer? peer)
    {
        _peer = peer;
        hub.Connect(this);
    }

    /// <summary>Cuts it.</summary>
    public void Cut()
    {
        if (!IsCut)
        {
            IsCut = true;
            hub.Disconnect(this);
            _peer?.OnCut();
        }
    }

    /// <summary>A frame to the hub.</summary>
    public void Ask(Action<SimHub> frame) => Send(() => frame(hub));

    /// <summary>A frame to the device.</summary>
    public void Tell(Action<SimPeer> frame)
    {
        if (_peer is { } peer)
        {
            Send(() => frame(peer));
        }
    }

    private void Send(Action frame)
    {
        for (var copies = world.Once(60) ? 2 : 1; copies > 0; copies--)
        {
            if (!(IsBlackHole && !world.IsCalm) && !world.Once(60))
            {
                world.After(world.Once(4) ? world.Chance.Next(1, 400) : 20, () =>
                {
                    if (!IsCut)
                    {
                        frame();
                    }
                });
            }
        }
    }
}

/// <summary>A page of a room: the changes after a number, in the order of their numbers.</summary>
/// <param name="Room">The room.</param>
/// <param name="From">The number after which was asked.</param>
/// <param name="Changes">The changes with their numbers.</param>
/// <param name="HasMore">There is more.</param>
internal sealed record SimPage(RoomId Room, long From, IReadOnlyList<(Change Change, long Number)> Changes, bool HasMore);
