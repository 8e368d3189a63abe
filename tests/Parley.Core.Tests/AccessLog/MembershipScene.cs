using System.Text;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>People, clocks and ids for stories about membership logs. Changes are not signed: a log takes what the change level let through.</summary>
internal sealed class MembershipScene : IDisposable
{
    public const long Start = 1_700_000_000_000;

    private readonly SodiumSigner _inviteKey = new([.. Enumerable.Repeat((byte)7, 32)]);
    private readonly Dictionary<ChangeHash, Change> _written = [];

    public MembershipScene()
    {
        var root = Write(MembershipDrafts.Space(Ann, Nonce(1)));
        Space = MembershipLog.OfSpace(DomainOf(root));
        Offer(Space, root);
        Root = root.Hash;
    }

    public PersonId Ann { get; } = Person("ann");

    public PersonId Bob { get; } = Person("bob");

    public PersonId Cat { get; } = Person("cat");

    public PersonId Dan { get; } = Person("dan");

    /// <summary>Ann's space.</summary>
    public MembershipLog Space { get; }

    /// <summary>Its root.</summary>
    public ChangeHash Root { get; }

    /// <summary>The public key of the only invite link of these stories.</summary>
    public byte[] InviteKey => _inviteKey.Person.PublicKey();

    public static PersonId Person(string name) => PersonId.FromPublicKey(Encoding.UTF8.GetBytes(name.PadRight(32, '.')));

    public static byte[] Nonce(byte value) => [.. Enumerable.Repeat(value, DomainRoot.NonceBytes)];

    public static MembershipDrafts By(PersonId author, MembershipLog log) => new(log, author);

    /// <summary>An empty copy of the space's log, as another replica starts.</summary>
    public MembershipLog Replica(MembershipLogLimits? limits = null) => MembershipLog.OfSpace(Space.Domain, limits);

    public Change Write(OpDraft draft, long wallTimeMs = Start)
    {
        var change = Change(draft.ToChange($"op-{_written.Count}", wallTimeMs, draft.LamportMin));
        _written.Add(change.Hash, change);
        return change;
    }

    /// <summary>A change that was written here.</summary>
    public Change Written(ChangeHash hash) => _written[hash];

    public static Change Change(ChangeFields fields) => new ChangeDraft(fields).Complete(new byte[64]);

    /// <summary>Writes a draft and offers it to a log. Returns its hash.</summary>
    public ChangeHash Do(MembershipLog log, OpDraft draft, long wallTimeMs = Start)
    {
        var change = Write(draft, wallTimeMs);
        Offer(log, change);
        return change.Hash;
    }

    public static Arrivals Offer(MembershipLog log, params Change[] changes)
    {
        var plan = log.Plan(changes);
        return log.Apply(plan, [.. plan.Checks.ToArray().Select(check => SodiumSignatures.Verify(check))]);
    }

    /// <summary>A private channel of the space, made by somebody in it.</summary>
    public MembershipLog Channel(PersonId by)
    {
        var root = Write(MembershipDrafts.Channel(Space, by, Nonce(2)));
        var log = MembershipLog.OfChannel(DomainOf(root), Space);
        Offer(log, root);
        return log;
    }

    /// <summary>Somebody comes in by the link.</summary>
    public async Task<Change> AdmitAsync(MembershipLog log, ChangeHash invite, PersonId joiner, long wallTimeMs = Start)
    {
        ReadOnlyMemory<byte> message = InviteProof.BytesToSign(log.Domain, invite, joiner);
        var signatures = await _inviteKey.SignAsync(new[] { message });
        return Write(By(joiner, log).Admit(invite, signatures[0], wallTimeMs), wallTimeMs);
    }

    public void Dispose() => _inviteKey.Dispose();

    private static NodeId DomainOf(Change carrier) => new(carrier.Properties["channel"]!.Text!);
}
