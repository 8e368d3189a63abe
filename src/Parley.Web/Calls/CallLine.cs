using Parley.Calls;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>What a conversation's history says of a call that is over.</summary>
public static class CallLine
{
    /// <summary>The sentence, as this person reads it.</summary>
    public static string Of(CallRecord call, PersonId me, Func<PersonId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(nameOf);
        if (call.IsMissedBy(me) && call.People.Count <= 1)
        {
            return Phrase.Of(Strings.CallLine_Missed, nameOf(call.By!.Value));
        }

        if (call.People.Count <= 1)
        {
            return call.By == me ? Strings.CallLine_Unanswered : Strings.CallLine_Short;
        }

        var others = call.People.Where(person => person != me).Select(nameOf).ToList();
        return Phrase.Of(
            call.People.Contains(me) ? Strings.CallLine_With : Strings.CallLine_Of, CallWords.Guests(others), CallWords.Duration(call.EndedAt - call.StartedAt));
    }
}
