using System.Net.Sockets;
using System.Security.Authentication;
using Parley.Calls.Diagnosis;
using Parley.Connection;
using Parley.Json;

namespace Parley.Cli.Doctor;

/// <summary>Looks at a hub's address from outside, without being anybody: the name, the port, the certificate, what answers, and whether sockets open.</summary>
internal sealed class HubProbe(TimeProvider time, TimeSpan patience)
{
    private const int HealthBytesMax = 64 * 1024;

    /// <summary>That it is a hub, or what stands in the way first.</summary>
    public async Task<CheckCode> TryAsync(Uri hub, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return !await IsHubAsync(hub, either.Token) ? CheckCode.NoHubThere
                : await OpensSocketsAsync(hub, cancellationToken) ? CheckCode.Works
                : CheckCode.WebSocketBlocked;
        }
        catch (HttpRequestException failure)
        {
            return failure switch
            {
                { HttpRequestError: HttpRequestError.NameResolutionError } => CheckCode.HubNameUnknown,
                { InnerException: AuthenticationException } => CheckCode.HubCertificateBad,
                { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => CheckCode.HubRefuses,
                { HttpRequestError: HttpRequestError.ConnectionError } => CheckCode.HubSilent,
                _ => CheckCode.NoHubThere,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckCode.HubSilent;
        }
    }

    private static async Task<bool> IsHubAsync(Uri hub, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { MaxResponseContentBufferSize = HealthBytesMax };
        var health = new UriBuilder(hub) { Scheme = hub.Scheme == "wss" ? "https" : "http", Port = hub.Port, Path = "/health" }.Uri;
        using var answer = await http.GetAsync(health, cancellationToken);
        return answer.IsSuccessStatusCode
            && JsonReader.TryRead(await answer.Content.ReadAsByteArrayAsync(cancellationToken), out var said) == JsonFault.None && said["connections"] is not null;
    }

    // Without a token the hub closes what it opened; that it opened is what was asked. A proxy that swallows the question lets it wait.
    private async Task<bool> OpensSocketsAsync(Uri hub, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var link = await WebSocketLinks.Instance.ConnectAsync(hub, null, either.Token);
            return true;
        }
        catch (Exception blocked) when (blocked is ParleyException || (blocked is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
