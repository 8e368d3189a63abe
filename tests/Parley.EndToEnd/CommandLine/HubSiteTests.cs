using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Parley.EndToEnd.App;
using Parley.Identity;
using Parley.Native.Identity;
using Xunit;

namespace Parley.EndToEnd.CommandLine;

/// <summary>Hubs for more than this machine: with TLS of their own or a proxy's, over real sockets.</summary>
public sealed class HubSiteTests(ParleyExecutable executable) : IDisposable
{
    private const string Ready = "Parley is running at ";
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-site-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("beyond this machine", "--listen", "0.0.0.0")]
    [InlineData("--public-address", "--behind-proxy")]
    [InlineData("--tls-key", "--tls-cert", "x")]
    [InlineData("only one of", "--tls-self-signed", "--behind-proxy")]
    [InlineData("no certificate", "--tls-cert", "/dev/null", "--tls-key", "/dev/null")]
    [InlineData("goes with --behind-proxy", "--proxy", "10.0.0.1")]
    [InlineData("'nowhere'", "--listen", "nowhere")]
    [InlineData("'ftp://example.org'", "--public-address", "ftp://example.org")]
    [InlineData("this machine only", "--open", "--listen", "0.0.0.0", "--tls-self-signed")]
    [InlineData("'maybe'", "--admission", "maybe")]
    public async Task What_does_not_go_together_is_said_in_one_line(string why, params string[] options)
    {
        var run = await CommandRun.OfAsync(executable, "", ["hub", "--port", "0", "--data", Path.Combine(_folder, "hub"), .. options]);

        run.FailedInOneLine(2, why);
    }

    [Fact]
    public async Task A_certificate_of_its_own_is_kept_and_told_by_its_fingerprint()
    {
        var told = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var hub = await StartAsync("--tls-self-signed", "--listen", "0.0.0.0");
            var address = await AddressAsync(hub);
            told.Add((await hub.ReadUntilAsync("fingerprint")).Split(' ')[^1].Replace(":", "", StringComparison.Ordinal));
            Assert.Equal("https", address.Scheme);
            Assert.Equal(told[^1], await FingerprintAsync(address));
            var signer = new SodiumSigner(RandomNumberGenerator.GetBytes(32));
            Assert.Contains("\"type\":\"handshake\"", await FirstFrameAsync(new UriBuilder(address) { Scheme = "wss" }.Uri, await TokenAsync(signer, new UriBuilder(address) { Scheme = "wss" }.Uri)), StringComparison.Ordinal);
            Assert.Equal(0, await hub.StopAsync());
        }

        Assert.Equal(told[0], told[1]);
        AssertIsPrivate(Path.Combine(_folder, "hub", "tls.key"));
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_up_and_half_a_one_is_not()
    {
        var (certificate, key) = (Path.Combine(_folder, "hub.crt"), Path.Combine(_folder, "hub.key"));
        var first = await WriteCertificateAsync(certificate, key);
        await using var hub = await StartAsync("--tls-cert", certificate, "--tls-key", key, "--public-address", "https://localhost");
        Assert.Equal(new Uri("https://localhost/"), await AddressAsync(hub));
        var address = new Uri(File.ReadAllLines(Path.Combine(_folder, "hub", "hub.admin"))[0]);
        Assert.Equal(first, await FingerprintAsync(address));

        await File.WriteAllTextAsync(certificate, "half a certif");
        Assert.Equal(first, await FingerprintAsync(address));

        var second = await WriteCertificateAsync(certificate, key);
        Assert.NotEqual(first, second);
        Assert.Equal(second, await FingerprintAsync(address));
        Assert.Contains(hub.Errors, line => line.Contains("changed and is not used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Behind_a_proxy_the_hub_goes_by_its_public_name()
    {
        await using var hub = await StartAsync("--behind-proxy", "--public-address", "https://chat.example.test", "--public-address", "https://other.example.test/team");
        Assert.Equal(new Uri("https://chat.example.test/"), await AddressAsync(hub));
        Assert.StartsWith("Whoever opens this first becomes its owner: https://chat.example.test/claim#code=", await hub.ReadUntilAsync("owner"), StringComparison.Ordinal);
        var inside = new Uri(File.ReadAllLines(Path.Combine(_folder, "hub", "hub.admin"))[0]);
        var socket = new UriBuilder(inside) { Scheme = "ws" }.Uri;
        var signer = new SodiumSigner(RandomNumberGenerator.GetBytes(32));
        (string, string)[] forwarded = [("Host", "chat.example.test"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7"), ("Origin", "https://chat.example.test")];

        Assert.Contains("\"type\":\"handshake\"", await FirstFrameAsync(socket, await TokenAsync(signer, new("wss://chat.example.test/sync")), forwarded), StringComparison.Ordinal);
        Assert.Contains("\"type\":\"handshake\"", await FirstFrameAsync(socket, await TokenAsync(signer, new("wss://other.example.test/team/sync")), forwarded), StringComparison.Ordinal);
        // What is this machine's own name to whoever sits at it is nothing to somebody far away.
        Assert.Equal("4401 Invalid UCAN: Invalid audience", await FirstFrameAsync(socket, await TokenAsync(signer, socket), forwarded));
        Assert.Equal("4401 Invalid UCAN: Invalid audience", await FirstFrameAsync(socket, await TokenAsync(signer, new("wss://elsewhere.example.test/")), forwarded));

        Assert.Equal(HttpStatusCode.OK, await GetAsync(inside, forwarded));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(inside));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(inside, ("Host", "elsewhere.example.test")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(inside, ("Host", "chat.example.test"), ("Origin", "https://elsewhere.example.test")));
    }

    [Fact]
    public async Task The_owners_orders_are_taken_whether_or_not_the_hub_runs()
    {
        var data = Path.Combine(_folder, "hub");
        const string Did = "did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH";
        await using (var hub = await StartAsync())
        {
            await AddressAsync(hub);
            AssertIsPrivate(Path.Combine(data, "hub.admin"));
            Assert.Equal((0, ""), await AdminAsync("ban", Did));
            Assert.Equal((0, ""), await AdminAsync("mode", "invite-only"));
            var code = (await hub.ReadUntilAsync("owner")).Split('=')[^1];
            Assert.Equal((0, $"/claim#code={code}\n"), await AdminAsync("claim"));
            Assert.DoesNotContain(code, (await AdminAsync("claim", "--reset")).Output, StringComparison.Ordinal);
            Assert.Equal(0, await hub.StopAsync());
            Assert.Equal(3, hub.Errors.Count(line => line.Contains("Done by the data folder's owner", StringComparison.Ordinal)));
        }

        Assert.False(File.Exists(Path.Combine(data, "hub.admin")));
        var status = JsonDocument.Parse((await AdminAsync("status", "--json")).Output).RootElement;
        Assert.Equal("invite-only", status.GetProperty("mode").GetString());
        Assert.Contains("banned", (await AdminAsync("people")).Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), await AdminAsync("unban", Did));
        Assert.Equal((0, ""), await AdminAsync("revoke", Did));
        Assert.Contains(Did, (await AdminAsync("revoked")).Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), await AdminAsync("unrevoke", Did));
        Assert.Equal((0, "0 forgotten\n"), await AdminAsync("prune"));
        Assert.Equal(1, (await AdminAsync("unban", Did)).ExitCode);
        Assert.Equal((0, "bytes  changes  room\n"), await AdminAsync("rooms"));

        async Task<(int ExitCode, string Output)> AdminAsync(params string[] words)
        {
            var run = await CommandRun.OfAsync(executable, "", ["hub", "admin", .. words, "--data", data]);
            return (run.ExitCode, run.Output);
        }
    }

    private static void AssertIsPrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private async Task<RunningProcess> StartAsync(params string[] options) =>
        new(await executable.PathAsync(), ["hub", "--port", "0", "--data", Path.Combine(_folder, "hub"), .. options]);

    private static async Task<Uri> AddressAsync(RunningProcess hub) => new((await hub.ReadUntilAsync(Ready))[Ready.Length..]);

    private static async Task<string> TokenAsync(SodiumSigner signer, Uri hub)
    {
        var draft = HubToken.Draft(signer.Person, HubAudience.Of(hub), TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10), RandomNumberGenerator.GetHexString(32));
        return draft.Complete((await signer.SignAsync(new[] { draft.BytesToSign }))[0]).Text;
    }

    /// <summary>What the hub says first, or how it closes.</summary>
    private static async Task<string> FirstFrameAsync(Uri address, string token, params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        var buffer = new byte[4_096];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        return received.MessageType == WebSocketMessageType.Close
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)socket.CloseStatus!} {socket.CloseStatusDescription}")
            : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static async Task<HttpStatusCode> GetAsync(Uri address, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>The SHA-256 of the certificate that a new connection gets.</summary>
    private static async Task<string> FingerprintAsync(Uri address)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(tcp.GetStream(), false, static (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(address.Host);
        return tls.RemoteCertificate!.GetCertHashString(HashAlgorithmName.SHA256);
    }

    private static async Task<string> WriteCertificateAsync(string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now - TimeSpan.FromDays(1), now + TimeSpan.FromDays(1));
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }
}
