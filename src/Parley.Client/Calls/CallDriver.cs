using System.Threading.Channels;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Platform;

namespace Parley.Calls;

/// <summary>What a driver is made for.</summary>
internal sealed record CallPlace(RoomId Topic, SessionId Self, Func<PersonId, bool> IsMember);

/// <summary>
/// Drives one call machine: everything that happens (signals, media facts, wishes, time) passes its one queue, and what the machine wants is
/// carried out, signed and said in that order.
/// </summary>
internal sealed class CallDriver : ISignalReceiver
{
    /// <summary>Signals that wait to be verified; more are dropped, because what matters is said again.</summary>
    private const int HeardMax = 1_024;

    private readonly CallParts _parts;
    private readonly CallPlace _place;
    private readonly CallMachine _machine;
    private readonly SignalInbox _inbox;
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>(new() { SingleReader = true });
    private readonly Action<CallState> _changed;
    private readonly ISignalTopic _topic;
    private readonly ITimer _ticks;
    private readonly long _started;
    private readonly ICallMedia _media;
    private long _counter;
    private int _heard;
    private int _isTickPosted;
    private long _iceAskedMs;
    private long _iceLifetimeMs = long.MaxValue / 2;
    private int _pending;

    /// <param name="parts">Keys, clock, log.</param>
    /// <param name="place">Which call, and as whom.</param>
    /// <param name="signals">Carries the signals.</param>
    /// <param name="media">The engine, whose facts go to <see cref="Take"/>; disposed when the call is over.</param>
    /// <param name="changed">Called on the driver's queue after everything that happened, and for the last time when the call is over.</param>
    public CallDriver(CallParts parts, CallPlace place, ISignalTransport signals, ICallMedia media, Action<CallState> changed)
    {
        (_parts, _place, _media, _changed) = (parts, place, media, changed);
        _started = parts.Time.GetTimestamp();
        _machine = new(place.Self, parts.WallMs);
        _inbox = new(parts, place.Topic, place.IsMember);
        _machine.SignalingDown();
        _topic = signals.Join(place.Topic, this);
        _ticks = parts.Time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Ended = RunAsync();
    }

    /// <summary>Completes when the call is over and everything of it is given back.</summary>
    public Task Ended { get; }

    /// <summary>True while nothing waits to be done.</summary>
    public bool IsIdle => Volatile.Read(ref _pending) == 0;

    private long NowMs => (long)_parts.Time.GetElapsedTime(_started).TotalMilliseconds + 1;

    /// <summary>Asks for a seat.</summary>
    public void Join(CallMedia wanted)
    {
        Post(new(Input: (machine, now) => machine.Join(wanted, now)));
        var period = TimeSpan.FromMilliseconds(CallMachine.TickMs);
        _ticks.Change(period, period);
    }

    /// <summary>Leaves, or gives up before there was anything to leave.</summary>
    public void Leave()
    {
        Do(static (machine, now) => machine.Leave(now));
        _work.Writer.TryComplete();
    }

    /// <summary>Something of the person's, or of this device's, to be told to the machine.</summary>
    public void Do(Func<CallMachine, long, CallStep> input) => Post(new(Input: input));

    /// <summary>The engine reports.</summary>
    public void Take(MediaFact fact)
    {
        switch (fact)
        {
            case OfferCreated offer:
                Do((machine, now) => machine.OfferMade(offer.Peer, offer.Round, offer.Sdp, now));
                break;
            case AnswerCreated answer:
                Do((machine, now) => machine.AnswerMade(answer.Peer, answer.Round, answer.Sdp, now));
                break;
            case IceCandidateFound found:
                Do((machine, _) => machine.CandidateFound(found.Peer, found.Round, found.Candidate));
                break;
            case ConnectionStateChanged changed:
                Do((machine, now) => machine.HealthChanged(changed.Peer, changed.Health, now));
                break;
            case StatsMeasured measured:
                Do((machine, now) => machine.Measured(measured.Peer, measured.Stats.ReceivedBytes, now));
                break;
            case NegotiationNeeded needed:
                Do((machine, now) => machine.NegotiationNeeded(needed.Peer, now));
                break;
            case NetworkChanged:
                Do((machine, now) => machine.NetworkChanged(now));
                break;
            default:
                // What a person sees of the media is no matter of the machine's.
                break;
        }
    }

    public void Opened()
    {
        Post(new(Then: AskIceServers));
        Post(new(Input: static (machine, now) => machine.SignalingUp(now)));
    }

    public void Closed() => Post(new(Input: static (machine, _) => machine.SignalingDown()));

    public void Denied() => Post(new(Input: static (machine, now) => machine.Expel(now)));

    public void Heard(JsonValue signal)
    {
        // What one says to another concerns no third: of a large call's signals that is nearly everything, and not worth checking its signature.
        if (signal["to"]?.Text is { } to && to != _place.Self.Value)
        {
            return;
        }

        if (Interlocked.Increment(ref _heard) <= HeardMax)
        {
            Post(new(Heard: signal));
        }
        else
        {
            Interlocked.Decrement(ref _heard);
            CallLog.Dropped(_parts.Log, 1);
        }
    }

    public void Found(IceServers servers) => Post(new(Then: () =>
    {
        _iceLifetimeMs = servers.LifetimeSeconds * 1_000L;
        _media.SetConfiguration(servers.Servers);
    }));

    private void AskIceServers()
    {
        _iceAskedMs = NowMs;
        _topic.AskIceServers();
    }

    private void Tick()
    {
        if (Interlocked.Exchange(ref _isTickPosted, 1) == 0)
        {
            Post(new(IsTick: true, Input: static (machine, now) => machine.Tick(now)));
        }
    }

    private void Post(Work work)
    {
        Interlocked.Increment(ref _pending);
        if (!_work.Writer.TryWrite(work))
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    private async Task RunAsync()
    {
        // Whoever made the driver has it before anything happens.
        await Task.Yield();
        try
        {
            while (_machine.Phase != CallPhase.Ended && await _work.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_machine.Phase != CallPhase.Ended && _work.Reader.TryRead(out var work))
                {
                    var done = await DoAsync(work).ConfigureAwait(false);
                    _changed(_machine.State);
                    Interlocked.Add(ref _pending, -done);
                }
            }
        }
        catch (Exception bug)
        {
            CallLog.Bug(_parts.Log, bug);
            await CarryOutAsync(_machine.Leave(NowMs)).ConfigureAwait(false);
            _changed(_machine.State);
        }
        finally
        {
            _work.Writer.TryComplete();
            await _ticks.DisposeAsync().ConfigureAwait(false);
            _topic.Dispose();
            await _media.DisposeAsync().ConfigureAwait(false);
            Volatile.Write(ref _pending, 0);
        }
    }

    private async ValueTask<int> DoAsync(Work work)
    {
        if (work.Heard is { } first)
        {
            List<JsonValue> heard = [first];
            while (_work.Reader.TryPeek(out var next) && next.Heard is { } more && _work.Reader.TryRead(out _))
            {
                heard.Add(more);
            }

            Interlocked.Add(ref _heard, -heard.Count);
            foreach (var signal in await _inbox.AdmitAsync(heard).ConfigureAwait(false))
            {
                await CarryOutAsync(_machine.Receive(signal, NowMs)).ConfigureAwait(false);
            }

            return heard.Count;
        }

        if (work.IsTick)
        {
            Volatile.Write(ref _isTickPosted, 0);
            if (NowMs - _iceAskedMs >= _iceLifetimeMs / 2)
            {
                AskIceServers();
            }
        }

        work.Then?.Invoke();
        if (work.Input is { } input)
        {
            await CarryOutAsync(input(_machine, NowMs)).ConfigureAwait(false);
        }

        return 1;
    }

    private async ValueTask CarryOutAsync(CallStep step)
    {
        foreach (var command in step.Commands)
        {
            Command(command);
        }

        if (step.Signals.Count == 0)
        {
            return;
        }

        var time = _parts.WallMs;
        var drafts = step.Signals.Select(signal => (Data: CallSignalWriter.Write(signal), Counter: ++_counter)).ToList();
        var toSign = drafts.Select(draft => (ReadOnlyMemory<byte>)SignalSignature.BytesToSign(_place.Topic, draft.Data, draft.Counter, time)).ToArray();
        try
        {
            var signatures = await _parts.Signer.SignAsync(toSign).ConfigureAwait(false);
            for (var i = 0; i < drafts.Count; i++)
            {
                _topic.Send(new SignalSignature(drafts[i].Counter, time, signatures[i]).AddTo(drafts[i].Data));
            }
        }
        catch (ParleyException failure)
        {
            CallLog.KeysFailed(_parts.Log, failure);
        }
    }

    private void Command(MediaCommand command)
    {
        switch (command)
        {
            case SendMedia send:
                _media.ReplaceTracks(send.Media);
                break;
            case OpenLink open:
                _media.CreatePeerConnection(open.Peer, open.IsOfferer);
                break;
            case CloseLink close:
                _media.ClosePeerConnection(close.Peer);
                break;
            case MakeOffer make:
                _media.CreateOffer(make.Peer, make.Round, make.IsIceRestart);
                break;
            case TakeOffer take:
                _media.CreateAnswer(take.Peer, take.Round, take.Sdp);
                break;
            case TakeAnswer take:
                _media.SetRemoteDescription(take.Peer, take.Sdp);
                break;
            case AddCandidate add:
                _media.AddIceCandidate(add.Peer, add.Candidate);
                break;
        }
    }

    /// <summary>One thing to do: a signal to let in, or something to run, then an input of the machine's.</summary>
    private sealed record Work(Func<CallMachine, long, CallStep>? Input = null, JsonValue? Heard = null, Action? Then = null, bool IsTick = false);
}
