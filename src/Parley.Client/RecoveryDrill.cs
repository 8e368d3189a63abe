using Parley.Connection;
using Parley.Identity;
using Parley.Storage;

namespace Parley;

/// <summary>What a drill showed.</summary>
public enum RecoveryAnswer
{
    /// <summary>It goes on.</summary>
    Looking,
    /// <summary>The key is another one: these are not the words of this person.</summary>
    OtherKey,
    /// <summary>The key is the same. No hub could be asked what it gives back.</summary>
    KeyAlone,
    /// <summary>The key is the same, and the hub does not let it in.</summary>
    NotAdmitted,
    /// <summary>The hub gave back as much as is here, or more.</summary>
    Whole,
    /// <summary>The hub gave back less than is here: something was never sent, or belongs to what one is in no more.</summary>
    Part,
}

/// <summary>How much somebody can read.</summary>
public sealed record RecoveryCount(long Spaces, long Channels, long Messages)
{
    /// <summary>Nothing.</summary>
    public static RecoveryCount None { get; } = new(0, 0, 0);

    internal bool IsAsMuchAs(RecoveryCount other) => Spaces >= other.Spaces && Channels >= other.Channels && Messages >= other.Messages;
}

/// <summary>The report of a drill.</summary>
/// <param name="Answer">What it showed.</param>
/// <param name="Here">What is on this device.</param>
/// <param name="Found">What the hub gave to somebody who had the words and nothing else.</param>
public sealed record RecoveryReport(RecoveryAnswer Answer, RecoveryCount Here, RecoveryCount Found);

/// <summary>
/// Shows that the recovery words are enough: an empty replica opens with their key and nothing else, beside the real one, reads what the
/// hub gives, and is thrown away. It writes nothing.
/// </summary>
internal sealed class RecoveryDrill(ParleyClient here, ParleyOptions options)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    // Nothing new for this long, with the hub connected, and that was all of it.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan DialPatience = TimeSpan.FromSeconds(10);

    public async Task<RecoveryReport> RunAsync(
        ISigner restored, ISqlDriver empty, IProgress<RecoveryReport>? progress, CancellationToken cancellationToken)
    {
        var report = new RecoveryReport(
            restored.Person == here.Me ? RecoveryAnswer.Looking : RecoveryAnswer.OtherKey, await here.CountAsync(cancellationToken).ConfigureAwait(false), RecoveryCount.None);
        if (report.Answer == RecoveryAnswer.OtherKey || options.Hub is null)
        {
            await empty.DisposeAsync().ConfigureAwait(false);
            return report.Answer == RecoveryAnswer.OtherKey ? report : report with { Answer = RecoveryAnswer.KeyAlone };
        }

        var trial = await ParleyClient.OpenAsync(
            options with { Store = empty, Signer = restored, Device = null, Tabs = null, ActsByItself = false }, cancellationToken).ConfigureAwait(false);
        await using var closing = trial.ConfigureAwait(false);
        var wasConnected = false;
        var changedAt = options.Time.GetUtcNow();
        while (true)
        {
            await trial.FollowAllAsync(cancellationToken).ConfigureAwait(false);
            var phase = trial.Connection.Value.Phase;
            var found = await trial.CountAsync(cancellationToken).ConfigureAwait(false);
            wasConnected |= phase == ConnectionPhase.Online;
            if (found != report.Found || phase == ConnectionPhase.Syncing)
            {
                changedAt = options.Time.GetUtcNow();
                report = report with { Found = found };
                progress?.Report(report);
            }

            var waited = options.Time.GetUtcNow() - changedAt;
            RecoveryAnswer? answer = phase switch
            {
                ConnectionPhase.Refused or ConnectionPhase.SignedOut => RecoveryAnswer.NotAdmitted,
                ConnectionPhase.Lobby when waited > Quiet => RecoveryAnswer.NotAdmitted,
                ConnectionPhase.Online when found.IsAsMuchAs(report.Here) => RecoveryAnswer.Whole,
                ConnectionPhase.Online when waited > Quiet => RecoveryAnswer.Part,
                _ when waited > DialPatience => wasConnected ? RecoveryAnswer.Part : RecoveryAnswer.KeyAlone,
                _ => null,
            };
            if (answer is { } given)
            {
                return report with { Answer = given };
            }

            await Task.Delay(LookEvery, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
