using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Commands;

/// <summary>Something that a person does with memberships, as data: carried out by whoever owns the store. The answer is an id or a hash as text.</summary>
internal abstract record MembershipCommand
{
    private MembershipCommand()
    {
    }

    public abstract Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken);

    /// <summary>Makes a space, the node that carries its name and the channel that is its thread.</summary>
    public sealed record CreateSpace(string Name) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var root = MembershipDrafts.Space(turn.Me, turn.Random(DomainRoot.NonceBytes));
            await turn.WriteAsync(root, cancellationToken).ConfigureAwait(false);
            var space = JsonValue.Of(root.Domain.Value);
            turn.Drafts.Add(new()
            {
                Node = root.Domain,
                SchemaId = Schemas.Space,
                Properties = JsonValue.Object(("name", JsonValue.Of(Name)), ("kind", JsonValue.Of("workspace")), ("visibility", JsonValue.Of("private"))),
            });
            turn.Drafts.Add(new()
            {
                Node = RoomNames.ThreadOf(root.Domain),
                SchemaId = Schemas.Channel,
                Properties = JsonValue.Object(
                    ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of("general")), ("target", space), ("space", space)),
            });
            turn.Knock(turn.Me, root.Domain);
            return root.Domain.Value;
        }
    }

    /// <summary>Makes a private channel of a space and seats its first people.</summary>
    public sealed record CreateChannel(NodeId Space, string Name, string? Topic, IReadOnlyList<PersonId> People) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var root = MembershipDrafts.Channel(turn.Log(Space), turn.Me, turn.Random(DomainRoot.NonceBytes));
            await turn.WriteAsync(root, cancellationToken).ConfigureAwait(false);
            List<PersonId> others = [.. People.Where(person => person != turn.Me).Distinct()];
            foreach (var person in others)
            {
                await turn.WriteAsync(new MembershipDrafts(turn.Log(root.Domain), turn.Me).Grant(person, AccessRole.Member), cancellationToken).ConfigureAwait(false);
                turn.Knock(person, root.Domain);
            }

            turn.Drafts.Add(new()
            {
                Node = root.Domain,
                SchemaId = Schemas.Channel,
                Properties = JsonValue.Object(
                    ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of(Name)), ("space", JsonValue.Of(Space.Value)),
                    ("visibility", JsonValue.Of("private")), ("topic", Topic is null ? null : JsonValue.Of(Topic)),
                    ("members", JsonValue.Array([.. others.Append(turn.Me).Select(p => JsonValue.Of(p.Value))]))),
            });
            turn.Knock(turn.Me, root.Domain);
            return root.Domain.Value;
        }
    }

    /// <summary>Opens the conversation of exactly these people, or returns to it.</summary>
    public sealed record OpenDirect(IReadOnlyList<PersonId> People) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            List<PersonId> people = [.. People.Append(turn.Me).Distinct().Order()];
            var id = RoomNames.DirectMessage(people);
            var log = turn.Find(id);
            if (log?.Now.AccessOf(turn.Me) is null)
            {
                await turn.WriteAsync(MembershipDrafts.DirectMessage(people, turn.Me, turn.Random(DomainRoot.NonceBytes), log), cancellationToken).ConfigureAwait(false);
                turn.Drafts.Add(new()
                {
                    Node = id,
                    SchemaId = Schemas.Channel,
                    Properties = JsonValue.Object(
                        ("kind", JsonValue.Of("dm")), ("members", JsonValue.Array([.. people.Select(p => JsonValue.Of(p.Value))]))),
                });
                people.ForEach(person => turn.Knock(person, id));
            }

            return id.Value;
        }
    }

    /// <summary>Opens an invite for the holder of a key.</summary>
    public sealed record OpenInvite(NodeId Domain, ReadOnlyMemory<byte> PublicKey, long ExpiresAtMs, int Uses) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var drafts = await turn.DraftsAsync(Domain, cancellationToken).ConfigureAwait(false);
            return (await turn.WriteAsync(drafts.Invite(PublicKey, ExpiresAtMs, Uses), cancellationToken).ConfigureAwait(false)).ToString();
        }
    }

    /// <summary>Ends an invite.</summary>
    public sealed record EndInvite(NodeId Domain, ChangeHash Invite) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var drafts = await turn.DraftsAsync(Domain, cancellationToken).ConfigureAwait(false);
            return (await turn.WriteAsync(drafts.RevokeInvite(Invite), cancellationToken).ConfigureAwait(false)).ToString();
        }
    }

    /// <summary>Comes in by an invite.</summary>
    public sealed record Admit(NodeId Domain, ChangeHash Invite, ReadOnlyMemory<byte> Proof) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var drafts = new MembershipDrafts(turn.Log(Domain), turn.Me);
            turn.Knock(turn.Me, Domain);
            var admit = await turn.WriteAsync(drafts.Admit(Invite, Proof, turn.NowMs), cancellationToken).ConfigureAwait(false);

            // It is a valid operation and seats nobody where the invite is older than the person's removal.
            return turn.Log(Domain).Now.AccessOf(turn.Me) is not null
                ? admit.ToString()
                : throw new ParleyException(ParleyErrorCode.Forbidden, Reason.Removed);
        }
    }

    /// <summary>Seats a person with a role; who has a higher one is lowered to it.</summary>
    public sealed record Seat(NodeId Domain, PersonId Person, AccessRole Role) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var before = turn.Log(Domain).Now.RoleOf(Person);
            if (before is null)
            {
                turn.Knock(Person, Domain);
            }

            if (before > Role)
            {
                var lowering = await turn.DraftsAsync(Domain, cancellationToken).ConfigureAwait(false);
                await turn.WriteAsync(lowering.Revoke(Person), cancellationToken).ConfigureAwait(false);
            }

            var drafts = await turn.DraftsAsync(Domain, cancellationToken).ConfigureAwait(false);
            return (await turn.WriteAsync(drafts.Grant(Person, Role), cancellationToken).ConfigureAwait(false)).ToString();
        }
    }

    /// <summary>Removes a person, or bars one who left.</summary>
    public sealed record Unseat(NodeId Domain, PersonId Person) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var drafts = await turn.DraftsAsync(Domain, cancellationToken).ConfigureAwait(false);
            return (await turn.WriteAsync(drafts.Revoke(Person), cancellationToken).ConfigureAwait(false)).ToString();
        }
    }

    /// <summary>Leaves.</summary>
    public sealed record Leave(NodeId Domain) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var drafts = new MembershipDrafts(turn.Log(Domain), turn.Me);
            return (await turn.WriteAsync(drafts.Leave(), cancellationToken).ConfigureAwait(false)).ToString();
        }
    }

    /// <summary>Sets rules.</summary>
    public sealed record SetPolicy(NodeId Domain, AccessPolicy Policy) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            var drafts = await turn.DraftsAsync(Domain, cancellationToken).ConfigureAwait(false);
            return (await turn.WriteAsync(drafts.SetPolicy(Policy), cancellationToken).ConfigureAwait(false)).ToString();
        }
    }

    /// <summary>What this person's client owes by itself: expulsions from private channels, ends of invites that ran out.</summary>
    public sealed record Duties(IReadOnlyCollection<NodeId> Sweeps) : MembershipCommand
    {
        public override async Task<string> RunAsync(MembershipTurn turn, CancellationToken cancellationToken)
        {
            foreach (var log in turn.All.Where(log => log.Now.AccessOf(turn.Me) is not null).ToList())
            {
                // One after the other: each names those before it.
                var drafts = new MembershipDrafts(log, turn.Me);
                while (NextDuty(log, drafts, turn) is { } due)
                {
                    await turn.WriteAsync(due, cancellationToken).ConfigureAwait(false);
                }
            }

            return "";
        }

        private OpDraft? NextDuty(MembershipLog log, MembershipDrafts drafts, MembershipTurn turn) =>
            drafts.DueExpulsions() is [var expulsion, ..] ? expulsion
            : Sweeps.Contains(log.Domain) && drafts.DueSweeps(turn.NowMs) is [var sweep, ..] ? sweep
            : null;
    }
}
