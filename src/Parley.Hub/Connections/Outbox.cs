using System.Buffers;
using Parley.Hub.Limits;

namespace Parley.Hub.Connections;

/// <summary>
/// The frames that wait for one socket, bounded by bytes: a reader that falls behind first misses presence, then is cut off
/// and resumes by its cursor. Costs nothing while nothing waits.
/// </summary>
/// <remarks>Frames go out in the order in which they came in. Safe for several threads.</remarks>
internal sealed class Outbox(Stream stream, Flusher flusher, HubMetrics metrics, int queueBytesMax)
{
    private const int ChunkBytes = 64 * 1024;
    private const int LargeFrameBytes = 16 * 1024;
    private const int FirstQueueLength = 8;

    private readonly Lock _gate = new();
    private OutFrame[]? _queue;
    private int _count;
    private long _bytes;
    private State _state;
    private bool _hasLast;
    private Task _writing = Task.CompletedTask;
    private TaskCompletionSource? _below;

    private enum State : byte
    {
        /// <summary>Nothing waits.</summary>
        Idle,

        /// <summary>Waits for the flusher.</summary>
        Queued,

        /// <summary>A write runs.</summary>
        Writing,

        /// <summary>Takes no more.</summary>
        Closed,
    }

    /// <summary>Called once when the socket has to be cut off: it does not read, or its stream failed.</summary>
    public Action? Cut { get; set; }

    /// <summary>Bytes waiting or being written.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Adds a frame; false where it was dropped.</summary>
    public bool Add(in OutFrame frame)
    {
        lock (_gate)
        {
            if (_state == State.Closed || _hasLast)
            {
                frame.Release();
                return false;
            }

            if (frame.Kind == OutFrameKind.Droppable && _bytes > queueBytesMax)
            {
                frame.Release();
                metrics.PresenceDropped();
                return false;
            }

            if (_bytes + frame.Length <= 2L * queueBytesMax || _bytes == 0)
            {
                Append(frame);
                return true;
            }

            Close();
        }

        frame.Release();
        metrics.SlowReaderClosed();
        Cut?.Invoke();
        return false;
    }

    /// <summary>Adds the close frame, which nothing follows: whoever is shown the door hears no more of what goes on inside.</summary>
    public void AddLast(in OutFrame frame)
    {
        lock (_gate)
        {
            if (_state == State.Closed || _hasLast)
            {
                frame.Release();
                return;
            }

            Append(frame);
            _hasLast = true;
        }
    }

    /// <summary>Waits until at most this many bytes wait, or the socket is gone.</summary>
    public Task BelowAsync(long bytes)
    {
        lock (_gate)
        {
            if (_state == State.Closed || _bytes <= bytes)
            {
                return Task.CompletedTask;
            }

            _below ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return BelowAsync(_below.Task, bytes);
        }
    }

    /// <summary>Writes everything that waits, on the caller's thread as far as that goes. For the flusher.</summary>
    public void Flush()
    {
        OutFrame[] queue;
        int count;
        lock (_gate)
        {
            if (_state != State.Queued)
            {
                return;
            }

            (queue, count) = (_queue!, _count);
            (_queue, _count) = (null, 0);
            _state = State.Writing;
        }

        var writing = WriteAsync(queue, count);
        if (!writing.IsCompleted)
        {
            lock (_gate)
            {
                _writing = writing;
            }
        }
    }

    /// <summary>Takes no more frames, waits for the write that runs, and forgets the rest.</summary>
    public async Task CloseAsync()
    {
        Task writing;
        lock (_gate)
        {
            Close();
            writing = _writing;
        }

        await writing;
    }

    private async Task BelowAsync(Task changed, long bytes)
    {
        await changed;
        await BelowAsync(bytes);
    }

    private void Append(in OutFrame frame)
    {
        _queue ??= ArrayPool<OutFrame>.Shared.Rent(FirstQueueLength);
        if (_count == _queue.Length)
        {
            var grown = ArrayPool<OutFrame>.Shared.Rent(_count * 2);
            _queue.AsSpan(0, _count).CopyTo(grown);
            ArrayPool<OutFrame>.Shared.Return(_queue, clearArray: true);
            _queue = grown;
        }

        _queue[_count++] = frame;
        _bytes += frame.Length;
        if (_state == State.Idle)
        {
            _state = State.Queued;
            flusher.Add(this);
        }
    }

    private void Close()
    {
        _state = State.Closed;
        if (_queue is not null)
        {
            Return(_queue, 0, _count);
            (_queue, _count) = (null, 0);
        }

        _bytes = 0;
        Signal();
    }

    private async Task WriteAsync(OutFrame[] queue, int count)
    {
        var done = 0;
        long bytes = 0;
        try
        {
            while (done < count)
            {
                var (frames, length) = NextChunk(queue, done, count);
                if (frames == 1)
                {
                    await stream.WriteAsync(queue[done].Memory);
                }
                else
                {
                    await WriteChunkAsync(queue, done, frames, length);
                }

                bytes += length;
                done += frames;
            }

            metrics.Delivered(count, bytes);
            Finish(bytes);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone; its receive loop ends the connection.
            lock (_gate)
            {
                Close();
            }

            Cut?.Invoke();
        }
        finally
        {
            Return(queue, 0, count);
        }
    }

    /// <summary>How many of the next frames go into one write: small ones together, a large one alone.</summary>
    private static (int Frames, int Length) NextChunk(OutFrame[] queue, int from, int to)
    {
        var length = 0;
        var next = from;
        while (next < to && queue[next].Length < LargeFrameBytes && length + queue[next].Length <= ChunkBytes)
        {
            length += queue[next++].Length;
        }

        return next == from ? (1, queue[from].Length) : (next - from, length);
    }

    private async Task WriteChunkAsync(OutFrame[] queue, int from, int count, int length)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(length);
        var end = 0;
        for (var i = from; i < from + count; i++)
        {
            queue[i].Memory.Span.CopyTo(chunk.AsSpan(end));
            end += queue[i].Length;
        }

        await stream.WriteAsync(chunk.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(chunk);
    }

    private void Finish(long written)
    {
        lock (_gate)
        {
            if (_state == State.Closed)
            {
                return;
            }

            _bytes -= written;
            _state = _count > 0 ? State.Queued : State.Idle;
            if (_state == State.Queued)
            {
                flusher.Add(this);
            }

            Signal();
        }
    }

    private void Signal()
    {
        _below?.TrySetResult();
        _below = null;
    }

    private static void Return(OutFrame[] queue, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            queue[i].Release();
        }

        ArrayPool<OutFrame>.Shared.Return(queue, clearArray: true);
    }
}
