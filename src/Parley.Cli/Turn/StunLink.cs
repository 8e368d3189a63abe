using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Parley.Calls.Diagnosis;

namespace Parley.Cli.Turn;

/// <summary>The way to a STUN or TURN server does not work, and why.</summary>
internal sealed class StunFailure(CheckCode code, int? errorCode = null) : Exception(code.ToString())
{
    public CheckCode Code => code;

    public int? ErrorCode => errorCode;
}

/// <summary>Messages to and from one server, over UDP, TCP or TLS. What is no STUN message is passed over.</summary>
internal sealed class StunLink : IAsyncDisposable
{
    // RFC 8489: the first wait for an answer over UDP; each next one is twice as long.
    private static readonly TimeSpan ResendFirst = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly Stream? _stream;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = new byte[StunMessage.BytesMax];

    private StunLink(Socket socket, Stream? stream, TimeProvider time) => (_socket, _stream, _time) = (socket, stream, time);

    /// <summary>Connects. Throws <see cref="StunFailure"/> with the reason, and OperationCanceledException where the token says it takes too long.</summary>
    public static async Task<StunLink> OpenAsync(IceUrl url, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = await ResolveAsync(url.Host, cancellationToken);
        var isUdp = url.Step is CheckStep.Stun or CheckStep.TurnUdp;
        var socket = new Socket(address.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, url.Port), cancellationToken);
            var stream = isUdp ? null : url.Step == CheckStep.TurnTls ? await SecureAsync(socket, url.Host, cancellationToken) : new NetworkStream(socket);
            return new(socket, stream, time);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure switch
            {
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new StunFailure(CheckCode.ServerRefuses),
                SocketException or IOException => new StunFailure(CheckCode.ServerSilent),
                AuthenticationException => new StunFailure(CheckCode.ServerCertificateBad),
                _ => failure,
            };
        }
    }

    /// <summary>Sends a request until its answer comes. Throws <see cref="StunFailure"/> where the server is gone.</summary>
    public async Task<StunMessage> AskAsync(byte[] request, CancellationToken cancellationToken)
    {
        var wait = ResendFirst;
        while (true)
        {
            await SendAsync(request, cancellationToken);
            using var patience = _stream is null ? new CancellationTokenSource(wait, _time) : new();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                while (true)
                {
                    var answer = await ReceiveAsync(either.Token);
                    if (answer.Transaction.SequenceEqual(request.AsSpan(8, 12)))
                    {
                        return answer;
                    }
                }
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // A datagram may get lost.
                wait *= 2;
            }
        }
    }

    /// <summary>Sends a message.</summary>
    public async Task SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        try
        {
            if (_stream is null)
            {
                await _socket.SendAsync(message, cancellationToken);
            }
            else
            {
                await _stream.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            throw Gone(gone);
        }
    }

    /// <summary>The next message.</summary>
    public async Task<StunMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var length = _stream is null ? await _socket.ReceiveAsync(_buffer, cancellationToken) : await ReadAsync(_stream, cancellationToken);
                if (StunMessage.TryRead(_buffer.AsSpan(0, length), out var message))
                {
                    return message;
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            throw Gone(gone);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        _socket.Dispose();
    }

    // Over UDP a port where nobody listens is told by the network, at the next call.
    private static StunFailure Gone(Exception failure) => new(
        failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? CheckCode.ServerRefuses : CheckCode.ServerSilent);

    private async Task<int> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.ReadExactlyAsync(_buffer.AsMemory(0, StunMessage.HeaderBytes), cancellationToken);
        var length = StunMessage.HeaderBytes + StunMessage.LengthOf(_buffer);
        if (length > _buffer.Length)
        {
            throw new StunFailure(CheckCode.ServerFails);
        }

        await stream.ReadExactlyAsync(_buffer.AsMemory(StunMessage.HeaderBytes, length - StunMessage.HeaderBytes), cancellationToken);
        return length;
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var written))
        {
            return written;
        }

        try
        {
            return (await Dns.GetHostAddressesAsync(host, cancellationToken)).OrderBy(static one => one.AddressFamily == AddressFamily.InterNetworkV6).First();
        }
        catch (Exception unknown) when (unknown is SocketException or InvalidOperationException or ArgumentException)
        {
            throw new StunFailure(CheckCode.ServerNameUnknown);
        }
    }

    private static async Task<Stream> SecureAsync(Socket socket, string host, CancellationToken cancellationToken)
    {
        var secure = new SslStream(new NetworkStream(socket));
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
