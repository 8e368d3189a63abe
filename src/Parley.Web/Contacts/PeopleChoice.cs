using Parley.Ids;
using Parley.Web.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Contacts;

/// <summary>People being chosen: what was typed, who is offered for it, who is chosen already. A whole DID chooses anybody.</summary>
/// <param name="me">The reader, who is in everything that they make.</param>
/// <param name="chosenMax">The most people that can be chosen.</param>
/// <param name="takesAnybody">A DID of somebody who is not known is taken too.</param>
public sealed class PeopleChoice(PersonId me, int chosenMax, bool takesAnybody)
{
    /// <summary>The most people offered at once.</summary>
    public const int OfferedMax = 7;

    private static readonly char[] Between = [' ', ',', ';', '\n', '\r', '\t'];

    private readonly List<PersonId> _chosen = [];
    private IReadOnlyList<KnownPerson> _known = [];

    /// <summary>Who is chosen, in the order of choosing.</summary>
    public IReadOnlyList<PersonId> Chosen => _chosen;

    /// <summary>What stands in the field.</summary>
    public string Typed { get; private set; } = "";

    /// <summary>Who fits what was typed: those whose name begins with it before those that hold it.</summary>
    public IReadOnlyList<KnownPerson> Offered { get; private set; } = [];

    /// <summary>Which of them Enter takes; -1 where nobody is offered.</summary>
    public int Selected { get; private set; } = -1;

    /// <summary>Why what was typed chooses nobody; null where there is nothing to say.</summary>
    public string? Problem { get; private set; }

    /// <summary>Nobody more can be chosen.</summary>
    public bool IsFull => _chosen.Count >= chosenMax;

    /// <summary>Who may be offered, in the order of offering.</summary>
    public void Know(IReadOnlyList<KnownPerson> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        _known = people;
        Offer();
    }

    /// <summary>The text changed. Whole DIDs in it are taken at once, so that pasting is choosing.</summary>
    public void Type(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Problem = null;
        var words = text.Split(Between, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0 && Array.TrueForAll(words, word => PersonId.TryParse(word, out _)))
        {
            Typed = "";
            foreach (var word in words)
            {
                Take(PersonId.Parse(word));
            }
        }
        else
        {
            Typed = text;
            Problem = text.TrimStart().StartsWith("did:", StringComparison.OrdinalIgnoreCase) ? Strings.Pick_NotWhole : null;
        }

        Offer();
    }

    /// <summary>Moves the selection, around the ends.</summary>
    public void Move(int step) => Selected = Offered.Count == 0 ? -1 : (Selected + step + Offered.Count) % Offered.Count;

    /// <summary>Selects the one pointed at.</summary>
    public void Point(int at) => Selected = at;

    /// <summary>Chooses the selected person. False where nobody is selected.</summary>
    public bool TakeSelected()
    {
        if (Selected < 0 || Selected >= Offered.Count)
        {
            return false;
        }

        Choose(PersonId.Parse(Offered[Selected].Did));
        return true;
    }

    /// <summary>Chooses somebody, and empties the field.</summary>
    public void Choose(PersonId person)
    {
        Problem = null;
        Take(person);
        Typed = "";
        Offer();
    }

    /// <summary>Gives somebody up.</summary>
    public void Drop(PersonId person)
    {
        _chosen.Remove(person);
        Problem = null;
        Offer();
    }

    /// <summary>Gives up whoever was chosen last: the backspace in the empty field.</summary>
    public void DropLast()
    {
        if (_chosen.Count > 0)
        {
            Drop(_chosen[^1]);
        }
    }

    private void Take(PersonId person)
    {
        if (person == me)
        {
            Problem = Strings.Pick_Yourself;
        }
        else if (!takesAnybody && !_known.Any(known => known.Did == person.Value))
        {
            Problem = Strings.Pick_NotHere;
        }
        else if (_chosen.Contains(person))
        {
            return;
        }
        else if (IsFull)
        {
            Problem = Phrase.Of(Strings.Pick_Full, chosenMax);
        }
        else
        {
            _chosen.Add(person);
        }
    }

    private void Offer()
    {
        var typed = Typed.Trim().TrimStart('@');
        Offered = [.. _known
            .Where(known => !known.Self && !_chosen.Exists(chosen => chosen.Value == known.Did))
            .Select(known => (known, score: Switcher.Score(known.Name, typed)))
            .Where(each => each.score > 0)
            .OrderByDescending(each => each.score)
            .Take(OfferedMax)
            .Select(each => each.known)];
        Selected = Offered.Count > 0 ? 0 : -1;
        if (Offered.Count == 0 && Problem is null && typed.Length > 0)
        {
            Problem = takesAnybody ? Strings.Pick_Nobody : Strings.Pick_NobodyHere;
        }
    }
}
