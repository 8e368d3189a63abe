using Microsoft.AspNetCore.Components;
using Parley.Browser.IceCheck;
using Parley.Browser.Lifecycle;
using Parley.Browser.Memory;
using Parley.Calls.Diagnosis;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Calls.Check;

/// <summary>"Why can't I connect?": looks at everything that a call needs by itself, tells each thing as it comes, and what to begin with.</summary>
public partial class ConnectionCheck
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly string Version = typeof(ConnectionCheck).Assembly.GetName().Version?.ToString(3) ?? "";

    private CheckFacts _facts = new();
    private Finding? _headline;
    private bool _isBusy = true;
    private bool _isCopied;

    [Inject] public required BrowserLifecycle Lifecycle { get; init; }
    [Inject] public required HubAddress Hub { get; init; }
    [Inject] public required IDeviceMemory Memory { get; init; }
    [Inject] public required HttpClient Http { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    private string Severity => _isBusy ? "Busy" : (_headline?.Severity ?? CheckSeverity.Fine).ToString();

    /// <summary>The call that it would be: in the general channel of the space shown, or of the hub's own.</summary>
    private NodeId? Channel => Session.Index.General
        ?? (Client.Connection.Value.HasCommons ? RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace)) : null);

    protected override Task OnInitializedAsync() => RunAsync();

    private async Task RunAsync()
    {
        (_facts, _headline, _isBusy, _isCopied) = (new(), null, true, false);
        var closed = Closed;
        try
        {
            var isPagesHub = Hub.Current(Memory) == Hub.Default;
            var parts = new CheckupParts(Client, Channel, await BrowserIceCheck.OpenAsync(), isPagesHub ? AnswersAsync : null, Time);
            await new Checkup(parts, facts => Show(facts, closed)).RunAsync(closed);
            _headline = CallDiagnosis.Headline([.. CheckFacts.InBrowser.Select(step => CallDiagnosis.Of(step, _facts)).OfType<Finding>()]);
            _isBusy = false;
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // Closed before the end.
        }
    }

    private void Show(CheckFacts facts, CancellationToken closed)
    {
        if (!closed.IsCancellationRequested)
        {
            _facts = facts;
            StateHasChanged();
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await Http.GetAsync(new Uri("health", UriKind.Relative), either.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception silent) when (silent is HttpRequestException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task CopyAsync() => _isCopied = await Lifecycle.CopyTextAsync(CheckReport.Of(_facts, Version, Lifecycle.DeviceName()));
}
