using System.Security.Cryptography;
using Parley.Identity;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Bench;

/// <summary>A key that signs changes, and what proves to a hub that a socket is its person's.</summary>
internal sealed class BenchPerson(ReadOnlySpan<byte> seed) : IDisposable
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    private readonly SodiumSigner _signer = new(seed);
    private readonly string _nonce = RandomNumberGenerator.GetHexString(16);
    private UcanToken? _token;

    /// <summary>Somebody new.</summary>
    public BenchPerson()
        : this(RandomNumberGenerator.GetBytes(32))
    {
    }

    public PersonId Id => _signer.Person;

    /// <summary>One for all sockets: making it is the client's cost, not the hub's.</summary>
    public async ValueTask<UcanToken> TokenAsync(Uri hub)
    {
        if (_token is null)
        {
            var draft = HubToken.Draft(Id, HubAudience.Of(hub), TimeProvider.System.GetUtcNow() + TokenLifetime, _nonce);
            _token = draft.Complete(await SignAsync(draft.BytesToSign));
        }

        return _token;
    }

    /// <summary>Signs bytes.</summary>
    public async ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> message) => (await _signer.SignAsync(new[] { message }))[0];

    /// <summary>A signed change.</summary>
    public async ValueTask<Change> SignAsync(ChangeFields fields)
    {
        var draft = new ChangeDraft(fields);
        return draft.Complete(await SignAsync(draft.BytesToSign));
    }

    public void Dispose() => _signer.Dispose();
}
