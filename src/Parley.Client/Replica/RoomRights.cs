using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>What became of a change's claim to a right: accepted where both are null.</summary>
/// <param name="WaitsFor">Held: the domain or channel whose arrival settles it.</param>
/// <param name="Refusal">Refused: why.</param>
/// <param name="IsFinal">No operation can ever change it.</param>
internal readonly record struct RightVerdict(NodeId? WaitsFor, Reason? Refusal, bool IsFinal)
{
    public bool IsAccepted => WaitsFor is null && Refusal is null;
}

/// <summary>Who may write in a room. Where there is none, everybody may.</summary>
internal abstract record RoomRights
{
    private RoomRights()
    {
    }

    /// <summary>The domain by whose operations its changes are decided anew; null where none can.</summary>
    public abstract NodeId? Domain { get; }

    public abstract RightVerdict Decide(AccessRequest request);

    /// <summary>True where the person may read now.</summary>
    public abstract bool MayRead(PersonId person);

    /// <summary>A membership log decides.</summary>
    public sealed record Governed(MembershipLog Log) : RoomRights
    {
        public override NodeId? Domain => Log.Domain;

        public override RightVerdict Decide(AccessRequest request)
        {
            var verdict = AccessDecision.Decide(Log, request);
            return verdict.IsAccepted ? default
                : verdict.Hold is not null ? new(Log.Domain, null, false)
                : new(null, verdict.Reason, ChangeRequests.IsFinal(verdict, request));
        }

        public override bool MayRead(PersonId person) => Log.Now.AccessOf(person) is not null;
    }

    /// <summary>A channel of reference peers: the people that its first change names.</summary>
    public sealed record People(NodeId Channel, IReadOnlySet<PersonId> Who) : RoomRights
    {
        public override NodeId? Domain => AccessDomains.KindOf(Channel) is null ? null : Channel;

        public override RightVerdict Decide(AccessRequest request) =>
            Who.Contains(request.Author) ? default : new(null, Reason.NotAMember, IsFinal: true);

        public override bool MayRead(PersonId person) => Who.Contains(person);

        public bool Equals(People? other) => other is not null && Channel == other.Channel && Who.SetEquals(other.Who);

        public override int GetHashCode() => Channel.GetHashCode();
    }

    /// <summary>Whoever may is not known yet: everything waits.</summary>
    public sealed record Unknown(NodeId WaitsFor) : RoomRights
    {
        public override NodeId? Domain => null;

        public override RightVerdict Decide(AccessRequest request) => new(WaitsFor, null, false);

        public override bool MayRead(PersonId person) => false;
    }
}
