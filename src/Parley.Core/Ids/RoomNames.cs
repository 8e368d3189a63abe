using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Json;

namespace Parley.Ids;

/// <summary>The names of rooms and of derived nodes (docs/protocol.md, rooms and ids).</summary>
public static class RoomNames
{
    /// <summary>The space that everybody connected belongs to. It has no log of memberships.</summary>
    public const string MainSpace = "main";

    /// <summary>Before a space's id in its room's name.</summary>
    internal const string SpacePrefix = "xnet-workspace-";

    /// <summary>Before a channel's id in its room's name.</summary>
    internal const string ChannelPrefix = "xnet-channel-";

    /// <summary>Before a node's id in the name of its presence.</summary>
    internal const string PresencePrefix = "xnet-doc-";

    /// <summary>Before a channel's id in the name of its calls.</summary>
    internal const string CallPrefix = "call:";

    /// <summary>Before a DID in the name of its door.</summary>
    internal const string KnockPrefix = "knock:";

    /// <summary>Before a DID in the name of its profile's room, and in the id of the Profile node.</summary>
    internal const string ProfilePrefix = "profile-";

    /// <summary>Before a space's id in the id of its presence node.</summary>
    internal const string SpacePresencePrefix = "presence-";

    /// <summary>Before the hash in the id of a thread; <see cref="IsThread"/> looks at all of it.</summary>
    internal const string ThreadPrefix = "room-";

    internal const string InboxPrefix = "inbox-";
    internal const string DirectMessagePrefix = "dm-";
    internal const int DirectMessageLength = 3 + 40;
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");
    private static readonly System.Buffers.SearchValues<char> Base64UrlDigits =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private const string PairingPrefix = "pair:";
    private const int PairingKeyLength = 43;

    /// <summary><c>xnet-workspace-</c> + space.</summary>
    public static RoomId Space(string space) => new(SpacePrefix + space);

    /// <summary><c>xnet-channel-</c> + channel.</summary>
    public static RoomId Channel(NodeId channel) => new(ChannelPrefix + channel.Value);

    /// <summary>
    /// The room of what names this as its <c>channel</c>: the channel's own, or the space's where it is the domain of a space,
    /// whose membership operations are carried so.
    /// </summary>
    public static RoomId OfMessages(NodeId channel) => AccessDomains.KindOf(channel) == AccessDomainKind.Space ? Space(channel.Value) : Channel(channel);

    /// <summary>The person's own room: the DID itself.</summary>
    public static RoomId Author(PersonId person) => new(person.Value);

    /// <summary><c>profile-</c> + DID; also the id of the Profile node.</summary>
    public static RoomId Profile(PersonId person) => new(ProfilePrefix + person.Value);

    /// <summary><c>knock:</c> + DID: first contact, written by anybody and read by its owner.</summary>
    public static RoomId Knock(PersonId person) => new(KnockPrefix + person.Value);

    /// <summary>The space whose room this is; null for other rooms.</summary>
    internal static string? SubjectOfSpaceRoom(string room) => After(room, SpacePrefix);

    /// <summary>The channel whose room this is; null for other rooms.</summary>
    internal static string? SubjectOfChannelRoom(string room) => After(room, ChannelPrefix);

    /// <summary>The channel whose call this is; null for other rooms.</summary>
    internal static string? SubjectOfCallRoom(string room) => After(room, CallPrefix);

    /// <summary>The node whose presence this is; null for other rooms.</summary>
    internal static string? SubjectOfPresenceRoom(string room) => After(room, PresencePrefix);

    /// <summary>The space whose presence node this is; null for other nodes.</summary>
    internal static string? SpaceOfPresence(string node) => After(node, SpacePresencePrefix);

    /// <summary>The person whose door this is; null for other rooms.</summary>
    internal static PersonId? DoorOf(string room) => After(room, KnockPrefix) is { } did && PersonId.TryParse(did, out var person) ? person : null;

    private static string? After(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    /// <summary>True for the names of <see cref="Knock"/>.</summary>
    public static bool IsKnock(RoomId room) => room.Value.StartsWith(KnockPrefix, StringComparison.Ordinal);

    /// <summary><c>xnet-doc-</c> + node: presence only, nothing stored.</summary>
    public static RoomId Presence(NodeId node) => new(PresencePrefix + node.Value);

    /// <summary><c>call:</c> + channel: signals only, nothing stored.</summary>
    public static RoomId Call(NodeId channel) => new(CallPrefix + channel.Value);

    /// <summary><c>pair:</c> + base64url of 32 bytes: where two devices of one person meet; for two, and nothing stored.</summary>
    public static RoomId Pairing(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 32);
        return new(PairingPrefix + Base64Url.EncodeToString(key));
    }

    /// <summary>The presence node of a space: <c>presence-</c> + space.</summary>
    public static NodeId SpacePresence(string space) => new(SpacePresencePrefix + space);

    /// <summary>The Profile node of a person.</summary>
    public static NodeId ProfileNode(PersonId person) => new(ProfilePrefix + person.Value);

    /// <summary>The InboxState node of a person.</summary>
    public static NodeId InboxNode(PersonId person) => new(InboxPrefix + person.Value);

    /// <summary><c>dm-</c> + first 40 hex of SHA-256(sorted distinct DIDs joined by line feeds). Needs two distinct people or more.</summary>
    public static NodeId DirectMessage(IEnumerable<PersonId> people)
    {
        var dids = people.Select(p => p.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (dids.Length < 2)
        {
            throw new ArgumentException("A direct message needs two distinct people or more.", nameof(people));
        }

        return new(DirectMessagePrefix + ShortHash(string.Join('\n', dids)));
    }

    /// <summary>The channel that is a node's thread: <c>room-</c> + first 40 hex of SHA-256(utf8(node id)). The thread of a space's node is its #general.</summary>
    public static NodeId ThreadOf(NodeId node) => new(ThreadPrefix + ShortHash(node.Value));

    /// <summary>An open channel's id: <c>oc-</c> + base32(first 20 bytes of BLAKE3(LP("parley-access/1 open", by, n, space))), n of 16 bytes.</summary>
    public static NodeId OpenChannel(PersonId by, ReadOnlySpan<byte> n, string space) => DomainId.OpenChannel(by, n, space);

    /// <summary>The property <c>parley:access</c> of an open channel's create.</summary>
    /// <param name="by">Who makes the channel: the create's author.</param>
    /// <param name="n">The 16 random bytes that went into the id.</param>
    /// <param name="space">The space that it belongs to for ever.</param>
    public static JsonValue OpenChannelProof(PersonId by, ReadOnlySpan<byte> n, string space) => JsonValue.Object(
        ("v", JsonValue.Of(1)),
        ("mode", JsonValue.Of("open")),
        ("by", JsonValue.Of(by.Value)),
        ("n", JsonValue.Of(Base64Url.EncodeToString(n))),
        ("space", JsonValue.Of(space)));

    /// <summary>True for the rooms of calls (<c>call:</c>).</summary>
    public static bool IsCall(RoomId room) => room.Value.StartsWith(CallPrefix, StringComparison.Ordinal);

    /// <summary>True for the names of <see cref="Pairing"/>, and for nothing that only begins so.</summary>
    public static bool IsPairing(RoomId room) =>
        room.Value.Length == PairingPrefix.Length + PairingKeyLength
        && room.Value.StartsWith(PairingPrefix, StringComparison.Ordinal)
        && !room.Value.AsSpan(PairingPrefix.Length).ContainsAnyExcept(Base64UrlDigits);

    /// <summary>True for rooms in which nothing is stored (<c>xnet-doc-</c>, <c>call:</c>, <c>pair:</c>).</summary>
    public static bool IsEphemeral(RoomId room) =>
        room.Value.StartsWith(PresencePrefix, StringComparison.Ordinal) || room.Value.StartsWith(CallPrefix, StringComparison.Ordinal) || IsPairing(room);

    /// <summary>
    /// The person whose node this is by its id alone (Profile, InboxState), or null where the id names nobody.
    /// </summary>
    public static PersonId? SubjectOf(NodeId node)
    {
        var prefix = node.Value.StartsWith(ProfilePrefix, StringComparison.Ordinal) ? ProfilePrefix
            : node.Value.StartsWith(InboxPrefix, StringComparison.Ordinal) ? InboxPrefix
            : null;
        return prefix is not null && PersonId.TryParse(node.Value[prefix.Length..], out var person) ? person : null;
    }

    /// <summary>True for ids of spaces: <see cref="MainSpace"/> and the self-certifying ones.</summary>
    internal static bool IsSpace(string id) => id == MainSpace || AccessDomains.KindOf(id.AsSpan()) == AccessDomainKind.Space;

    /// <summary>True for the shape of <see cref="OpenChannel"/>.</summary>
    public static bool IsOpenChannel(ReadOnlySpan<char> id) => id.Length == DomainId.Length && id.StartsWith(DomainId.OpenChannelPrefix, StringComparison.Ordinal);

    /// <summary>True for the shape of <see cref="ThreadOf"/>.</summary>
    public static bool IsThread(string id) =>
        id.Length == ThreadPrefix.Length + 40
        && id.StartsWith(ThreadPrefix, StringComparison.Ordinal)
        && !id.AsSpan(ThreadPrefix.Length).ContainsAnyExcept(HexDigits);

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
}
