using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>Lets the signals of one topic in: reads, verifies in batches, and drops what is forged, replayed, or of somebody who is not in the channel.</summary>
/// <remarks>For one caller at a time.</remarks>
internal sealed class SignalInbox(CallParts parts, RoomId topic, Func<PersonId, bool> isMember)
{
    private readonly SignalGate _gate = new(topic);

    /// <summary>Those of the signals that may be believed, in their order.</summary>
    public async ValueTask<IReadOnlyList<CallSignal>> AdmitAsync(IReadOnlyList<JsonValue> signals)
    {
        var now = parts.WallMs;
        var plans = signals.Select(signal => _gate.Plan(signal, now)).ToList();
        var checks = plans.Select(plan => plan.Check).OfType<SignatureCheck>().ToArray();
        var answers = new Queue<bool>(await VerifyAsync(checks).ConfigureAwait(false));
        var admitted = new List<CallSignal>();
        foreach (var plan in plans)
        {
            var verdict = _gate.Apply(plan, plan.Check is not null && answers.Dequeue());
            if (verdict is not (SignalVerdict.Accepted or SignalVerdict.AcceptedUnsigned))
            {
                CallLog.Refused(parts.Log, verdict);
            }
            else if (plan.Signal!.From.TryPerson(out var person) && !isMember(person))
            {
                CallLog.NotAMember(parts.Log);
            }
            else
            {
                admitted.Add(plan.Signal);
            }
        }

        return admitted;
    }

    private async ValueTask<bool[]> VerifyAsync(SignatureCheck[] checks)
    {
        try
        {
            return checks.Length == 0 ? [] : await parts.Signatures.VerifyAsync(checks).ConfigureAwait(false);
        }
        catch (ParleyException failure)
        {
            // Nothing is believed unverified; what matters is said again.
            CallLog.KeysFailed(parts.Log, failure);
            return new bool[checks.Length];
        }
    }
}
