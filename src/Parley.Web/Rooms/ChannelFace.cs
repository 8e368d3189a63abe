using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Contacts;
using Parley.Web.Shell;

namespace Parley.Web.Rooms;

/// <summary>What sort of channel somebody looks at.</summary>
public enum ChannelKind
{
    /// <summary>Everybody of the space is in it.</summary>
    Open,
    /// <summary>Everybody of the space is in it, and opening it is coming into its call.</summary>
    Voice,
    /// <summary>Chosen people of the space are in it.</summary>
    Private,
    /// <summary>A conversation of two.</summary>
    Direct,
    /// <summary>A conversation of three or more.</summary>
    Group,
}

/// <summary>How a channel shows itself everywhere: in lists, tabs, heads, prompts.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Title">Its name; of a conversation, its people.</param>
/// <param name="Others">The other people of a conversation, sorted by id; empty for channels.</param>
public sealed record ChannelFace(ChannelKind Kind, string Title, IReadOnlyList<PersonId> Others)
{
    /// <summary>The icon that stands for it.</summary>
    public string Icon => Kind switch
    {
        ChannelKind.Open => "hash",
        ChannelKind.Voice => "volume-2",
        ChannelKind.Private => "lock",
        ChannelKind.Direct => "user",
        ChannelKind.Group => "users",
    };

    /// <summary>It is a conversation of chosen people, without a space.</summary>
    public bool IsConversation => Kind is ChannelKind.Direct or ChannelKind.Group;

    /// <summary>Chosen people are in it.</summary>
    public bool IsPrivate => Kind is not (ChannelKind.Open or ChannelKind.Voice);

    /// <summary>Its kind in a word or two.</summary>
    public string KindName => Kind switch
    {
        ChannelKind.Open => Strings.Switcher_Channel,
        ChannelKind.Voice => Strings.Voice_Kind,
        ChannelKind.Private => Strings.Channel_Private,
        ChannelKind.Direct => Strings.Direct_Kind,
        ChannelKind.Group => Strings.Direct_Group,
    };

    /// <summary>As it stands in a sentence: <c>#plans</c>, or the people.</summary>
    public string Name => IsConversation || Kind == ChannelKind.Voice ? Title : "#" + Title;

    /// <summary>What the empty composer says.</summary>
    public string Prompt => Phrase.Of(Strings.Composer_Prompt, Name);

    /// <summary>Above the first message.</summary>
    public string Begins => Kind switch
    {
        ChannelKind.Open => Phrase.Of(Strings.Messages_Begin, Name),
        ChannelKind.Voice => Phrase.Of(Strings.Messages_Begin_Voice, Name),
        ChannelKind.Private => Phrase.Of(Strings.Messages_Begin_Private, Name),
        ChannelKind.Direct => Phrase.Of(Strings.Messages_Begin_Direct, Title),
        ChannelKind.Group => Phrase.Of(Strings.Messages_Begin_Group, Title),
    };

    /// <summary>Where there is no message.</summary>
    public string EmptyTitle => Phrase.Of(IsConversation ? Strings.Messages_Empty_Direct : Strings.Messages_Empty_Title, Name);

    /// <summary>Reads it off what is here.</summary>
    /// <param name="id">The channel: the kind of one that has rights of its own is in its id.</param>
    /// <param name="node">Its node, where that is here.</param>
    /// <param name="members">Who is in it, where that is known.</param>
    /// <param name="me">The reader.</param>
    /// <param name="nameOf">What people are called.</param>
    public static ChannelFace Of(NodeId id, Node? node, IEnumerable<PersonId> members, PersonId me, Func<PersonId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(nameOf);
        var name = node?.Text("name")?.Trim() is { Length: > 0 } given ? given : null;
        if (AccessDomains.KindOf(id) != AccessDomainKind.DirectMessage)
        {
            var kind = AccessDomains.KindOf(id) == AccessDomainKind.Channel ? ChannelKind.Private : node?.Text("kind") == "voice" ? ChannelKind.Voice : ChannelKind.Open;
            return new(kind, name ?? Strings.Untitled, []);
        }

        IReadOnlyList<PersonId> others = [.. (PeopleOf(id, node) ?? members).Where(person => person != me).Distinct().Order()];

        // The two of a pair are called by their own names alone: a name that the other gave it could be somebody else's.
        return others.Count > 1
            ? new(ChannelKind.Group, name ?? PeopleTitle.Of(others.Select(nameOf)), others)
            : new(ChannelKind.Direct, PeopleTitle.Of(others.Select(nameOf)), others);
    }

    /// <summary>The people that a conversation's node names, where its id proves them; else null.</summary>
    public static IReadOnlyList<PersonId>? PeopleOf(NodeId id, Node? node)
    {
        List<PersonId> people = [.. (node?.Properties["members"]?.Items ?? [])
            .Select(item => PersonId.TryParse(item.Text, out var person) ? person : default).Where(person => person != default).Distinct()];
        return people.Count > 1 && RoomNames.DirectMessage(people) == id ? people : null;
    }
}
