namespace Parley.Browser.Interop;

/// <summary>
/// Calls that JavaScript answers later, by number. One callback completes them: awaiting a Promise through the marshaller costs
/// about 4 ms a call, this costs microseconds.
/// </summary>
internal sealed class PendingCalls(IAnswers module)
{
    private readonly Dictionary<int, TaskCompletionSource<byte[]>> _pending = [];
    private int _last;
    private bool _ended;

    /// <summary>A number for a new call and the task that its answer completes.</summary>
    public (int Call, Task<byte[]> Answer) Begin()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        var call = ++_last;
        return (call, Expect(call));
    }

    /// <summary>The task of a call whose number both sides know.</summary>
    public Task<byte[]> Expect(int call)
    {
        // Continuations run inside the callback: the next frame of work starts without waiting for a timer.
        var completion = new TaskCompletionSource<byte[]>();
        _pending.Add(call, completion);
        return completion.Task;
    }

    /// <summary>JavaScript's callback: the call is done, with an answer of so many bytes, or -1 for an error.</summary>
    public void Complete(int call, int length)
    {
        if (!_pending.Remove(call, out var completion))
        {
            return;
        }

        if (length < 0)
        {
            completion.SetException(Fault(module.TakeError(call)));
            return;
        }

        var answer = length == 0 ? [] : new byte[length];
        module.Take(call, answer);
        completion.SetResult(answer);
    }

    /// <summary>Ends every call that has no answer yet; no new one may begin.</summary>
    public void End(string owner)
    {
        _ended = true;
        var left = _pending.Values.ToArray();
        _pending.Clear();
        foreach (var completion in left)
        {
            completion.SetException(new ObjectDisposedException(owner));
        }
    }

    private static ParleyException Fault(string error)
    {
        var colon = error.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Enum.TryParse<ParleyErrorCode>(error.AsSpan(0, colon), out var code)
            ? new ParleyException(code, error[(colon + 1)..])
            : new ParleyException(ParleyErrorCode.Storage, error);
    }
}
