using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>What the ledger asks and writes. One thread, so that asking first and writing after is safe.</summary>
internal interface ILedgerStore
{
    /// <summary>When this database was made, ms: what ended before cannot have been seen here in time. 0 in one from before this was kept.</summary>
    long SinceMs { get; }

    /// <summary>Answers everything but proofs. What is asked and not in the answer is not here.</summary>
    Known Load(Needs needs);

    /// <summary>Nothing more is asked for what was asked until now; a commit says so too.</summary>
    void Release();

    /// <summary>The names under which anything waits.</summary>
    IReadOnlyCollection<WaitKey> Awaited();

    /// <summary>Forgets what waits since before a time.</summary>
    void ForgetWaiting(long beforeWallMs);

    /// <summary>
    /// Writes a decision in one transaction and gives every filed and every listed change the next number of its room. It is on disk when this
    /// returns; on failure nothing of it is.
    /// </summary>
    /// <returns>The places, in the order of <see cref="Transition.Filed"/> and <see cref="Transition.Listed"/>.</returns>
    IReadOnlyList<Place> Commit(Decision decision, in Alongside alongside);
}

/// <summary>What is written with a decision.</summary>
/// <param name="WallMs">Now: since when what waits from now on waits.</param>
/// <param name="Revoked">Devices that their person signs out.</param>
internal readonly record struct Alongside(long WallMs, IReadOnlyList<Revocation> Revoked);

/// <summary>
/// Who is in which access scope, as rows that are written with the operations that change them: whoever asks who may do what needs no
/// membership log. Read by anybody.
/// </summary>
internal interface IMemberStore
{
    /// <summary>A person's row in an access scope; null if they were never a member.</summary>
    StoredMember? FindMember(NodeId domain, PersonId person);

    /// <summary>All rows of a person.</summary>
    IReadOnlyList<StoredMember> MembershipsOf(PersonId person);

    /// <summary>
    /// True while somebody is a member where the other wrote an operation, and so chose to be: whom a stranger grants a seat knows nobody by it.
    /// </summary>
    bool IsKnownTo(PersonId person, PersonId stranger);

    /// <summary>An access scope that has a log; else null.</summary>
    StoredDomain? FindDomain(NodeId domain);

    /// <summary>All of them, with the number of people who may enter each.</summary>
    IReadOnlyList<(StoredDomain Domain, int Members)> Domains();

    /// <summary>
    /// The operations of an access scope and of all that is judged with it, in the order of filing: of a space with its private channels, or of a
    /// direct message. Empty if it has no log.
    /// </summary>
    IReadOnlyList<Change> ReadLogs(NodeId domain);

    /// <summary>Every membership operation, in the order of filing.</summary>
    IReadOnlyList<Change> Operations();

    /// <summary>False if the rows do not stand for all operations that are here: then <see cref="MemberRows.Rebuild"/> makes them.</summary>
    bool HasMembers();
}

/// <summary>Somebody who is or was a member.</summary>
/// <param name="Domain">Of which access scope.</param>
/// <param name="Person">Who.</param>
/// <param name="Role">With which role they may enter; null if they may not.</param>
/// <param name="EndedBy">Which operation of the scope's own log ended it; null if none did.</param>
internal sealed record StoredMember(NodeId Domain, PersonId Person, AccessRole? Role, ChangeHash? EndedBy);

/// <summary>An access scope with a log.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Space">Of a private channel: its space.</param>
/// <param name="Version">How many operations its log has.</param>
internal sealed record StoredDomain(NodeId Id, NodeId? Space, int Version);
