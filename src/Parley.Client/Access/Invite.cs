using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Parley.Ids;

namespace Parley.Access;

/// <summary>
/// What an invite's link carries behind its <c>#</c>, so that no server sees it: the domain and the 32 secret bytes that let their holder in.
/// Whoever has it may enter: treat it as a password.
/// </summary>
/// <example><code>new Uri(app, "#" + invite)</code></example>
public sealed record Invite
{
    /// <summary>Length of the secret in bytes.</summary>
    public const int SecretBytes = 32;

    private const string Prefix = "join=";
    private readonly byte[] _secret;

    /// <summary>From its parts.</summary>
    /// <param name="domain">The space or private channel.</param>
    /// <param name="secret">32 bytes, the seed of the invite's key.</param>
    public Invite(NodeId domain, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        if (AccessDomains.KindOf(domain) is not (AccessDomainKind.Space or AccessDomainKind.Channel))
        {
            throw new ArgumentException("Only spaces and private channels have invites.", nameof(domain));
        }

        Domain = domain;
        _secret = secret.ToArray();
    }

    /// <summary>The space or private channel.</summary>
    public NodeId Domain { get; }

    /// <summary>The seed of the invite's key.</summary>
    public ReadOnlyMemory<byte> Secret => _secret;

    /// <summary>Takes a whole link, its fragment with or without the <c>#</c>, or what <see cref="ToString"/> gives.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Invite? invite)
    {
        invite = null;
        var fragment = text.AsSpan().Trim();
        fragment = fragment[(fragment.IndexOf('#') + 1)..];
        var dot = fragment.IndexOf('.');
        if (!fragment.StartsWith(Prefix, StringComparison.Ordinal) || dot < 0)
        {
            return false;
        }

        var domain = new NodeId(fragment[Prefix.Length..dot].ToString());
        var secret = fragment[(dot + 1)..];
        Span<byte> bytes = stackalloc byte[SecretBytes];
        if (AccessDomains.KindOf(domain) is not (AccessDomainKind.Space or AccessDomainKind.Channel)
            || !Base64Url.IsValid(secret, out var length) || length != SecretBytes || Base64Url.DecodeFromChars(secret, bytes) != SecretBytes)
        {
            return false;
        }

        invite = new(domain, bytes);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>. Throws <see cref="FormatException"/>.</summary>
    public static Invite Parse(string text) => TryParse(text, out var invite) ? invite : throw new FormatException("Not the link of an invite.");

    /// <summary>The fragment of the link, without <c>#</c>. It holds the secret: never log it.</summary>
    public override string ToString() => $"{Prefix}{Domain.Value}.{Base64Url.EncodeToString(_secret)}";

    /// <summary>Same domain, same secret.</summary>
    public bool Equals(Invite? other) => other is not null && Domain == other.Domain && _secret.AsSpan().SequenceEqual(other._secret);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Domain, BitConverter.ToInt32(_secret));
}
