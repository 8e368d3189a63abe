using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>Asks for the ICE servers of a channel's calls without being in one: it listens on the topic for a moment and says nothing there.</summary>
internal sealed class IceAsking : ISignalReceiver
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(8);

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IceServers> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IceAsking()
    {
    }

    /// <summary>Throws <see cref="ParleyException"/>: Forbidden, Timeout.</summary>
    public static async Task<IceServers> AskAsync(ISignalTransport signals, NodeId channel, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var asking = new IceAsking();
        using var topic = signals.Join(RoomNames.Call(channel), asking);
        try
        {
            await asking._opened.Task.WaitAsync(either.Token).ConfigureAwait(false);
            topic.AskIceServers();
            return await asking._found.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ParleyException(ParleyErrorCode.Timeout, "The hub named no ICE servers in time.");
        }
    }

    public void Opened() => _opened.TrySetResult();

    public void Closed()
    {
    }

    public void Denied()
    {
        var refused = new ParleyException(ParleyErrorCode.Forbidden, "Calls of this channel are not for this person.") { Reason = Reason.Unauthorized };
        if (!_opened.TrySetException(refused))
        {
            _found.TrySetException(refused);
        }
    }

    public void Heard(JsonValue signal)
    {
    }

    public void Found(IceServers servers) => _found.TrySetResult(servers);
}
