using Parley.Ids;
using Parley.Platform;

namespace Parley.Calls;

/// <summary>One's own part in a call, from the wish to come in until it is over. Disposing leaves.</summary>
/// <remarks>Safe for several threads. A session that is over stays readable; joining again makes another.</remarks>
public sealed class CallSession : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CallDriver _driver;
    private readonly Action<CallState> _changed;
    private readonly Dictionary<SessionId, LinkStats> _stats = [];
    private readonly PictureShares _shares;
    private readonly CancellationTokenSource _leaving = new();
    private CallState _state = new(CallPhase.New, null, default, null, false, [], null, []);
    private CallMedia _wanted;
    private DeviceFault? _fault;
    private bool _hasMicrophone;

    internal CallSession(
        NodeId channel, CallPlace place, CallParts parts, ISignalTransport signals, OpenCallMedia open, Action<CallState> changed)
    {
        Channel = channel;
        Id = place.Self;
        State = new(View());
        _changed = changed;
        _shares = new(parts.Time);
        Media = open(Take);
        _driver = new(parts, place, signals, Media, OnState);
        Ended = EndAsync();
    }

    /// <summary>Where the call is.</summary>
    public NodeId Channel { get; }

    /// <summary>This session's id.</summary>
    public SessionId Id { get; }

    /// <summary>The call as it stands.</summary>
    public Live<CallView> State { get; }

    /// <summary>The media engine: the platform's own type shows pictures and sound.</summary>
    public ICallMedia Media { get; }

    /// <summary>Completes when the call is over and its devices are given back.</summary>
    public Task Ended { get; }

    /// <summary>True while nothing waits to be done. For tests.</summary>
    internal bool IsIdle => _driver.IsIdle;

    /// <summary>The driver, for what concerns the whole call.</summary>
    internal CallDriver Driver => _driver;

    /// <summary>Turns the microphone on or off; it is captured when it is first turned on. What fails is <see cref="CallView.Fault"/>.</summary>
    public async Task SetMicrophoneAsync(bool isOn, CancellationToken cancellationToken = default)
    {
        if (isOn && !_hasMicrophone && !await CaptureAsync(MediaSource.Microphone, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        Want(media => media with { Audio = isOn, Speaking = media.Speaking && isOn });
    }

    /// <summary>
    /// Turns the camera on or off. It is captured first, and sent once those in the call agree; where they do not, it is given back and
    /// <see cref="CallView.CameraRefusal"/> says why. What fails is <see cref="CallView.Fault"/>.
    /// </summary>
    public async Task SetCameraAsync(bool isOn, CancellationToken cancellationToken = default)
    {
        if (!isOn || await CaptureAsync(MediaSource.Camera, cancellationToken).ConfigureAwait(false))
        {
            Want(media => media with { Video = isOn });
        }
    }

    /// <summary>Shares a screen, window or tab, or no longer. On only from a click. What fails is <see cref="CallView.Fault"/>.</summary>
    public async Task SetScreenAsync(bool isOn, CancellationToken cancellationToken = default)
    {
        if (!isOn || await CaptureAsync(MediaSource.Screen, cancellationToken).ConfigureAwait(false))
        {
            Want(media => media with { Screen = isOn });
        }
    }

    /// <summary>
    /// Uses the microphone or camera that was chosen meanwhile, where one of its kind is in use: one that is off stays off. What fails is
    /// <see cref="CallView.Fault"/>; then the one before goes on, but for a camera whose background was to be blurred: that is turned off.
    /// </summary>
    public async Task SwitchDeviceAsync(MediaSource source, CancellationToken cancellationToken = default)
    {
        if (!IsUsed(source))
        {
            return;
        }

        if (!await CaptureAsync(source, cancellationToken).ConfigureAwait(false))
        {
            if (_fault is { Source: MediaSource.Camera, Fault: MediaFault.BlurFailed })
            {
                // The one before shows what was to be hidden.
                Want(media => media with { Video = false });
            }
        }
        else if (!IsUsed(source))
        {
            // It was turned off meanwhile: what was captured for it is given back.
            Media.ReplaceTracks(_state.Media);
        }
    }

    /// <summary>Raises or lowers the hand.</summary>
    public void SetHand(bool isUp) => Want(media => media with { Hand = isUp });

    /// <summary>Leaves and gives the devices back. Later calls wait for the same.</summary>
    public Task LeaveAsync()
    {
        // Whoever is still asked for a device need not answer first.
        _leaving.Cancel();
        _driver.Leave();
        return Ended;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await LeaveAsync().ConfigureAwait(false);

    /// <summary>Captures what is wanted and asks for a seat. A device that fails is left out: one comes in without it.</summary>
    internal async Task StartAsync(CallMedia wanted, CancellationToken cancellationToken)
    {
        var audio = wanted.Audio && await CaptureAsync(MediaSource.Microphone, cancellationToken).ConfigureAwait(false);
        var video = wanted.Video && await CaptureAsync(MediaSource.Camera, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _wanted = wanted with { Audio = audio, Video = video, Screen = false, Speaking = false };
            _driver.Join(_wanted);
        }
    }

    private async Task<bool> CaptureAsync(MediaSource source, CancellationToken cancellationToken)
    {
        MediaFault? fault;
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _leaving.Token))
        {
            try
            {
                var asking = source == MediaSource.Screen ? Media.GetDisplayMediaAsync(either.Token) : Media.GetUserMediaAsync(source, either.Token);
                fault = await asking.AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The call is over; what is captured now, the engine gives back.
                return false;
            }
        }

        lock (_gate)
        {
            _fault = fault is { } why ? new(source, why) : _fault?.Source == source ? null : _fault;
            _hasMicrophone |= source == MediaSource.Microphone && fault is null;
        }

        Show();
        return fault is null;
    }

    // A microphone that is off stays captured; a screen is shared anew, never switched.
    private bool IsUsed(MediaSource source)
    {
        lock (_gate)
        {
            return source == MediaSource.Microphone ? _hasMicrophone : source == MediaSource.Camera && _wanted.Video;
        }
    }

    private void Want(Func<CallMedia, CallMedia> change)
    {
        lock (_gate)
        {
            var wanted = change(_wanted);
            _wanted = wanted;
            _driver.Do((machine, now) => machine.Want(wanted, now));
        }
    }

    private void Take(MediaFact fact)
    {
        switch (fact)
        {
            case StatsMeasured measured:
                lock (_gate)
                {
                    _stats[measured.Peer] = measured.Stats;
                    _shares.Measured(measured, _state.Media.Video || _state.Media.Screen);
                }

                Limit();
                Show();
                _driver.Take(fact);
                break;
            case SpeakingChanged speaking when _wanted.Audio:
                Want(media => media with { Speaking = speaking.IsSpeaking && media.Audio });
                break;
            case TrackEnded { Source: MediaSource.Microphone }:
                _hasMicrophone = false;
                Lost(MediaSource.Microphone);
                Want(media => media with { Audio = false, Speaking = false });
                break;
            case TrackEnded { Source: MediaSource.Camera }:
                Lost(MediaSource.Camera);
                Want(media => media with { Video = false });
                break;
            case TrackEnded { Source: MediaSource.Screen }:
                // The person's own wish, in the browser's bar.
                Want(media => media with { Screen = false });
                break;
            default:
                _driver.Take(fact);
                break;
        }
    }

    private void Lost(MediaSource source)
    {
        lock (_gate)
        {
            _fault = new(source, MediaFault.NotFound);
        }
    }

    // On the driver's queue.
    private void OnState(CallState state)
    {
        var isRefused = state.CameraRefusal is not null && _state.CameraRefusal is null;
        lock (_gate)
        {
            _state = state;
            if (isRefused)
            {
                _wanted = _wanted with { Video = false };
            }

            foreach (var gone in _stats.Keys.Except(state.Peers.Select(peer => peer.Session)).ToList())
            {
                _stats.Remove(gone);
            }

            _shares.Become(state.Peers);
        }

        Limit();

        if (isRefused)
        {
            // The camera that was captured for it is given back.
            Media.ReplaceTracks(state.Media);
        }

        Show();
        _changed(state);
    }

    private void Limit()
    {
        List<(SessionId Peer, VideoLimit Limit)> changed;
        lock (_gate)
        {
            changed = _shares.TakeChanges();
        }

        foreach (var (peer, limit) in changed)
        {
            Media.LimitVideo(peer, limit);
        }
    }

    private void Show()
    {
        lock (_gate)
        {
            State.Set(View());
        }
    }

    private CallView View() => new(
        Channel, _state.Phase, _state.End, _state.Media, _state.CameraRefusal, _fault, _state.IsSignaling,
        _state.Story is { StartedAtMs: > 0 and < 32_503_680_000_000 and var at } ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        [.. _state.Peers.Select(Seen)], _state.Declined);

    private CallParticipant Seen(CallPeer peer)
    {
        _stats.TryGetValue(peer.Session, out var stats);
        var (quality, cause) = stats.Judge(peer.Health);
        return new(
            peer.Session, peer.Session.TryPerson(out var person) ? person : null, peer.Media, peer.Health, peer.IsGivenUp, quality, cause, stats.IsRelayed,
            _shares.StepOf(peer.Session));
    }

    private async Task EndAsync()
    {
        await _driver.Ended.ConfigureAwait(false);
        if (_state.Phase != CallPhase.Ended)
        {
            // It was given up before a seat was asked for.
            OnState(_state with { Phase = CallPhase.Ended, End = EndReason.Left });
        }
    }
}
