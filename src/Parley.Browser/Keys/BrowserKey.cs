using Parley.Identity;
using Parley.Ids;

namespace Parley.Browser.Keys;

/// <summary>This browser's person.</summary>
public sealed class BrowserKey : ISigner
{
    private readonly BrowserSigner _signer;

    internal BrowserKey(PersonId person, bool backedUp, BrowserSigner signer)
    {
        Person = person;
        BackedUp = backedUp;
        _signer = signer;
    }

    /// <inheritdoc/>
    public PersonId Person { get; }

    /// <summary>Whether the person confirmed to have the recovery words, when this was read.</summary>
    public bool BackedUp { get; }

    /// <inheritdoc/>
    public ValueTask<byte[][]> SignAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken = default) =>
        _signer.SignAsync(messages, cancellationToken);
}
