using Parley.Ids;

namespace Parley.Hub.Limits;

/// <summary>What a budget says to one knock more.</summary>
internal enum KnockAnswer
{
    /// <summary>It is counted.</summary>
    Taken,

    /// <summary>Whoever brings it has brought too many.</summary>
    TooMany,

    /// <summary>Too many strangers came to this door.</summary>
    DoorFull,
}

/// <summary>
/// How often one person knocks at the doors of others, and how many strangers at one door: first contact is for everybody, and so it is scarce.
/// The writer's.
/// </summary>
internal sealed class KnockBudget(HubLimits limits, HubClock clock)
{
    private const long HourMs = 3_600_000;

    private readonly Dictionary<PersonId, int> _brought = [];
    private readonly Dictionary<PersonId, int> _atDoors = [];
    private long _windowEndsMs;

    /// <summary>Takes one knock of the hour of whoever brings it, and of the door's where they are a stranger there.</summary>
    public KnockAnswer Take(PersonId sender, PersonId door, Func<bool> isKnown)
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
        if (isKnown())
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
