using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Hub;
using Parley.Hub.Administration;
using Parley.Json;

namespace Parley.Cli.Hosting;

/// <summary>
/// Orders to a hub from the machine that it runs on: whoever reads its data folder is its owner. A hub that runs leaves its address and a
/// secret there; on a folder without one the orders are carried out at once.
/// </summary>
internal static class LocalAdministration
{
    private const string FileName = "hub.admin";
    private const int SecretBytes = 32;
    private const int FileBytesMax = 4_096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Lets orders in by a secret that only the folder's owner reads; it is gone when the hub stops.</summary>
    public static void Open(WebApplication app, string folder, Uri address)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        app.AcceptParleyHubSecret(secret);
        var path = Path.Combine(folder, FileName);
        PrivateFile.Replace(path, Encoding.UTF8.GetBytes($"{address}\n{secret}\n"));
        app.Lifetime.ApplicationStopping.Register(() => PrivateFile.Wipe(path));
    }

    /// <summary>Has an order carried out. Throws <see cref="CliException"/> with the hub's reason.</summary>
    public static async Task<JsonValue> AskAsync(string folder, JsonValue request, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, "hub.db")))
        {
            throw new CliException(ExitCode.DataFolder, $"{folder} is no hub's data folder");
        }

        var answer = await CarryOutAsync(folder, request, cancellationToken);
        return answer["error"]?.Text is { } why ? throw new CliException(ExitCode.Failed, why) : answer;
    }

    private static async Task<JsonValue> CarryOutAsync(string folder, JsonValue request, CancellationToken cancellationToken)
    {
        try
        {
            using var here = HubFolder.Open(folder, TimeProvider.System);
            return await here.AnswerAsync(request);
        }
        catch (ParleyException failure) when (failure.Code == ParleyErrorCode.StoreInUse)
        {
            return await SendAsync(folder, request, cancellationToken);
        }
    }

    private static async Task<JsonValue> SendAsync(string folder, JsonValue request, CancellationToken cancellationToken)
    {
        var bytes = PrivateFile.Read(Path.Combine(folder, FileName), FileBytesMax);
        if (bytes is null || Encoding.UTF8.GetString(bytes).Split('\n') is not [var address, var secret, ..])
        {
            throw new CliException(ExitCode.DataFolder, $"something holds {folder} that takes no orders; is the hub just starting or stopping?");
        }

        // The file says where on this machine the hub listens; its certificate, made for other names, has nothing to add to that.
#pragma warning disable CA5359
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        };
#pragma warning restore CA5359
        using var http = new HttpClient(handler) { Timeout = Patience };
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(address), "/hub/admin")) { Content = new ByteArrayContent(CanonicalJson.ToBytes(request)) };
        message.Headers.Authorization = new("Bearer", secret);
        try
        {
            using var answer = await http.SendAsync(message, cancellationToken);
            var text = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonReader.TryRead(text, out var value) == JsonFault.None
                ? value
                : throw new CliException(ExitCode.Unreachable, $"the hub at {address} answers {(int)answer.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Unreachable, $"the hub at {address} does not answer: {failure.Message}");
        }
    }
}
