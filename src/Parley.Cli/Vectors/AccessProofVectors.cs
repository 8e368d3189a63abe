using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;

namespace Parley.Cli.Vectors;

/// <summary>The bytes of admission proofs: format <c>parley-access-proofs/1</c>.</summary>
internal static class AccessProofVectors
{
    /// <summary>The member <c>format</c> of such a file.</summary>
    public const string Format = "parley-access-proofs/1";

    /// <summary>Checks message, key, signature and verification of every case. Returns what differs.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(JsonValue file, CancellationToken cancellationToken = default)
    {
        var faults = new List<string>();
        var cases = file["cases"]?.Items ?? [];
        if (cases.Count == 0)
        {
            faults.Add("no cases");
        }

        for (var i = 0; i < cases.Count; i++)
        {
            var one = cases[i];
            var message = InviteProof.BytesToSign(
                new(Text(one, "domain")), new(Bytes(one, "inviteOpHash")), PersonId.Parse(Text(one, "joiner")), Bytes(one, "cardHash"));
            using var key = new SodiumSigner(Bytes(one, "inviteSecret"));
            var signatures = await key.SignAsync(new ReadOnlyMemory<byte>[] { message }, cancellationToken).ConfigureAwait(false);
            Check("message", message);
            Check("invitePublicKey", key.Person.PublicKey());
            Check("proof", signatures[0]);
            if (!SodiumSignatures.Verify(new SignatureCheck(Bytes(one, "invitePublicKey"), message, Bytes(one, "proof"))))
            {
                faults.Add($"case {i}: the proof does not verify");
            }

            void Check(string name, ReadOnlySpan<byte> found)
            {
                if (!found.SequenceEqual(Bytes(one, name)))
                {
                    faults.Add($"case {i}: {name} is {Convert.ToHexStringLower(found)}, not {Text(one, name)}");
                }
            }
        }

        return faults;
    }

    private static string Text(JsonValue value, string name) => value[name]?.Text ?? throw new FormatException($"No text '{name}'.");

    private static byte[] Bytes(JsonValue value, string name) => Convert.FromHexString(Text(value, name));
}
