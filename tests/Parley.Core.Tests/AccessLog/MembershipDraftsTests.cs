using Parley.Ids;
using Parley.Nodes;
using Xunit;
using static Parley.Access.MembershipScene;

namespace Parley.Access;

public sealed class MembershipDraftsTests : IDisposable
{
    private readonly MembershipScene _scene = new();

    [Fact]
    public async Task A_space_lives_through_everything_that_honest_people_write()
    {
        var space = _scene.Space;
        _scene.Do(space, By(_scene.Ann, space).Grant(_scene.Bob, AccessRole.Admin));
        var invite = _scene.Do(space, By(_scene.Bob, space).Invite(_scene.InviteKey, Start + 1000, 1));
        Offer(space, await _scene.AdmitAsync(space, invite, _scene.Cat));
        Assert.Equal(AccessRole.Member, space.Now.RoleOf(_scene.Cat));

        _scene.Do(space, By(_scene.Ann, space).SetPolicy(new() { Post = AccessRole.Admin, History = HistorySharing.FromJoin }));
        Assert.Equal(AccessRole.Admin, space.Now.Policy.Post);

        // Used up: the next one does not come in, and the admin's client ends the link.
        Assert.Equal(Reason.InviteUsedUp, (await Assert.ThrowsAsync<ParleyException>(() => _scene.AdmitAsync(space, invite, _scene.Dan))).Reason);
        Assert.Empty(By(_scene.Cat, space).DueSweeps(Start));
        _scene.Do(space, Assert.Single(By(_scene.Bob, space).DueSweeps(Start)));
        Assert.Empty(space.Now.OpenInvites);
        Assert.Empty(By(_scene.Bob, space).DueSweeps(Start));

        _scene.Do(space, By(_scene.Bob, space).Revoke(_scene.Cat));
        _scene.Do(space, By(_scene.Bob, space).Leave());
        Assert.Equal([_scene.Ann], space.Now.Members.Keys);
        Assert.All(space.Operations, op => Assert.True(space.FateOf(op.Hash)!.IsEffective));
    }

    [Fact]
    public void What_the_log_would_refuse_is_not_drafted()
    {
        var space = _scene.Space;
        _scene.Do(space, By(_scene.Ann, space).Grant(_scene.Bob, AccessRole.Admin));
        _scene.Do(space, By(_scene.Ann, space).Grant(_scene.Cat, AccessRole.Admin));

        Refused("not-outranked", () => By(_scene.Bob, space).Revoke(_scene.Cat));
        Refused("insufficient-role", () => By(_scene.Bob, space).Grant(_scene.Dan, AccessRole.Admin));
        Refused("insufficient-role", () => By(_scene.Bob, space).SetPolicy(AccessPolicy.Empty));
        Refused("self-revoke", () => By(_scene.Ann, space).Revoke(_scene.Ann));
        Refused("no-authority", () => By(_scene.Dan, space).Grant(_scene.Dan, AccessRole.Owner));
        Refused("not-a-member", () => By(_scene.Dan, space).Leave());
        Refused("unknown-invite", () => By(_scene.Ann, space).RevokeInvite(_scene.Root));
        Refused("not-in-space", () => MembershipDrafts.Channel(space, _scene.Dan, Nonce(3)));

        static void Refused(string reason, Func<OpDraft> draft)
        {
            var refusal = Assert.Throws<ParleyException>(draft);
            Assert.Equal((ParleyErrorCode.Forbidden, reason), (refusal.Code, refusal.Reason?.ToCode()));
        }
    }

    [Fact]
    public async Task An_invite_that_has_ended_is_swept_and_lets_nobody_in()
    {
        var space = _scene.Space;
        var invite = _scene.Do(space, By(_scene.Ann, space).Invite(_scene.InviteKey, Start + 1000, 5));

        Assert.Empty(By(_scene.Ann, space).DueSweeps(Start + 1000));
        Assert.Equal(Reason.InviteExpired, (await Assert.ThrowsAsync<ParleyException>(() => _scene.AdmitAsync(space, invite, _scene.Bob, Start + 1001))).Reason);
        _scene.Do(space, Assert.Single(By(_scene.Ann, space).DueSweeps(Start + 1001)));
        Assert.Equal(Reason.InviteClosed, (await Assert.ThrowsAsync<ParleyException>(() => _scene.AdmitAsync(space, invite, _scene.Bob))).Reason);
    }

    [Fact]
    public async Task With_more_heads_than_may_be_named_some_are_joined_first()
    {
        // 600 people come in by one link at the same moment, none knowing of another.
        var space = _scene.Space;
        var invite = _scene.Do(space, By(_scene.Ann, space).Invite(_scene.InviteKey, Start + 1000, 1000));
        var joiners = Enumerable.Range(0, 600).Select(i => Person($"joiner{i}")).ToArray();
        var admits = new List<Change>();
        foreach (var joiner in joiners)
        {
            admits.Add(await _scene.AdmitAsync(space, invite, joiner));
        }

        Offer(space, [.. admits]);
        Assert.Equal(600, space.Heads.Count);
        var members = space.Now.Members;

        // A member can not join heads, and leaves all the same: its own seat is among what it names.
        Assert.Null(By(joiners[7], space).JoinHeads());
        Assert.Contains(admits[7].Hash, By(joiners[7], space).Leave().Operation.Header.Depends);
        Assert.Equal(256, By(joiners[7], space).Leave().Operation.Header.Depends.Count);

        var joins = 0;
        while (By(_scene.Ann, space).JoinHeads() is { } join)
        {
            _scene.Do(space, join);
            joins++;
        }

        Assert.Equal((2, 90), (joins, space.Heads.Count));
        Assert.Equal(members, space.Now.Members);
        var removal = _scene.Do(space, By(_scene.Ann, space).Revoke(joiners[3]));
        Assert.Equal([removal], space.Heads);
        Assert.Null(space.Now.RoleOf(joiners[3]));
    }

    [Fact]
    public async Task A_message_names_at_most_sixteen_heads_and_its_authors_seat_is_below_them()
    {
        var space = _scene.Space;
        var invite = _scene.Do(space, By(_scene.Ann, space).Invite(_scene.InviteKey, Start + 1000, 100));
        var joiners = Enumerable.Range(0, 40).Select(i => Person($"joiner{i}")).ToArray();
        var admits = new List<Change>();
        foreach (var joiner in joiners)
        {
            admits.Add(await _scene.AdmitAsync(space, invite, joiner));
        }

        Offer(space, [.. admits]);

        Assert.All(joiners, joiner =>
        {
            var seen = SeenOperations.For(space, joiner);
            Assert.Equal(SeenOperations.Max, seen.Count);
            Assert.Equal(seen, SeenOperations.Read(Json.JsonValue.Object((Nodes.Change.SeenProperty, SeenOperations.ToJson(seen)))));
            var verdict = AccessDecision.Decide(space, new(joiner, AccessAction.Create) { Seen = seen, Lamport = space.NextLamport });
            Assert.True(verdict.IsAccepted);
        });
    }

    [Fact]
    public void A_direct_message_starts_on_both_sides_and_who_left_comes_back_by_itself()
    {
        PersonId[] people = [_scene.Bob, _scene.Ann];
        var ann = _scene.Write(MembershipDrafts.DirectMessage(people, _scene.Ann, Nonce(4)));
        var bob = _scene.Write(MembershipDrafts.DirectMessage(people, _scene.Bob, Nonce(5)));
        var log = MembershipLog.OfDirectMessage(RoomNames.DirectMessage(people));
        Offer(log, ann, bob);
        Assert.Equal(people.Order(), log.Now.Members.Keys.Order());

        _scene.Do(log, By(_scene.Bob, log).Leave());
        _scene.Do(log, MembershipDrafts.DirectMessage(people, _scene.Ann, Nonce(6), log));
        Assert.Equal([_scene.Ann], log.Now.Members.Keys);
        _scene.Do(log, MembershipDrafts.DirectMessage(people, _scene.Bob, Nonce(7), log));
        Assert.Equal(2, log.Now.Members.Count);

        Assert.Throws<ParleyException>(() => By(_scene.Ann, log).Grant(_scene.Cat, AccessRole.Member));
        Assert.Throws<ParleyException>(() => MembershipDrafts.DirectMessage(people, _scene.Cat, Nonce(8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MembershipDrafts.DirectMessage([_scene.Ann], _scene.Ann, Nonce(8)));
    }

    [Fact]
    public void An_expulsion_voids_what_the_lost_person_did_in_the_channel_unseen()
    {
        var space = _scene.Space;
        foreach (var person in new[] { _scene.Bob, _scene.Cat, _scene.Dan })
        {
            _scene.Do(space, By(_scene.Ann, space).Grant(person, AccessRole.Member));
        }

        var channel = _scene.Channel(_scene.Bob);
        _scene.Do(channel, By(_scene.Bob, channel).Grant(_scene.Cat, AccessRole.Admin));
        var unseen = _scene.Write(By(_scene.Bob, channel).Grant(_scene.Dan, AccessRole.Owner));
        _scene.Do(space, By(_scene.Ann, space).Revoke(_scene.Bob));

        Assert.Empty(By(_scene.Bob, channel).DueExpulsions());
        _scene.Do(channel, Assert.Single(By(_scene.Cat, channel).DueExpulsions()));
        Assert.Empty(By(_scene.Cat, channel).DueExpulsions());
        Offer(channel, unseen);

        Assert.Equal(VoidReason.AuthorityCut, channel.FateOf(unseen.Hash)?.Reason);
        Assert.Equal([_scene.Cat], channel.Now.Access.Keys);
    }

    public void Dispose() => _scene.Dispose();
}
