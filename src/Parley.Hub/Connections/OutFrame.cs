using System.Buffers;

namespace Parley.Hub.Connections;

/// <summary>
/// One WebSocket frame as it goes over the wire: header and payload in one array, built once and shared by everybody who gets it.
/// </summary>
/// <param name="Bytes">The array; only the slice below belongs to the frame.</param>
/// <param name="Offset">Where the header begins.</param>
/// <param name="Length">Header and payload.</param>
/// <param name="Kind">How it may be treated.</param>
internal readonly record struct OutFrame(byte[] Bytes, int Offset, int Length, OutFrameKind Kind)
{
    public ReadOnlyMemory<byte> Memory => Bytes.AsMemory(Offset, Length);

    public OutFrame Droppable() => this with { Kind = OutFrameKind.Droppable };

    /// <summary>Gives a rented array back. A frame made of a rented array has exactly one reader.</summary>
    public void Release()
    {
        if (Kind == OutFrameKind.Rented)
        {
            ArrayPool<byte>.Shared.Return(Bytes);
        }
    }
}

/// <summary>How an outgoing frame may be treated.</summary>
internal enum OutFrameKind : byte
{
    /// <summary>Kept until it was sent or the socket closes.</summary>
    Kept,

    /// <summary>Presence: the first thing a slow reader goes without.</summary>
    Droppable,

    /// <summary>As <see cref="Kept"/>, in an array of the shared pool.</summary>
    Rented,
}
