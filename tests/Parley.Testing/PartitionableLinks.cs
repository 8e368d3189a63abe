using System.Text;
using Parley.Identity;
using Parley.Platform;

namespace Parley.Testing;

/// <summary>Links that a test can cut and whose messages it can lose, over any other links.</summary>
public sealed class PartitionableLinks(ILinkFactory inner) : ILinkFactory
{
    private readonly Lock _gate = new();
    private readonly List<Cuttable> _links = [];
    private volatile bool _cut;

    /// <summary>Messages to the other side for which this is true (as text) are lost.</summary>
    public Func<string, bool>? LosesSent { get; set; }

    /// <summary>What is sent instead of a message (as text).</summary>
    public Func<string, string>? Alters { get; set; }

    /// <summary>Messages from the other side for which this is true (as text) are lost.</summary>
    public Func<string, bool>? LosesReceived { get; set; }

    /// <summary>Cuts all links, and lets no new one be made until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        _cut = true;
        lock (_gate)
        {
            // One that is on its way out is closed by its owner.
            _links.ForEach(link => link.Cut());
            _links.Clear();
        }
    }

    /// <summary>Lets links be made again.</summary>
    public void Heal() => _cut = false;

    /// <inheritdoc/>
    public async ValueTask<ILink> ConnectAsync(Uri address, UcanToken? token, CancellationToken cancellationToken = default)
    {
        if (_cut)
        {
            throw new ParleyException(ParleyErrorCode.Disconnected, "Cut off.");
        }

        var link = new Cuttable(this, await inner.ConnectAsync(address, token, cancellationToken));
        lock (_gate)
        {
            _links.Add(link);
        }

        return link;
    }

    private void Forget(Cuttable link)
    {
        lock (_gate)
        {
            _links.Remove(link);
        }
    }

    private sealed class Cuttable(PartitionableLinks links, ILink inner) : ILink
    {
        private readonly CancellationTokenSource _cut = new();

        public int? CloseCode => inner.CloseCode;

        public string? CloseReason => inner.CloseReason;

        public void Cut() => _cut.Cancel();

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            if (_cut.IsCancellationRequested)
            {
                throw new ParleyException(ParleyErrorCode.Disconnected, "Cut off.");
            }

            if (links.Alters is { } alters)
            {
                message = Encoding.UTF8.GetBytes(alters(Encoding.UTF8.GetString(message.Span)));
            }

            if (links.LosesSent?.Invoke(Encoding.UTF8.GetString(message.Span)) != true)
            {
                await inner.SendAsync(message, cancellationToken);
            }
        }

        public async ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, cancellationToken);
            try
            {
                while (await inner.ReceiveAsync(either.Token) is { } message)
                {
                    if (links.LosesReceived?.Invoke(Encoding.UTF8.GetString(message)) != true)
                    {
                        return message;
                    }
                }

                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            links.Forget(this);
            await inner.DisposeAsync();
            _cut.Dispose();
        }
    }
}
