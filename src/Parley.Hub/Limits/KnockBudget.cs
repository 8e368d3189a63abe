using Parley.Ids;
using Parley.Ledger;

namespace Parley.Hub.Limits;

/// <summary>
/// How often one person knocks at the doors of others, and how many strangers at one door: first contact is for everybody, and so it is scarce.
/// The writer's.
/// </summary>
/// <param name="limits">The hub's.</param>
/// <param name="clock">The hub's.</param>
/// <param name="isKnownTo">True if the second is no stranger to the first.</param>
internal sealed class KnockBudget(HubLimits limits, HubClock clock, Func<PersonId, PersonId, bool> isKnownTo) : IKnocks
{
    private const long HourMs = 3_600_000;

    private readonly Dictionary<PersonId, int> _brought = [];
    private readonly Dictionary<PersonId, int> _atDoors = [];
    private long _windowEndsMs;

    /// <summary>Takes one knock of the hour of whoever brings it, and of the door's where they are a stranger there.</summary>
    public KnockAnswer Take(PersonId sender, PersonId door)
    {
        if (clock.Ms >= _windowEndsMs)
        {
            _brought.Clear();
            _atDoors.Clear();
            _windowEndsMs = clock.Ms + HourMs;
        }

        var (brought, atDoor) = (_brought.GetValueOrDefault(sender), _atDoors.GetValueOrDefault(door));
        if (brought >= limits.KnocksPerHourMax)
        {
            return KnockAnswer.TooMany;
        }

        _brought[sender] = brought + 1;
        if (isKnownTo(door, sender))
        {
            return KnockAnswer.Taken;
        }

        if (atDoor >= limits.KnocksPerDoorMax)
        {
            return KnockAnswer.DoorFull;
        }

        _atDoors[door] = atDoor + 1;
        return KnockAnswer.Taken;
    }
}
