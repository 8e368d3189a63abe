using Microsoft.Extensions.Logging;
using Parley.Hub.Access;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// The one thread that writes: takes everything that waits, files it in one transaction (so that the busier the hub is, the more
/// changes share one commit), and only then acknowledges and relays it.
/// </summary>
internal sealed class HubWriter : IAsyncDisposable
{
    private const int SubmissionsMax = 1_024;
    private const int GroupChangesMax = 2_000;

    private readonly Inbox _inbox = new(SubmissionsMax);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IFiling _filing;
    private readonly SubscriptionGuard _guard;
    private readonly Delivery _delivery;
    private readonly ILogger<HubWriter> _log;
    private readonly Thread _thread;

    public HubWriter(IFiling filing, SubscriptionGuard guard, Delivery delivery, ILogger<HubWriter> log)
    {
        _filing = filing;
        _guard = guard;
        _delivery = delivery;
        _log = log;
        _thread = new(Run) { IsBackground = true, Name = "parley-hub-writer" };
    }

    /// <summary>Hears of what a commit revoked, before anybody is told that it was kept.</summary>
    public Action<IReadOnlyList<Revocation>>? Revoked { get; set; }

    /// <summary>Called when that was told: whoever it is about heard it as the last thing.</summary>
    public Action? RevokedTold { get; set; }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Hands something over; an answer goes to the socket it came from. False while the hub stops.</summary>
    public ValueTask<bool> SubmitAsync(Submission submission) => _inbox.AddAsync(submission);

    /// <summary>Takes nothing more, and completes when all that waited is committed and told.</summary>
    public async ValueTask DisposeAsync()
    {
        _inbox.Complete();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            return;
        }

        await _stopped.Task;
        _inbox.Dispose();
    }

    private void Run()
    {
        var waiting = new List<Submission>();
        var group = new List<ChangeSubmission>();
        Continue();
        while (_inbox.Take(ref waiting))
        {
            foreach (var submission in waiting)
            {
                if (submission is ChangeSubmission changes)
                {
                    group.Add(changes);
                    if (group.Sum(static g => g.Offers.Length) >= GroupChangesMax)
                    {
                        File(group);
                    }
                }
                else if (submission is ClearSubmission clear)
                {
                    File(group);
                    Clear(clear);
                }
                else if (submission is StoreErrand errand)
                {
                    File(group);
                    errand.Run();
                }
            }

            File(group);
            waiting.Clear();
        }

        _stopped.SetResult();
    }

    private void File(List<ChangeSubmission> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        IReadOnlyList<FiledLive> live = [];
        IReadOnlyList<Revocation> revoked = [];
        try
        {
            (live, revoked) = _filing.File(group);
            if (revoked.Count > 0)
            {
                Revoked?.Invoke(revoked);
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, this thread goes on: it is the hub's only one that writes.
            Log.CommitFailed(_log, failure, group.Count);
            foreach (var offer in group.SelectMany(static g => g.Offers))
            {
                offer.Refuse(Refusal.Storage, "The hub could not store the change; offer it again later.");
            }

            _guard.Undo();
        }

        _delivery.Deliver(group, live);
        group.Clear();
        if (revoked.Count > 0)
        {
            RevokedTold?.Invoke();
        }

        Continue();
    }

    // What a commit set free beyond what one takes: in commits of its own, before anything new.
    private void Continue()
    {
        try
        {
            while (_filing.Continue() is { } more)
            {
                _delivery.Deliver([], more.Live);
            }
        }
        catch (Exception failure)
        {
            Log.CommitFailed(_log, failure, 0);
            _guard.Undo();
        }
    }

    private void Clear(ClearSubmission clear)
    {
        try
        {
            Delivery.Answer(clear, _filing.Clear(clear.Room));
        }
        catch (Exception failure)
        {
            Log.CommitFailed(_log, failure, 1);
            Delivery.Answer(clear, null);
        }
    }
}
