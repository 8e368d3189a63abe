using System.Globalization;
using System.Text;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Xunit;
using static Parley.Nodes.Forge;

namespace Parley.Nodes;

public sealed class BatchCommitTests
{
    private static readonly BatchMember[] Members = [Member(1, "One"), Member(2, "Two"), Member(3, "Three")];

    private static readonly BatchMember Smuggled = Of(Fields("chg-b999", "node-b999", "Smuggled", 9, 1718641290000));

    [Fact]
    public void The_worked_members_have_the_hashes_of_the_protocol()
    {
        Assert.EndsWith("867b03b590", Members[0].ClaimedHash.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("6a9a3a61dc", Members[1].ClaimedHash.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("6727125939", Members[2].ClaimedHash.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("5e909ebc3c", Smuggled.ClaimedHash.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_published_commit_comes_out_to_the_byte_and_verifies()
    {
        var (_, expected) = ConformanceVectors.File("batch-commit", "0001");
        var draft = Draft();
        Assert.Equal(expected["canonicalJson"]!.Text, Encoding.UTF8.GetString(draft.Canonical.Span));
        Assert.Equal(expected["hash"]!.Text, draft.Hash.ToString());
        var commit = await SignAsync(draft);
        Assert.Equal(expected["root"]!.Text, commit.Root.ToString());
        Assert.Equal(expected["signatureBase64"]!.Text, Convert.ToBase64String(commit.Signature.Span));
        Assert.Equal(expected["memberHashes"]!.Items.Select(h => h.Text), Members.Select(m => m.ClaimedHash.ToString()));
        Assert.True(Verify(commit, Members).Holds);
    }

    [Fact]
    public void The_published_roots_depend_on_the_order()
    {
        var (input, expected) = ConformanceVectors.File("batch-commit", "0002");
        Assert.Equal(expected["root"]!.Text, BatchCommit.RootOf(Hashes(input["changeHashes"]!)).ToString());
        Assert.Equal(expected["reversedRoot"]!.Text, BatchCommit.RootOf(Hashes(input["reversedChangeHashes"]!)).ToString());
    }

    [Fact]
    public async Task The_published_forgeries_are_found_member_by_member()
    {
        var (input, expected) = ConformanceVectors.File("batch-commit", "0003");
        var commit = await SignAsync(Draft());
        Assert.Equal(input["commitHash"]!.Text, commit.Hash.ToString());
        Assert.Equal(input["smuggledChangeHash"]!.Text, Smuggled.ClaimedHash.ToString());
        Assert.Equal(expected["smuggledMembers"]!.Items.Select(m => m.Boolean!.Value), Verify(commit, [.. Members, Smuggled]).Members);

        var tampered = Members.ToArray();
        var index = (int)input["tamperedMemberIndex"]!.Integer!.Value;
        tampered[index] = tampered[index] with { Fields = Fields("chg-b002", "node-b002", "Forged", 2, 1718641200002) };
        Assert.Equal(expected["tamperedMembers"]!.Items.Select(m => m.Boolean!.Value), Verify(commit, tampered).Members);

        var edited = Hashes(input["editedChangeHashes"]!);
        var forged = commit with { Fields = commit.Fields with { ChangeHashes = edited }, Root = BatchCommit.RootOf(edited) };
        Assert.Equal(expected["forgedCommitRoot"]!.Text, forged.Root.ToString());
        Assert.Equal(expected["forgedCommitVerifies"]!.Boolean, Verify(forged, []).CommitHolds);
    }

    [Fact]
    public async Task A_commit_vouches_for_nobody_where_any_part_of_it_is_wrong()
    {
        var commit = await SignAsync(Draft());
        var spoilt = new[]
        {
            commit with { Root = Smuggled.ClaimedHash },
            commit with { Hash = Smuggled.ClaimedHash },
            commit with { Signature = new byte[64] },
            commit with { Fields = commit.Fields with { Author = B.Person } },
            commit with { Fields = commit.Fields with { Lamport = 11 } },
            commit with { Fields = commit.Fields with { WallTime = 1 } },
            commit with { Fields = commit.Fields with { Id = "commit-0002" } },
            commit with { Fields = commit.Fields with { Room = "elsewhere" } },
            commit with { Fields = commit.Fields with { ProtocolVersion = 3 } },
        };
        Assert.All(spoilt, bad =>
        {
            var verdict = Verify(bad, Members);
            Assert.False(verdict.CommitHolds);
            Assert.False(verdict.Holds);
            Assert.All(verdict.Members, Assert.False);
        });
    }

    [Fact]
    public async Task A_member_of_another_author_is_refused()
    {
        var theirs = Of(Members[0].Fields with { Author = B.Person });
        var draft = new BatchCommitDraft(new("commit", A.Person, [theirs.ClaimedHash], 10, 1718641300000));
        var verdict = Verify(await SignAsync(draft), [theirs]);
        Assert.True(verdict.CommitHolds);
        Assert.Equal([false], verdict.Members);
        Assert.False(verdict.Holds);
    }

    [Fact]
    public async Task A_room_is_signed_where_it_is_named()
    {
        var commit = await SignAsync(new(new("commit", A.Person, [Members[0].ClaimedHash], 10, 1718641300000, "a-room")));
        Assert.True(Verify(commit, [Members[0]]).Holds);
        Assert.False(Verify(commit with { Fields = commit.Fields with { Room = null } }, [Members[0]]).Holds);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task A_commit_covers_1_to_1000_changes(int count, bool taken)
    {
        var fields = new BatchCommitFields("commit", A.Person, [.. Enumerable.Repeat(Smuggled.ClaimedHash, count)], 10, 1718641300000);
        if (taken)
        {
            Assert.True(Verify(await SignAsync(new(fields)), [Smuggled]).Holds);
            return;
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchCommitDraft(fields));

        // Somebody else's code may have signed it all the same.
        var signed = await SignAsync(fields, BatchCommit.RootOf(fields.ChangeHashes));
        Assert.False(Verify(signed, []).CommitHolds);
    }

    [Fact]
    public async Task A_root_of_other_changes_is_refused_even_where_it_was_signed()
    {
        var fields = new BatchCommitFields("commit", A.Person, [Members[0].ClaimedHash], 10, 1718641300000);
        Assert.True(Verify(await SignAsync(fields, BatchCommit.RootOf(fields.ChangeHashes)), []).CommitHolds);
        Assert.False(Verify(await SignAsync(fields, Smuggled.ClaimedHash), []).CommitHolds);
    }

    private static BatchVerdict Verify(BatchCommit commit, IReadOnlyList<BatchMember> members) =>
        commit.Verify(SodiumSignatures.Verify(commit.Check), members);

    private static BatchCommitDraft Draft() =>
        new(new("commit-0001", A.Person, [.. Members.Select(m => m.ClaimedHash)], 10, 1718641300000));

    private static async Task<BatchCommit> SignAsync(BatchCommitDraft draft) =>
        draft.Complete((await A.SignAsync(new[] { draft.BytesToSign }, TestContext.Current.CancellationToken))[0]);

    private static async Task<BatchCommit> SignAsync(BatchCommitFields fields, ChangeHash root)
    {
        var hash = Blake3.Hash(BatchCommitDraft.Canonicalise(fields, root));
        var signatures = await A.SignAsync(new ReadOnlyMemory<byte>[] { Encoding.ASCII.GetBytes(hash.ToString()) }, TestContext.Current.CancellationToken);
        return new(fields, root, hash, signatures[0]);
    }

    private static ChangeHash[] Hashes(JsonValue list) => [.. list.Items.Select(hash => ChangeHash.Parse(hash.Text!))];

    private static BatchMember Member(int number, string title) => Of(Fields(
        string.Create(CultureInfo.InvariantCulture, $"chg-b00{number}"), string.Create(CultureInfo.InvariantCulture, $"node-b00{number}"), title, number, 1718641200000 + number));

    private static BatchMember Of(ChangeFields fields) => new(fields, new ChangeDraft(fields).Hash);

    private static ChangeFields Fields(string id, string node, string title, long lamport, long wallTime) => new(
        id,
        new(new(node), "xnet://xnet.fyi/Task@1.0.0", JsonValue.Object(("title", JsonValue.Of(title))), null),
        null,
        A.Person,
        wallTime,
        lamport);
}
