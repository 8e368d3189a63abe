using Microsoft.AspNetCore.Components;
using Parley.Browser.Formats;
using Parley.Browser.Keys;
using Parley.Browser.Storage;
using Parley.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>The drill: the person types their words, and an empty replica in memory shows what they give back.</summary>
public partial class RecoveryCheck : IProgress<RecoveryReport>
{
    private SecretForm? _form;
    private RecoveryReport? _report;
    private bool _busy;
    private string? _problem;

    [Inject] public required DeviceReset Device { get; init; }
    [Inject] public required BrowserKeys Keys { get; init; }
    [Inject] public required BrowserFormats Formats { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    private bool IsGood => _report?.Answer is RecoveryAnswer.Whole or RecoveryAnswer.KeyAlone or RecoveryAnswer.Part;

    private string Sentence => _report!.Answer switch
    {
        RecoveryAnswer.Looking => Strings.Drill_Looking,
        RecoveryAnswer.OtherKey => Strings.Drill_OtherKey,
        RecoveryAnswer.KeyAlone => Strings.Drill_KeyAlone,
        RecoveryAnswer.NotAdmitted => Strings.Drill_NotAdmitted,
        RecoveryAnswer.Whole => Strings.Drill_Whole,
        RecoveryAnswer.Part => Strings.Drill_Part,
    };

    /// <inheritdoc/>
    void IProgress<RecoveryReport>.Report(RecoveryReport value) => InvokeAsync(() =>
    {
        if (_busy)
        {
            _report = value;
            StateHasChanged();
        }
    });

    private async Task CheckAsync()
    {
        using var secret = _form!.Read(out _problem);
        if (secret is null)
        {
            return;
        }

        _busy = true;
        try
        {
            // Nothing of what was typed stays on screen.
            _form.Clear();
            var restored = await Device.OpenAsync(secret);
            using var closing = restored as IDisposable;
#pragma warning disable CA1416 // The app runs in browsers only.
            var report = await Client.DrillAsync(restored, await BrowserStore.OpenTrialAsync(Closed), this, Closed);
#pragma warning restore CA1416
            _busy = false;
            _report = report;
            if (IsGood && Session.BackedUp.Value is not true)
            {
                await Keys.MarkBackedUpAsync(Closed);
                Session.NoteBackedUp();
            }
        }
        catch (OperationCanceledException)
        {
            // The person closed it.
        }
        catch (ParleyException failure)
        {
            _problem = Problem.Sentence(failure);
        }

        _busy = false;
    }

    private string Share(Func<RecoveryCount, long> of) =>
        Phrase.Of(Strings.Drill_Share, Formats.Number(of(_report!.Found)), Formats.Number(of(_report.Here)));
}
