using System.Text;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Vectors;

/// <summary>Suite <c>batch-commit</c>: one signature over the ordered hashes of many changes.</summary>
internal static class BatchCommitVectors
{
    public static ValueTask<JsonValue> RunAsync(JsonValue input) =>
        input["unsignedCommit"] is { } unsigned ? CommitAsync(input, unsigned)
        : input["reversedChangeHashes"] is not null ? ValueTask.FromResult(Roots(input))
        : TamperAsync(input);

    private static async ValueTask<JsonValue> CommitAsync(JsonValue input, JsonValue unsigned)
    {
        using var signer = input.SignerOf("authorSeedHex");
        var fields = new BatchCommitFields(
            unsigned.TextOf("id"),
            PersonId.Parse(unsigned.TextOf("authorDID")),
            HashesOf(unsigned, "changeHashes"),
            unsigned.IntegerOf("lamport"),
            unsigned.IntegerOf("wallTime"),
            unsigned["room"]?.Text,
            (int)unsigned.IntegerOf("protocolVersion"));
        var draft = new BatchCommitDraft(fields);
        var commit = draft.Complete(await signer.SignAsync(draft.BytesToSign));
        var members = SampleMembers();
        if (!commit.Verify(SodiumSignatures.Verify(commit.Check), members).Holds)
        {
            throw new InvalidOperationException("the commit does not verify with its members");
        }

        return JsonValue.Object(
            ("canonicalJson", JsonValue.Of(Encoding.UTF8.GetString(draft.Canonical.Span))),
            ("root", JsonValue.Of(commit.Root.ToString())),
            ("hash", JsonValue.Of(commit.Hash.ToString())),
            ("signatureBase64", JsonValue.Of(Convert.ToBase64String(commit.Signature.Span))),
            ("memberHashes", JsonValue.Array([.. members.Select(m => JsonValue.Of(m.ClaimedHash.ToString()))])));
    }

    private static JsonValue Roots(JsonValue input) => JsonValue.Object(
        ("root", JsonValue.Of(BatchCommit.RootOf(HashesOf(input, "changeHashes")).ToString())),
        ("reversedRoot", JsonValue.Of(BatchCommit.RootOf(HashesOf(input, "reversedChangeHashes")).ToString())));

    /// <summary>The vector names hashes only; commit and members are the suite's samples.</summary>
    private static async ValueTask<JsonValue> TamperAsync(JsonValue input)
    {
        var members = SampleMembers();
        var smuggled = Sample("b999", "Smuggled", 9, 1_718_641_290_000);
        var commit = await SampleCommitAsync(members);
        var holds = SodiumSignatures.Verify(commit.Check);
        if (commit.Hash.ToString() != input.TextOf("commitHash") || smuggled.ClaimedHash.ToString() != input.TextOf("smuggledChangeHash"))
        {
            throw new InvalidOperationException("the samples do not have the vector's hashes");
        }

        var index = (int)input.IntegerOf("tamperedMemberIndex");
        var tampered = members.ToArray();
        var payload = tampered[index].Fields.Payload;
        tampered[index] = tampered[index] with
        {
            Fields = tampered[index].Fields with { Payload = payload with { Properties = payload.Properties.With("title", JsonValue.Of("Forged")) } },
        };

        var edited = HashesOf(input, "editedChangeHashes");
        var forged = commit with { Fields = commit.Fields with { ChangeHashes = edited }, Root = BatchCommit.RootOf(edited) };
        return JsonValue.Object(
            ("smuggledMembers", Flags(commit.Verify(holds, [.. members, smuggled]).Members)),
            ("tamperedMembers", Flags(commit.Verify(holds, tampered).Members)),
            ("forgedCommitRoot", JsonValue.Of(forged.Root.ToString())),
            ("forgedCommitVerifies", JsonValue.Of(forged.Verify(SodiumSignatures.Verify(forged.Check), []).CommitHolds)));
    }

    private static BatchMember[] SampleMembers() =>
    [
        Sample("b001", "One", 1, 1_718_641_200_001),
        Sample("b002", "Two", 2, 1_718_641_200_002),
        Sample("b003", "Three", 3, 1_718_641_200_003),
    ];

    private static BatchMember Sample(string suffix, string title, long lamport, long wallTime)
    {
        using var signer = SampleSigner();
        var payload = new ChangePayload(
            new("node-" + suffix), "xnet://xnet.fyi/Task@1.0.0", JsonValue.Object(("title", JsonValue.Of(title))), Deleted: null);
        var fields = new ChangeFields("chg-" + suffix, payload, null, signer.Person, wallTime, lamport);
        return new(fields, new ChangeDraft(fields).Hash);
    }

    private static async ValueTask<BatchCommit> SampleCommitAsync(IEnumerable<BatchMember> members)
    {
        using var signer = SampleSigner();
        var draft = new BatchCommitDraft(new("commit-0001", signer.Person, [.. members.Select(m => m.ClaimedHash)], 10, 1_718_641_300_000));
        return draft.Complete(await signer.SignAsync(draft.BytesToSign));
    }

    private static SodiumSigner SampleSigner() => new([.. Enumerable.Repeat((byte)0xaa, 32)]);

    private static ChangeHash[] HashesOf(JsonValue value, string name) => [.. value.TextsOf(name).Select(ChangeHash.Parse)];

    private static JsonValue Flags(IReadOnlyList<bool> flags) => JsonValue.Array([.. flags.Select(JsonValue.Of)]);
}
