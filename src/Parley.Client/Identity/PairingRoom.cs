using System.Threading.Channels;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Platform;

namespace Parley.Identity;

/// <summary>A side of a meeting, as the room sees it. Called by one task at a time.</summary>
internal interface IPairingSide
{
    /// <summary>The room is open: what to say, where something is due. Asked again every few seconds.</summary>
    JsonValue? Greet();

    /// <summary>A message came; the answer, where one is due.</summary>
    JsonValue? Receive(JsonValue message);

    /// <summary>The room is open, or cannot be reached now.</summary>
    void OnConnected(bool isConnected);
}

/// <summary>
/// Keeps a connection of its own in the room where two devices meet: dials again where it is lost, since the hub keeps nothing of what
/// is said there.
/// </summary>
internal sealed class PairingRoom(Dialler dialler, RoomId room, TimeProvider time, IPairingSide side)
{
    private const string Kind = "pair";
    private static readonly TimeSpan GreetEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DialAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<JsonValue> _outgoing = Channel.CreateUnbounded<JsonValue>();

    /// <summary>Says something when the room is open.</summary>
    public void Post(JsonValue? message)
    {
        if (message is not null)
        {
            _outgoing.Writer.TryWrite(message);
        }
    }

    /// <summary>No more is said; what was posted goes out first.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

    /// <summary>Runs until all was said after <see cref="Complete"/>, or until cancelled. Throws <see cref="ParleyException"/>: Forbidden.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await VisitAsync(cancellationToken).ConfigureAwait(false))
        {
            side.OnConnected(false);
            await Task.Delay(DialAgainAfter, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One connection; true where nothing is left to say.</summary>
    private async Task<bool> VisitAsync(CancellationToken cancellationToken)
    {
        Dialled dialled;
        try
        {
            dialled = await dialler.DialAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ParleyException failure) when (failure.IsTransient)
        {
            return false;
        }

        var link = dialled.Link;
        await using var closing = link.ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await link.SendAsync(ClientFrames.Handshake("", []), ending.Token).ConfigureAwait(false);
            await link.SendAsync(ClientFrames.Subscribe([room]), ending.Token).ConfigureAwait(false);
            var hearing = HearAsync(link, open, ending.Token);
            var saying = SayAsync(link, open.Task, ending.Token);
            var greeting = GreetAsync(open.Task, ending.Token);
            var isSaid = await Task.WhenAny(hearing, saying, greeting).ConfigureAwait(false) == saying && saying.IsCompletedSuccessfully;
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(hearing, saying, greeting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return isSaid;
        }
        catch (ParleyException failure) when (failure.IsTransient)
        {
            return false;
        }
    }

    private async Task HearAsync(ILink link, TaskCompletionSource open, CancellationToken cancellationToken)
    {
        while (await link.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            if (HubFrame.TryRead(message, out var frame, out _) != FrameFault.None)
            {
                continue;
            }

            if (frame is HubFrame.Subscribed subscribed && subscribed.Topics.Contains(room.Value))
            {
                side.OnConnected(true);
                open.TrySetResult();
            }
            else if (frame is HubFrame.Publish publish && publish.Topic == room.Value && publish.Data["type"]?.Text == Kind)
            {
                Post(side.Receive(publish.Data));
            }
            else if (frame is HubFrame.AuthDenied denied && denied.Resource == room.Value)
            {
                // Two are here already, one of them perhaps our own lost connection: another try finds out.
                return;
            }
        }
    }

    private async Task SayAsync(ILink link, Task open, CancellationToken cancellationToken)
    {
        await open.WaitAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await link.SendAsync(ClientFrames.Publish(room, message), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task GreetAsync(Task open, CancellationToken cancellationToken)
    {
        await open.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            Post(side.Greet());
            await Task.Delay(GreetEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
