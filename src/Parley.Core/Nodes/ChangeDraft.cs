using System.Text;
using Parley.Identity;
using Parley.Ids;

namespace Parley.Nodes;

/// <summary>Writing a change: draft, sign, complete.</summary>
/// <remarks>Pure: the caller supplies ids, clocks and the signature.</remarks>
public sealed class ChangeDraft
{
    private readonly ChangeFields _fields;
    private readonly CanonicalChange _canonical;

    /// <summary>Canonicalises and hashes.</summary>
    /// <exception cref="ArgumentException">The payload has no canonical form: a name twice, <c>__proto__</c>, or nested too deep.</exception>
    public ChangeDraft(ChangeFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        _fields = fields;
        _canonical = CanonicalChange.Of(fields);
        Hash = Blake3.Hash(_canonical.Bytes);
        BytesToSign = Encoding.ASCII.GetBytes(Hash.ToString());
    }

    /// <summary>The UTF-8 of the hash's wire spelling: what <see cref="ISigner"/> signs.</summary>
    public ReadOnlyMemory<byte> BytesToSign { get; }

    /// <summary>The hash.</summary>
    public ChangeHash Hash { get; }

    /// <summary>The signed change.</summary>
    /// <param name="signature">64 bytes over <see cref="BytesToSign"/>; not checked.</param>
    public Change Complete(ReadOnlyMemory<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureCheck.SignatureBytes);
        return new(_fields, _canonical, Hash, signature);
    }
}
