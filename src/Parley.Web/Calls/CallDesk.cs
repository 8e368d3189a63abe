using Parley.Browser.Devices;
using Parley.Browser.Memory;
using Parley.Browser.WebRtc;
using Parley.Calls;
using Parley.Ids;
using Parley.Web.Presence;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>The call of this tab in its person's hands: asked for, joined, switched, left; and who is in the calls of others.</summary>
/// <remarks>Belongs to the tab's one thread.</remarks>
public sealed class CallDesk : IDisposable
{
    private const int ResumesMax = 5;
    private static readonly TimeSpan ResumeAgain = TimeSpan.FromSeconds(3);

    private readonly ParleyClient _client;
    private readonly TimeProvider _time;
    private readonly BrowserDevices _devices;
    private readonly SpacePresence _presence;
    private readonly LiveRelay<CallView?> _view = new(null);
    private readonly LiveValue<CallWish?> _asked = new(null);
    private readonly LiveValue<string?> _problem = new(null);
    private readonly LiveValue<int> _changed = new(0);
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<SessionId> _turnedDown = [];
    private bool _isHeld;

    /// <summary>Begins to follow the client's call.</summary>
    public CallDesk(ParleyClient client, SpacePresence presence, BrowserDevices devices, IDeviceMemory memory, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(devices);
        (_client, _presence, _devices, _time) = (client, presence, devices, time);
        Preferences = new(memory);
        foreach (var kind in Enum.GetValues<DeviceKind>())
        {
            if (Preferences.DeviceOf(kind) is { Length: > 0 } id)
            {
                devices.Choose(kind, id);
            }
        }

        _ = FollowAsync();
    }

    /// <summary>What this device keeps about calls.</summary>
    public CallPreferences Preferences { get; }

    /// <summary>The call that this tab is in, or was in and has not been told of; null where there is none.</summary>
    public Live<CallView?> View => _view;

    /// <summary>The call that waits for a look at the devices; null where none does.</summary>
    public Live<CallWish?> Asked => _asked;

    /// <summary>Why the last step could not be done; null where it could.</summary>
    public Live<string?> Problem => _problem;

    /// <summary>Counts up when a preference changed.</summary>
    public Live<int> Changed => _changed;

    /// <summary>The session that <see cref="View"/> shows.</summary>
    public CallSession? Session => _client.Calls.Current.Value;

    /// <summary>True while this tab is in that channel's call, or on its way into it.</summary>
    public bool IsIn(NodeId channel) => _view.Value is { Phase: not CallPhase.Ended } view && view.Channel == channel;

    /// <summary>True while this tab is in any call, or on its way into one.</summary>
    public bool IsBusy => _view.Value is { Phase: not CallPhase.Ended };

    /// <summary>Somebody wants to come into a call: the devices are looked at first, where that is wished or was never done; else at once.</summary>
    public Task AskAsync(NodeId channel, bool video)
    {
        if (Preferences.ChecksFirst || !Preferences.IsChecked)
        {
            _asked.Show(new(channel, video));
            return Task.CompletedTask;
        }

        return JoinAsync(channel, new(Audio: true, Video: video));
    }

    /// <summary>Shows the look at the devices, whatever is preferred: by a link one comes in only after a click.</summary>
    public void Check(NodeId channel, bool video) => _asked.Show(new(channel, video));

    /// <summary>The look at the devices is over without a call.</summary>
    public void Dismiss() => _asked.Show(null);

    /// <summary>Goes into a channel's call, out of the one before.</summary>
    public async Task JoinAsync(NodeId channel, CallMedia media)
    {
        _asked.Show(null);
        _turnedDown.Clear();
        _isHeld = false;
        await DoAsync(async () =>
        {
            if (media.Video)
            {
                await BlurAsync();
            }

            await _client.Calls.JoinAsync(channel, media, _ending.Token);
        });
    }

    /// <summary>
    /// Comes back into the call that this tab was in before it was loaded anew. The seat it had is kept for a while by a hub that waits for its
    /// connection: in a full call one asks again until that is over.
    /// </summary>
    public async Task ResumeAsync(NodeId channel, CallMedia media)
    {
        for (var attempt = 0; attempt < ResumesMax; attempt++)
        {
            await JoinAsync(channel, media);
            if (Session is not { } session || await DecidedAsync(session) is not { End: EndReason.Full or EndReason.CameraFull })
            {
                return;
            }

            await Task.Delay(ResumeAgain, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (Session != session || _ending.IsCancellationRequested)
            {
                // Its person closed it, or went into another call meanwhile.
                return;
            }
        }
    }

    /// <summary>Leaves; or takes what is told of a call that is over off the screen.</summary>
    public Task LeaveAsync() => DoAsync(_client.Calls.LeaveAsync);

    /// <summary>Does not take a call that rings; with some words in its conversation, where there are any.</summary>
    public Task DeclineAsync(NodeId channel, string? words = null)
    {
        _client.Calls.Decline(channel);
        return words?.Trim() is { Length: > 0 } text
            ? DoAsync(() => _client.Channels.Open(channel).SendAsync(text, CancellationToken.None))
            : Task.CompletedTask;
    }

    /// <summary>What went wrong was read.</summary>
    public void Forget() => _problem.Show(null);

    /// <summary>The microphone on or off.</summary>
    public Task ToggleMicrophoneAsync() => ActAsync(static (session, media) => session.SetMicrophoneAsync(!media.Audio));

    /// <summary>The camera on or off.</summary>
    public Task ToggleCameraAsync() => ActAsync(async (session, media) =>
    {
        if (!media.Video)
        {
            await BlurAsync();
        }

        await session.SetCameraAsync(!media.Video);
    });

    /// <summary>Blurs what is behind oneself, where that is preferred; before a camera is captured, because what blurs is fetched on first use.</summary>
    public Task BlurAsync() => Preferences.Blurs && !_devices.IsBlurred ? _devices.SetBlurAsync(true) : Task.CompletedTask;

    /// <summary>Shares a screen, or no more. Only from a click.</summary>
    public Task ToggleScreenAsync() => ActAsync(static (session, media) => session.SetScreenAsync(!media.Screen));

    /// <summary>Another device of a kind was chosen: the call uses it from now on.</summary>
    public Task SwitchAsync(DeviceKind kind) => ActAsync((session, _) => kind switch
    {
        DeviceKind.Microphone => session.SwitchDeviceAsync(MediaSource.Microphone),
        DeviceKind.Camera => session.SwitchDeviceAsync(MediaSource.Camera),
        // Sound follows the choice by itself.
        DeviceKind.Speaker => Task.CompletedTask,
    });

    /// <summary>The hand up or down.</summary>
    public Task ToggleHandAsync() => ActAsync(static (session, media) =>
    {
        session.SetHand(!media.Hand);
        return Task.CompletedTask;
    });

    /// <summary>The bar for talking was pressed or let go. What it switched, it switches back.</summary>
    public Task HoldAsync(bool isDown) => ActAsync((session, media) =>
    {
        var isOnWhileDown = Preferences.Hold == HoldToTalk.Talk;
        if (Preferences.Hold == HoldToTalk.Off || isDown == _isHeld || (isDown && media.Audio == isOnWhileDown))
        {
            return Task.CompletedTask;
        }

        _isHeld = isDown;
        return session.SetMicrophoneAsync(isDown == isOnWhileDown);
    });

    /// <summary>How loud a participant is heard here, 0 to 1; kept for this person.</summary>
    public void SetVolume(CallParticipant participant, double volume)
    {
        ArgumentNullException.ThrowIfNull(participant);
        if (participant.Person is { } person)
        {
            Preferences.SetVolume(person, volume);
        }

        (Session?.Media as BrowserCallMedia)?.SetVolume(participant.Session, volume);
        Note();
    }

    /// <summary>A preference was changed: whoever shows it looks again.</summary>
    public void Note() => _changed.Show(_changed.Value + 1);

    /// <summary>Who is in a channel's call, oneself first; empty where nobody is, or where it cannot be known from here.</summary>
    public IReadOnlyList<CallGuest> GuestsOf(NodeId channel) =>
        CallGuest.Of(channel, _view.Value, _presence.Peers.Value.Concat(_presence.Beside.Value), _client.Me.Value);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ending.IsCancellationRequested)
        {
            _ending.Cancel();
            _ending.Dispose();
            _view.Dispose();
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var session in _client.Calls.Current.WatchAsync(_ending.Token))
            {
                _view.Turn(session?.State);
                if (session is not null)
                {
                    _ = AttendAsync(session);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The tab closes.
        }
    }

    // Whoever is quieter here is so in every call; and what one left oneself needs no telling.
    private async Task AttendAsync(CallSession session)
    {
        try
        {
            await foreach (var view in session.State.WatchAsync(_ending.Token))
            {
                foreach (var other in view.Others.Where(other => other.Health == LinkHealth.Connected && _turnedDown.Add(other.Session)))
                {
                    if (other.Person is { } person && Preferences.VolumeOf(person) is var volume and < 1)
                    {
                        (session.Media as BrowserCallMedia)?.SetVolume(other.Session, volume);
                    }
                }

                if (view.Phase == CallPhase.Ended)
                {
                    if (view.End == EndReason.Left && Session == session)
                    {
                        await LeaveAsync();
                    }

                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The tab closes.
        }
    }

    private async Task<CallView?> DecidedAsync(CallSession session)
    {
        try
        {
            await foreach (var view in session.State.WatchAsync(_ending.Token))
            {
                if (view.Phase is CallPhase.Seated or CallPhase.Ended)
                {
                    return view;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The tab closes.
        }

        return null;
    }

    private Task ActAsync(Func<CallSession, CallMedia, Task> act) =>
        Session is { } session && session.State.Value is { Phase: not CallPhase.Ended } view ? DoAsync(() => act(session, view.Media)) : Task.CompletedTask;

    private async Task DoAsync(Func<Task> act)
    {
        _problem.Show(null);
        try
        {
            await act();
        }
        catch (ParleyException failure)
        {
            _problem.Show(Shell.Problem.Sentence(failure));
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
    }
}
