using System.Collections.Concurrent;
using Parley.Native.Identity;

namespace Parley.Cli.Vectors;

/// <summary>The signing keys of vectors, made once a seed. Safe for several threads.</summary>
internal sealed class AccessVectorKeys : IDisposable
{
    private readonly ConcurrentDictionary<string, SodiumSigner> _signers = new(StringComparer.Ordinal);

    /// <summary>The key of a seed in hexadecimal.</summary>
    public SodiumSigner Of(string seed) => _signers.GetOrAdd(seed, text => new(Convert.FromHexString(text)));

    /// <summary>Wipes them.</summary>
    public void Dispose()
    {
        foreach (var signer in _signers.Values)
        {
            signer.Dispose();
        }
    }
}
