using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Parley.Cli.Turn;

namespace Parley.Scenarios.Doctor;

/// <summary>Something that stands at a TURN server's port and is none that works: it is silent, answers with one error, or shows a certificate of its own making.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly IDisposable _listening;
    private readonly Task _serving;

    private StandIn(IDisposable listening, int port, Func<CancellationToken, Task> serve)
    {
        (_listening, Port) = (listening, port);
        _serving = serve(_ending.Token);
    }

    public int Port { get; }

    /// <summary>Over UDP: asks for a proof, and answers it with an error; null never answers anything.</summary>
    public static StandIn Udp(int? error)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new(socket, ((IPEndPoint)socket.LocalEndPoint!).Port, token => AnswerAsync(socket, error, token));
    }

    /// <summary>TLS with a certificate that nobody trusts.</summary>
    public static StandIn Tls()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new(listener, ((IPEndPoint)listener.LocalEndpoint).Port, token => ShakeHandsAsync(listener, token));
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listening.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private static async Task AnswerAsync(Socket socket, int? error, CancellationToken cancellationToken)
    {
        var buffer = new byte[StunMessage.BytesMax];
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
            if (error is { } code && StunMessage.TryRead(buffer.AsSpan(0, received.ReceivedBytes), out var request))
            {
                var said = request.Find(StunAttribute.Username) is null ? 401 : code;
                byte[] number = [0, 0, (byte)(said / 100), (byte)(said % 100)];
                var answer = StunMessage.Write(
                    (StunType)((ushort)request.Type | 0x0110), request.Transaction.ToArray(),
                    [(StunAttribute.ErrorCode, number), (StunAttribute.Realm, Encoding.ASCII.GetBytes("r")), (StunAttribute.Nonce, Encoding.ASCII.GetBytes("n"))]);
                await socket.SendToAsync(answer, received.RemoteEndPoint, cancellationToken);
            }
        }
    }

    private static async Task ShakeHandsAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(cancellationToken);
            await using var secure = new SslStream(client.GetStream());
            try
            {
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
                await secure.ReadExactlyAsync(new byte[1], cancellationToken);
            }
            catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The other side looked at the certificate and went.
            }
        }
    }
}
