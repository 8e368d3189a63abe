using System.Net;
using System.Net.Sockets;

namespace Parley.Testing.Links;

/// <summary>
/// A network between people and a server, on loopback: a UDP port before the server's that passes every datagram on, both ways, as
/// <see cref="LinkModel"/> tells it. Each client address has a line and an own socket towards the server, as behind a NAT.
/// </summary>
/// <remarks>
/// Where the server is a TURN server and people reach each other through it alone, what one says passes here twice, up from the one and
/// down to the other. Each passing is half of the profile, so that the profile holds from person to person.
/// </remarks>
public sealed class ImpairedRelay : IAsyncDisposable
{
    /// <summary>Client addresses at a time.</summary>
    public const int ClientsMax = 256;

    /// <summary>Datagrams under way at a time; more get lost.</summary>
    public const int UnderWayMax = 16_384;

    private const int DatagramBytesMax = 65_535;

    private readonly Lock _gate = new();
    private readonly Socket _front = Bound();
    private readonly IPEndPoint _server;
    private readonly int _seed;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Dictionary<IPEndPoint, Line> _lines = [];
    private readonly PriorityQueue<(Line Line, bool IsUp, byte[] Datagram), (double DueMs, long Order)> _underWay = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _receiving = [];
    private LinkProfile _profile;
    private long _order;
    private long _taken;
    private long _lost;
    private int _made;

    /// <param name="server">What stands behind it.</param>
    /// <param name="profile">What it does, until <see cref="Switch"/>.</param>
    /// <param name="seed">Of its chances.</param>
    /// <param name="time">Its clock.</param>
    public ImpairedRelay(IPEndPoint server, LinkProfile profile, int seed, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(time);
        profile.Check();
        (_server, _profile, _seed, _time, _started) = (server, profile, seed, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Deliver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _receiving.Add(ReceiveUpAsync());
    }

    /// <summary>Where clients reach the server.</summary>
    public IPEndPoint Address => (IPEndPoint)_front.LocalEndPoint!;

    /// <summary>Datagrams that came in, so far; each of them has its time by now, or is lost.</summary>
    public long Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Datagrams that were lost, so far.</summary>
    public long Lost
    {
        get
        {
            lock (_gate)
            {
                return _lost;
            }
        }
    }

    /// <summary>Client addresses that have a line now.</summary>
    public int Clients
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    private double NowMs => _time.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>The network does something else from now on, in both directions and for everybody.</summary>
    public void Switch(LinkProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        profile.Check();
        lock (_gate)
        {
            _profile = profile;
            foreach (var line in _lines.Values)
            {
                line.Switch(profile, NowMs);
            }
        }
    }

    /// <summary>
    /// Everybody has another address, as after a change from cable to radio: what the server knew of them is gone, what was under way is
    /// lost, and whoever sends again comes from another port.
    /// </summary>
    public void CableChange()
    {
        lock (_gate)
        {
            foreach (var line in _lines.Values)
            {
                line.Dispose();
            }

            _lines.Clear();
            _lost += _underWay.Count;
            _underWay.Clear();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _front.Dispose();
        CableChange();
        Task[] receiving;
        lock (_gate)
        {
            receiving = [.. _receiving];
        }

        await Task.WhenAll(receiving);
        await _timer.DisposeAsync();
        _ending.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task ReceiveUpAsync()
    {
        var buffer = new byte[DatagramBytesMax];
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var got = await _front.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _ending.Token);
                if (LineOf((IPEndPoint)got.RemoteEndPoint) is { } line)
                {
                    Carry(line, isUp: true, buffer.AsSpan(0, got.ReceivedBytes));
                }
            }
            catch (Exception none) when (none is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that is gone is told of as an error of the next receive; or the relay ends.
            }
        }
    }

    private async Task ReceiveDownAsync(Line line)
    {
        await Task.Yield();
        var buffer = new byte[DatagramBytesMax];
        while (!line.IsGone)
        {
            try
            {
                Carry(line, isUp: false, buffer.AsSpan(0, await line.Socket.ReceiveAsync(buffer, _ending.Token)));
            }
            catch (Exception none) when (none is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Nobody listens at the server's port, for the moment; or the line is gone.
            }
        }
    }

    private Line? LineOf(IPEndPoint client)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(client, out var line) && _lines.Count < ClientsMax && !_ending.IsCancellationRequested)
            {
                _lines[client] = line = new(client, _server, _profile, _seed + (2 * _made++), NowMs);
                _receiving.RemoveAll(static task => task.IsCompleted);
                _receiving.Add(ReceiveDownAsync(line));
            }

            return line;
        }
    }

    private void Carry(Line line, bool isUp, ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            _taken++;
            if (line.IsGone || _underWay.Count >= UnderWayMax || line.Carry(isUp, datagram.Length, NowMs) is not { } dueMs)
            {
                _lost++;
                return;
            }

            _underWay.Enqueue((line, isUp, datagram.ToArray()), (dueMs, _order++));
            Deliver();
        }
    }

    /// <summary>Passes on what is due, and comes again when the next is.</summary>
    private void Deliver()
    {
        lock (_gate)
        {
            while (_underWay.TryPeek(out var next, out var at))
            {
                if (at.DueMs > NowMs)
                {
                    _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, at.DueMs - NowMs)), Timeout.InfiniteTimeSpan);
                    return;
                }

                _underWay.Dequeue();
                Pass(next.Line, next.IsUp, next.Datagram);
            }
        }
    }

    private void Pass(Line line, bool isUp, byte[] datagram)
    {
        try
        {
            _ = isUp ? line.Socket.Send(datagram) : _front.SendTo(datagram, line.Client);
        }
        catch (Exception none) when (none is SocketException or ObjectDisposedException)
        {
            // Nobody is there: a datagram that is lost.
            _lost++;
        }
    }

    /// <summary>One client address: its socket towards the server, and its two directions.</summary>
    private sealed class Line : IDisposable
    {
        private readonly LinkModel _up;
        private readonly LinkModel _down;

        public Line(IPEndPoint client, IPEndPoint server, LinkProfile profile, int seed, double nowMs)
        {
            Client = client;
            Socket.Connect(server);
            (_up, _down) = (new(profile.Halved(), seed, nowMs), new(profile.Halved(), seed + 1, nowMs));
        }

        public IPEndPoint Client { get; }

        public Socket Socket { get; } = Bound();

        public bool IsGone { get; private set; }

        public double? Carry(bool isUp, int lengthBytes, double nowMs) => (isUp ? _up : _down).Carry(lengthBytes, nowMs);

        public void Switch(LinkProfile profile, double nowMs)
        {
            _up.Switch(profile.Halved(), nowMs);
            _down.Switch(profile.Halved(), nowMs);
        }

        public void Dispose()
        {
            IsGone = true;
            Socket.Dispose();
        }
    }
}
