using Parley.Nodes;
using Xunit;
using static Parley.Access.MembershipScene;

namespace Parley.Access;

public sealed class MembershipLogTests : IDisposable
{
    private readonly MembershipScene _scene = new();

    [Fact]
    public async Task An_admission_that_comes_before_its_invite_waits_and_its_proof_is_checked_then()
    {
        var invite = _scene.Write(By(_scene.Ann, _scene.Space).Invite(_scene.InviteKey, Start + 1000, 5));
        var root = Offered(_scene.Space);
        Offer(_scene.Space, invite);
        var good = await _scene.AdmitAsync(_scene.Space, invite.Hash, _scene.Bob);
        var stolen = await _scene.AdmitAsync(_scene.Space, invite.Hash, _scene.Cat);
        var forged = Change(stolen.Fields with { Author = _scene.Dan, Payload = Named(stolen, _scene.Dan) });
        var late = _scene.Replica();

        Assert.Equal(0, late.Plan([good, forged]).Checks.Length);
        Offer(late, good, forged);
        Assert.Equal(Reason.MissingDependencies, late.VerdictOf(good.Hash)?.Reason);
        Assert.Equal(Reason.MissingDependencies, late.VerdictOf(forged.Hash)?.Reason);
        Offer(late, [.. root, invite]);

        Assert.Equal(OpVerdict.Valid, late.VerdictOf(good.Hash));
        Assert.Equal(Reason.BadProof, late.VerdictOf(forged.Hash)?.Reason);
        Assert.Equal(AccessRole.Member, late.Now.RoleOf(_scene.Bob));
        Assert.Null(late.Now.RoleOf(_scene.Dan));
    }

    [Fact]
    public void A_repetition_changes_nothing_and_says_so()
    {
        var grant = _scene.Write(By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Admin));
        Offer(_scene.Space, grant);

        var again = Offer(_scene.Space, grant, grant);

        Assert.All(again.Reports, report => Assert.True(report.IsDuplicate));
        Assert.Empty(again.Touched);
        Assert.Equal(2, _scene.Space.Count);
    }

    [Fact]
    public void A_plan_that_others_overtook_is_not_applied()
    {
        var plan = _scene.Space.Plan([_scene.Write(By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Admin))]);
        _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(_scene.Cat, AccessRole.Member));

        Assert.Throws<InvalidOperationException>(() => _scene.Space.Apply(plan, []));
        Assert.Throws<InvalidOperationException>(() => _scene.Replica().Apply(plan, []));
    }

    [Fact]
    public void A_long_chain_that_arrives_backwards_ends_the_same()
    {
        for (var i = 0; i < 3000; i++)
        {
            _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(Person($"p{i}"), AccessRole.Member));
        }

        var replica = _scene.Replica(new() { HeldPerAuthorMax = 5000, HeldMax = 5000 });
        foreach (var change in Offered(_scene.Space).Reverse())
        {
            Offer(replica, change);
        }

        Assert.Equal(_scene.Space.Now.Members.Count, replica.Now.Members.Count);
        Assert.Equal(_scene.Space.Heads, replica.Heads);
        Assert.Empty(replica.Wanted);
    }

    [Fact]
    public void Held_operations_are_bounded_per_author_and_the_oldest_goes()
    {
        var replica = _scene.Replica(new() { HeldPerAuthorMax = 3 });
        var chain = Enumerable.Range(0, 5).Select(i => _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(Person($"p{i}"), AccessRole.Member))).ToArray();
        var changes = Offered(_scene.Space);

        var arrivals = Offer(replica, changes[2..]);

        Assert.Equal([chain[1]], arrivals.Reports.Where(report => report.IsEvicted).Select(report => report.Op));
        Assert.Null(replica.VerdictOf(chain[1]));
        // What is missing is asked for, the evicted one with it, and in the end all is there.
        Assert.Equal([chain[1]], replica.Wanted);
        Offer(replica, changes);
        Assert.Equal(6, replica.Count);
    }

    [Fact]
    public void Held_operations_are_bounded_in_all()
    {
        var replica = _scene.Replica(new() { HeldMax = 2 });
        foreach (var person in new[] { _scene.Bob, _scene.Cat, _scene.Dan })
        {
            _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(person, AccessRole.Admin));
        }

        var late = new[] { _scene.Bob, _scene.Cat, _scene.Dan }.Select(person => _scene.Write(By(person, _scene.Space).Leave())).ToArray();

        var evicted = Offer(replica, late).Reports.Single(report => report.IsEvicted);

        Assert.Equal(late[0].Hash, evicted.Op);
        Assert.Equal(Reason.MissingDependencies, evicted.Verdict.Reason);
    }

    [Fact]
    public void A_refusal_is_remembered_and_what_builds_on_it_is_refused_too()
    {
        var forged = _scene.Write(By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Owner));
        forged = Change(forged.Fields with { Author = _scene.Bob });
        var member = _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(_scene.Cat, AccessRole.Member));
        var replica = _scene.Replica();
        var leave = By(_scene.Cat, _scene.Space).Leave().Operation;
        var built = _scene.Write(new(new LeaveOp(leave.Header with { Depends = [member, forged.Hash] }), 10));

        Offer(replica, built);
        Offer(replica, [.. Offered(_scene.Space), forged]);

        Assert.Equal(Reason.NoAuthority, replica.VerdictOf(forged.Hash)?.Reason);
        Assert.Equal(Reason.InvalidDependency, replica.VerdictOf(built.Hash)?.Reason);
        Assert.Equal(AccessRole.Member, replica.Now.RoleOf(_scene.Cat));
        Assert.Equal(Reason.NoAuthority, Offer(replica, forged).Reports.Single() is { IsDuplicate: true } report ? report.Verdict.Reason : null);
    }

    [Fact]
    public void A_removal_names_everybody_whose_seat_it_took_along()
    {
        _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Owner));
        var removal = _scene.Write(By(_scene.Ann, _scene.Space).Revoke(_scene.Bob));
        var puppet = _scene.Do(_scene.Space, By(_scene.Bob, _scene.Space).Grant(_scene.Cat, AccessRole.Admin));
        var invited = _scene.Do(_scene.Space, By(_scene.Cat, _scene.Space).Grant(_scene.Dan, AccessRole.Member));

        var arrivals = Offer(_scene.Space, removal);

        Assert.Equal(new[] { _scene.Bob, _scene.Cat, _scene.Dan }.Order(), arrivals.Touched.Order());
        Assert.Equal([_scene.Ann], _scene.Space.Now.Members.Keys);
        Assert.Equal(VoidReason.AuthorityCut, _scene.Space.FateOf(puppet)?.Reason);
        Assert.Equal([removal.Hash], _scene.Space.FateOf(puppet)?.By);
        Assert.Equal([puppet], _scene.Space.FateOf(invited)?.By);
    }

    [Fact]
    public void What_was_known_at_a_time_stays_what_it_was()
    {
        var grant = _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Admin));
        var then = _scene.Space.At([grant])!;
        _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Revoke(_scene.Bob));

        Assert.Equal(AccessRole.Admin, then.RoleOf(_scene.Bob));
        Assert.Null(_scene.Space.Now.RoleOf(_scene.Bob));
        Assert.Null(_scene.Space.At([new(new byte[32])]));
    }

    [Fact]
    public void A_loss_in_the_space_reaches_its_private_channels_at_once_and_wakes_what_waited_there()
    {
        _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Member));
        _scene.Do(_scene.Space, By(_scene.Ann, _scene.Space).Grant(_scene.Cat, AccessRole.Member));
        var channel = _scene.Channel(_scene.Bob);
        _scene.Do(channel, By(_scene.Bob, channel).Grant(_scene.Cat, AccessRole.Admin));
        Assert.False(channel.IsBarred(_scene.Bob));

        var removal = _scene.Write(By(_scene.Ann, _scene.Space).Revoke(_scene.Bob));
        Offer(_scene.Space, removal);
        Assert.Equal([_scene.Cat], channel.Now.Access.Keys);
        Assert.True(channel.IsBarred(_scene.Bob));
        Assert.False(channel.IsBarred(_scene.Dan));

        // Another replica has the channel first and the space's removal last.
        var expulsion = _scene.Write(Assert.Single(By(_scene.Cat, channel).DueExpulsions()));
        Offer(channel, expulsion);
        var space = _scene.Replica();
        var late = MembershipLog.OfChannel(channel.Domain, space);
        Offer(late, [.. Offered(channel), expulsion]);
        Offer(space, [.. Offered(_scene.Space).SkipLast(1)]);
        Assert.Equal(2, late.Count);
        var arrivals = Offer(space, removal);
        Assert.Contains(arrivals.Reports, report => report.Op == expulsion.Hash && report.Domain == channel.Domain && report.Verdict == OpVerdict.Valid);
        Assert.Equal([_scene.Cat], late.Now.Access.Keys);
    }

    [Fact]
    public void A_long_chain_of_owners_falls_with_the_link_that_was_cut_unseen()
    {
        var owners = Enumerable.Range(0, 150).Select(i => Person($"owner{i}")).Prepend(_scene.Ann).ToArray();
        var cuts = new List<Change>();
        for (var i = 1; i < owners.Length; i++)
        {
            _scene.Do(_scene.Space, By(owners[i - 1], _scene.Space).Grant(owners[i], AccessRole.Owner));
            if (i % 40 == 0)
            {
                // By somebody who knows the chain so far alone: by the first whole, then by one who is already cut.
                cuts.Add(_scene.Write(By(owners[cuts.Count == 0 ? 0 : 35], _scene.Space).Revoke(owners[i])));
            }
        }

        var changes = Offered(_scene.Space);
        Offer(_scene.Space, [.. cuts]);
        var backwards = _scene.Replica(new() { HeldPerAuthorMax = 500, HeldMax = 500 });
        foreach (var change in changes.Concat(cuts).Reverse())
        {
            Offer(backwards, change);
        }

        Assert.Equal(owners[..40].Order(), _scene.Space.Now.Members.Keys.Order());
        Assert.Equal(_scene.Space.Now.Seats, backwards.Now.Seats);
        Assert.All(changes[42..], change => Assert.False(backwards.FateOf(change.Hash)!.IsEffective));
    }

    [Fact]
    public void A_log_is_of_one_kind()
    {
        Assert.Throws<ArgumentException>(() => MembershipLog.OfSpace(new("dm-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
        Assert.Throws<ArgumentException>(() => MembershipLog.OfChannel(new("sp-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), _scene.Space));
        Assert.Throws<ArgumentException>(() => MembershipLog.OfChannel(new("sc-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), MembershipLog.OfDirectMessage(new("dm-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))));
    }

    public void Dispose() => _scene.Dispose();

    private Change[] Offered(MembershipLog log) => [.. log.Operations.Select(op => _scene.Written(op.Hash))];

    private static ChangePayload Named(Change admit, Ids.PersonId person)
    {
        var sc = admit.Properties["sc"]!.With("s", Json.JsonValue.Of(person.Value));
        return admit.Fields.Payload with { Properties = admit.Properties.With("sc", sc) };
    }
}
