using Microsoft.Extensions.Logging;
using Parley.Identity;

namespace Parley.Calls;

/// <summary>What the parts of calls share.</summary>
internal sealed record CallParts(ISigner Signer, ISignatures Signatures, TimeProvider Time, ILogger Log)
{
    /// <summary>The wall clock, Unix ms.</summary>
    public long WallMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
