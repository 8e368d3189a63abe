using Parley.Ids;

namespace Parley.Hub.Limits;

/// <summary>How often one person knocks at the doors of others: first contact is for everybody, and so it is scarce. The writer's.</summary>
internal sealed class KnockBudget(HubLimits limits, HubClock clock)
{
    private const long HourMs = 3_600_000;

    private readonly Dictionary<PersonId, int> _taken = [];
    private long _windowEndsMs;

    /// <summary>Takes one knock of a person's hour; false where it is used up.</summary>
    public bool TryTake(PersonId person)
    {
        if (clock.Ms >= _windowEndsMs)
        {
            _taken.Clear();
            _windowEndsMs = clock.Ms + HourMs;
        }

        var taken = _taken.GetValueOrDefault(person);
        if (taken >= limits.KnocksPerHourMax)
        {
            return false;
        }

        _taken[person] = taken + 1;
        return true;
    }
}
