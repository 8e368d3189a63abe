using Parley.Identity;
using Parley.Ids;

namespace Parley.Browser.Keys;

/// <summary>The key of a seed, as long as this page keeps it.</summary>
internal sealed class BrowserSeedKey(PersonId person, BrowserSigner signer, Action close) : ISigner, IDisposable
{
    private bool _closed;

    /// <inheritdoc/>
    public PersonId Person { get; } = person;

    /// <inheritdoc/>
    public ValueTask<byte[][]> SignAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return signer.SignAsync(messages, cancellationToken);
    }

    /// <summary>The page forgets the key.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            close();
        }
    }
}
