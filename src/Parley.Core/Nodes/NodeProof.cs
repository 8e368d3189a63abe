using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Parley.Ids;

namespace Parley.Nodes;

/// <summary>Self-certifying node ids: who made a node is provable from the id itself (W10).</summary>
public static class NodeProof
{
    private const int IdLength = 22;
    private const int NonceTextLength = 22;

    /// <summary>First 22 characters of base64url(BLAKE3(utf8(author + "\n" + changeId))).</summary>
    public static NodeId IdFor(PersonId author, string changeId)
    {
        ArgumentNullException.ThrowIfNull(changeId);
        Span<byte> hash = stackalloc byte[Blake3.HashBytes];
        Blake3.Hash(Encoding.UTF8.GetBytes(author.Value + "\n" + changeId), hash);
        return new(Base64Url.EncodeToString(hash)[..IdLength]);
    }

    /// <summary>
    /// True when the change is a create (it carries <c>schemaId</c>) that reproduces its node's id by one of these rules, where all but
    /// the first also want the schema that belongs to the id:
    /// <see cref="IdFor"/>; the <c>oc-</c> rule of open channels over the property <c>parley:access</c> (author = <c>by</c>, and no other space
    /// named beside it); a DM id whose <c>members</c> include the author; the thread id of its <c>target</c>;
    /// an id made of the author's own DID (<c>profile-</c>, <c>inbox-</c>).
    /// </summary>
    public static bool Proves(Change change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.SchemaId is not { } schema)
        {
            return false;
        }

        var (node, author) = (change.Node, change.Author);
        return (node.Value.Length == IdLength && node == IdFor(author, change.Fields.Id))
            || (node == RoomNames.ProfileNode(author) && Schemas.Is(schema, Schemas.Profile))
            || (node == RoomNames.InboxNode(author) && Schemas.Is(schema, Schemas.InboxState))
            || (Schemas.Is(schema, Schemas.Channel) && ProvesChannel(change));
    }

    private static bool ProvesChannel(Change change)
    {
        var id = change.Node.Value;
        return (RoomNames.IsOpenChannel(id) && ProvesOpenChannel(change))
            || (AccessDomains.KindOf(id.AsSpan()) == AccessDomainKind.DirectMessage && ProvesDirectMessage(change))
            || (RoomNames.IsThread(id)
                && NodeId.TryParse(change.Properties["target"]?.Text, out var target) && change.Node == RoomNames.ThreadOf(target));
    }

    private static bool ProvesOpenChannel(Change change)
    {
        Span<byte> nonce = stackalloc byte[DomainId.NonceBytes];
        return change.Properties["parley:access"] is { } access
            && access["v"]?.Integer == 1
            && string.Equals(access["mode"]?.Text, "open", StringComparison.Ordinal)
            && string.Equals(access["by"]?.Text, change.Author.Value, StringComparison.Ordinal)
            && access["space"]?.Text is { } space
            && (change.Properties["space"] is not { IsNull: false } routed || string.Equals(routed.Text, space, StringComparison.Ordinal))
            && TryNonce(access["n"]?.Text, nonce)
            && change.Node == DomainId.OpenChannel(change.Author, nonce, space);
    }

    private static bool ProvesDirectMessage(Change change)
    {
        var people = new HashSet<PersonId>();
        foreach (var member in change.Properties["members"]?.Items ?? [])
        {
            if (!PersonId.TryParse(member.Text, out var person))
            {
                return false;
            }

            people.Add(person);
        }

        return people.Count >= 2 && people.Contains(change.Author) && change.Node == RoomNames.DirectMessage(people);
    }

    // Base64Url's Try methods throw on malformed input; this one answers. It also refuses stray trailing bits, so a nonce has one text.
    private static bool TryNonce(string? text, Span<byte> nonce) =>
        text is { Length: NonceTextLength }
        && Base64Url.DecodeFromChars(text, nonce, out _, out var written) == OperationStatus.Done
        && written == nonce.Length;
}
