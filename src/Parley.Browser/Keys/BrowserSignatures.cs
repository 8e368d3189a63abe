using System.Buffers.Binary;
using Parley.Browser.Interop;
using Parley.Identity;

namespace Parley.Browser.Keys;

/// <summary>Verifies by WebCrypto, one crossing a batch; the verdicts are those of libsodium (<see cref="SmallOrder"/>).</summary>
internal sealed class BrowserSignatures(IKeysModule module, PendingCalls calls) : ISignatures
{
    private const int PublicKeyBytes = 32;
    private const int SignatureBytes = 64;

    /// <inheritdoc/>
    public async ValueTask<bool[]> VerifyAsync(ReadOnlyMemory<SignatureCheck> checks, CancellationToken cancellationToken = default)
    {
        var valid = new bool[checks.Length];
        var batch = Encode(checks.Span);
        if (batch.Length == 4)
        {
            return valid;
        }

        var (call, answer) = calls.Begin();
        module.Verify(call, batch);
        var answers = await answer.WaitAsync(cancellationToken);
        for (int i = 0, next = 0; i < valid.Length; i++)
        {
            valid[i] = IsCheckable(checks.Span[i]) && answers[next++] == 1;
        }

        return valid;
    }

    private static bool IsCheckable(in SignatureCheck check) =>
        check.PublicKey.Length == PublicKeyBytes && check.Signature.Length == SignatureBytes
        && !SmallOrder.Refuses(check.PublicKey.Span) && !SmallOrder.Refuses(check.Signature.Span[..PublicKeyBytes]);

    private static byte[] Encode(ReadOnlySpan<SignatureCheck> checks)
    {
        var (count, length) = (0, 4);
        foreach (ref readonly var check in checks)
        {
            if (IsCheckable(check))
            {
                count++;
                length += PublicKeyBytes + SignatureBytes + 4 + check.Message.Length;
            }
        }

        var batch = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(batch, count);
        var rest = batch.AsSpan(4);
        foreach (ref readonly var check in checks)
        {
            if (!IsCheckable(check))
            {
                continue;
            }

            check.PublicKey.Span.CopyTo(rest);
            check.Signature.Span.CopyTo(rest = rest[PublicKeyBytes..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest = rest[SignatureBytes..], check.Message.Length);
            check.Message.Span.CopyTo(rest = rest[4..]);
            rest = rest[check.Message.Length..];
        }

        return batch;
    }
}
