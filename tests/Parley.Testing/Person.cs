using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Parley.Identity;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Platform;
using Parley.Storage;

namespace Parley.Testing;

/// <summary>Somebody in a test: a key that follows from the name, and a client when one is opened.</summary>
/// <remarks>Disposing closes the client and throws where it logged an error.</remarks>
public sealed class Person(string name) : IAsyncDisposable
{
    private readonly ErrorLog _log = new();
    private ParleyClient? _client;

    /// <summary>The name, from which the key follows.</summary>
    public string Name => name;

    /// <summary>The key.</summary>
    public ISigner Signer { get; } = new SodiumSigner(SHA256.HashData(Encoding.UTF8.GetBytes("parley test person " + name)));

    /// <summary>The DID.</summary>
    public PersonId Id => Signer.Person;

    /// <summary>The open client.</summary>
    public ParleyClient Client => _client ?? throw new InvalidOperationException($"{name} has no open client.");

    /// <summary>Options for a client of this person.</summary>
    public ParleyOptions Options(ISqlDriver? store = null, Uri? hub = null, ILinkFactory? links = null, TimeProvider? time = null) => new()
    {
        Store = store ?? SqliteStore.InMemory(),
        Signer = Signer,
        Signatures = SodiumSignatures.Instance,
        InviteSigner = (seed, _) => new(new SodiumSigner(seed.Span)),
        Hub = hub,
        Links = links,
        Time = time ?? TimeProvider.System,
        Logging = LoggerFactory.Create(logging => logging.AddProvider(_log)),
    };

    /// <summary>Opens the client.</summary>
    public Task<ParleyClient> OpenAsync(ISqlDriver? store = null, Uri? hub = null, ILinkFactory? links = null, TimeProvider? time = null) =>
        OpenAsync(Options(store, hub, links, time));

    /// <summary>Opens the client with these options.</summary>
    public async Task<ParleyClient> OpenAsync(ParleyOptions options) => _client = await ParleyClient.OpenAsync(options);

    /// <summary>Closes the client; another may be opened.</summary>
    public async Task CloseAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            await client.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _log.ThrowIfAny();
    }
}
