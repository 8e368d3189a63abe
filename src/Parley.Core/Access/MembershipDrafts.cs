using Parley.Ids;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>
/// What an honest author writes: under its highest living grant, naming all heads that it holds (docs/access.md, operations).
/// A draft that the log as it stands would refuse is not made.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ParleyException"/> (<see cref="ParleyErrorCode.Forbidden"/>, with the reason of docs/access.md)
/// where the author may not do this.
/// </remarks>
internal sealed class MembershipDrafts(MembershipLog log, PersonId author)
{
    /// <summary>The root of a new space.</summary>
    /// <param name="by">Who makes it and owns it.</param>
    /// <param name="nonce">16 random bytes.</param>
    public static OpDraft Space(PersonId by, ReadOnlySpan<byte> nonce)
    {
        var header = new OpHeader(default, by, 0, 0, DomainRoot.Space(by, nonce), []);
        return new(new CreateOp(header, AccessDomainKind.Space, by, nonce.ToArray(), null, []), 1);
    }

    /// <summary>The root of a new private channel of a space.</summary>
    /// <param name="space">The space's log.</param>
    /// <param name="by">Who makes it: somebody in the space.</param>
    /// <param name="nonce">16 random bytes.</param>
    public static OpDraft Channel(MembershipLog space, PersonId by, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(space);
        var id = DomainRoot.Channel(by, nonce, space.Domain);
        if (space.Now.RoleOf(by) is null)
        {
            throw Forbidden(OpRefusal.NotInSpace);
        }

        var heads = HeadChoice.Pick(space, MembershipOpReader.DependenciesMax, HeadChoice.SeatsOf(space, by));
        var header = new OpHeader(default, by, 0, 0, id, [.. heads.Select(entry => entry.Op.Hash)]);
        return new(new CreateOp(header, AccessDomainKind.Channel, by, nonce.ToArray(), space.Domain, []), space.NextLamport);
    }

    /// <summary>A root of a direct message, the first one or one by which somebody returns.</summary>
    /// <param name="people">All its people, the author among them.</param>
    /// <param name="by">The author.</param>
    /// <param name="nonce">16 random bytes.</param>
    /// <param name="log">The log, where one is here already.</param>
    public static OpDraft DirectMessage(IReadOnlyCollection<PersonId> people, PersonId by, ReadOnlySpan<byte> nonce, MembershipLog? log = null)
    {
        IReadOnlyList<PersonId> owners = [.. people.Distinct().Order()];
        ArgumentOutOfRangeException.ThrowIfLessThan(owners.Count, AccessDomains.DirectMessagePeopleMin, nameof(people));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(owners.Count, AccessDomains.DirectMessagePeopleMax, nameof(people));
        if (!owners.Contains(by))
        {
            throw Forbidden(OpRefusal.NotCreator);
        }

        var heads = log is null ? [] : HeadChoice.Pick(log, MembershipOpReader.DependenciesMax, []);
        var header = new OpHeader(default, by, 0, 0, RoomNames.DirectMessage(owners), [.. heads.Select(entry => entry.Op.Hash)]);
        return new(new CreateOp(header, AccessDomainKind.DirectMessage, by, nonce.ToArray(), null, owners), log?.NextLamport ?? 1);
    }

    /// <summary>Seats a person.</summary>
    public OpDraft Grant(PersonId person, AccessRole role) => Checked(new GrantOp(Header(), Authority(), person, role));

    /// <summary>Removes a person, or bars one who left.</summary>
    public OpDraft Revoke(PersonId person) => Checked(new RevokeOp(Header(), Authority(), person));

    /// <summary>Ends an invite.</summary>
    public OpDraft RevokeInvite(ChangeHash invite) => Checked(new RevokeInviteOp(Header(), Authority(), invite));

    /// <summary>The author leaves.</summary>
    public OpDraft Leave() => Checked(new LeaveOp(Header()));

    /// <summary>Opens an invite.</summary>
    /// <param name="publicKey">32 bytes; the link carries the secret.</param>
    /// <param name="expiresAtMs">Its end, ms since the Unix epoch.</param>
    /// <param name="uses">For how many people.</param>
    public OpDraft Invite(ReadOnlyMemory<byte> publicKey, long expiresAtMs, int uses) =>
        Checked(new InviteOp(Header(), Authority(), publicKey, expiresAtMs, uses));

    /// <summary>The author comes in by an invite.</summary>
    /// <param name="invite">The invite, which is here with its past.</param>
    /// <param name="proof">The signature by the invite's key over <see cref="InviteProof.BytesToSign"/>; not checked here.</param>
    /// <param name="wallTimeMs">The author's clock: the invite must not have ended.</param>
    public OpDraft Admit(ChangeHash invite, ReadOnlyMemory<byte> proof, long wallTimeMs)
    {
        IEnumerable<OpEntry> known = log.Graph.TryFind(invite, out var index) ? [log.Graph[index]] : [];
        var header = Header(known.Concat(HeadChoice.SeatsOf(log, author))) with { WallTime = wallTimeMs };
        return Checked(new AdmitOp(header, invite, author, proof, default));
    }

    /// <summary>Sets rules.</summary>
    public OpDraft SetPolicy(AccessPolicy policy) => Checked(new PolicyOp(Header(), Authority(), policy));

    /// <summary>In a private channel: voids what a person lost from the space did unseen.</summary>
    /// <param name="person">Who was lost.</param>
    /// <param name="citation">The revoke or leave in the space's log.</param>
    public OpDraft Expel(PersonId person, ChangeHash citation) => Checked(new ExpelOp(Header(), Authority(), person, citation));

    /// <summary>
    /// With more heads than an operation may name: one that joins some of them and changes nothing, to be written before the next one;
    /// call again until null. Null too where the author may not write such: a member's leave or a joiner's admission names the newest heads.
    /// </summary>
    /// <remarks>It is a second seat as member for the author, below the one it holds: it ends when that one is ended by anybody who outranks it.</remarks>
    public OpDraft? JoinHeads() =>
        log.Kind != AccessDomainKind.DirectMessage && log.HeadEntries().Skip(MembershipOpReader.DependenciesMax).Any()
        && log.Now.AccessOf(author) >= AccessRole.Admin
            ? Grant(author, AccessRole.Member)
            : null;

    /// <summary>
    /// The expulsions that the author's client owes a private channel: one for everybody whose seats a removal or leave in the space ended
    /// and whom none has expelled for it.
    /// </summary>
    public IReadOnlyList<OpDraft> DueExpulsions() => [.. Duties().Where(duty => duty is not null)!];

    /// <summary>The revoke-invites that an owner's or admin's client owes: one for every open invite that is expired or used up.</summary>
    /// <param name="wallTimeMs">Now, ms since the Unix epoch.</param>
    public IReadOnlyList<OpDraft> DueSweeps(long wallTimeMs) => log.Now.AccessOf(author) is not >= AccessRole.Admin
        ? []
        : [.. log.Now.OpenInvites.Where(invite => invite.ExpiresAt < wallTimeMs || log.Now.UsesOf(invite.Hash) >= invite.Uses)
            .Select(invite => RevokeInvite(invite.Hash))];

    private IEnumerable<OpDraft?> Duties()
    {
        if (log.Space is not { } space || log.Now.AccessOf(author) is null)
        {
            yield break;
        }

        foreach (var person in log.Graph.EverSeated.Where(person => person != author).Order())
        {
            foreach (var cut in log.Graph.SeatsOf(person).SelectMany(grant => log.Now.SpaceEndings(grant, person)).Distinct())
            {
                if (!log.Graph.Expels.Any(expel => log.Now.IsEffective(expel) && log.Graph[expel].Citation == cut))
                {
                    yield return TryExpel(person, space.Graph[cut].Op.Hash);
                }
            }
        }
    }

    private OpDraft? TryExpel(PersonId person, ChangeHash citation)
    {
        var op = new ExpelOp(Header(), Authority(), person, citation);
        return Refusal(op) is null ? new(op, log.NextLamport) : null;
    }

    private ChangeHash Authority() =>
        log.Now.HighestSeat(author) is { } seat ? log.Graph[seat].Op.Hash : throw Forbidden(OpRefusal.NoAuthority);

    private OpHeader Header() => Header(HeadChoice.SeatsOf(log, author));

    private OpHeader Header(IEnumerable<OpEntry> required)
    {
        var heads = HeadChoice.Pick(log, MembershipOpReader.DependenciesMax, required);
        return new(default, author, log.NextLamport, 0, log.Domain, [.. heads.Select(entry => entry.Op.Hash)]);
    }

    private OpDraft Checked(MembershipOp op) => Refusal(op) is { } refusal ? throw Forbidden(refusal) : new(op, log.NextLamport);

    private OpRefusal? Refusal(MembershipOp op)
    {
        if (log.Kind == AccessDomainKind.DirectMessage && op is not LeaveOp)
        {
            return OpRefusal.NotInDirectMessage;
        }

        var past = log.Graph.PastThrough(op.Header.Depends);
        return new OpValidity(op, log.Kind, log.Graph, past, log.StandingOf(past)).Judge(proofHolds: true);
    }

    private static ParleyException Forbidden(OpRefusal refusal) => new(ParleyErrorCode.Forbidden, refusal.ToReason());
}
