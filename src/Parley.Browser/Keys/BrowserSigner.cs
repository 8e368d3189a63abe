using System.Buffers.Binary;
using Parley.Browser.Interop;

namespace Parley.Browser.Keys;

/// <summary>Signs with a key that the module holds: one crossing a batch.</summary>
/// <param name="send">Hands the module the id of the call and the batch.</param>
/// <param name="calls">The module's calls.</param>
internal sealed class BrowserSigner(Action<int, byte[]> send, PendingCalls calls)
{
    private const int SignatureBytes = 64;

    public async ValueTask<byte[][]> SignAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken)
    {
        if (messages.IsEmpty)
        {
            return [];
        }

        var (call, answer) = calls.Begin();
        send(call, Encode(messages.Span));
        var joined = await answer.WaitAsync(cancellationToken);
        var signatures = new byte[messages.Length][];
        for (var i = 0; i < signatures.Length; i++)
        {
            signatures[i] = joined.AsSpan(i * SignatureBytes, SignatureBytes).ToArray();
        }

        return signatures;
    }

    private static byte[] Encode(ReadOnlySpan<ReadOnlyMemory<byte>> messages)
    {
        var length = 4;
        foreach (var message in messages)
        {
            length += 4 + message.Length;
        }

        var batch = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(batch, messages.Length);
        var rest = batch.AsSpan(4);
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, message.Length);
            message.Span.CopyTo(rest[4..]);
            rest = rest[(4 + message.Length)..];
        }

        return batch;
    }
}
