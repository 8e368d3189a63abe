using Parley.Ids;

namespace Parley.Access;

/// <summary>What somebody wants to do in a governed room.</summary>
internal enum AccessAction
{
    /// <summary>Subscribe, sync, awareness, calls, files: judged by who has access now.</summary>
    Read,
    /// <summary>A message or another node of one's own.</summary>
    Create,
    /// <summary>A reaction, or taking back one's own.</summary>
    React,
    /// <summary>Edit, delete or restore a node.</summary>
    Edit,
    /// <summary>Take a node off the screen; admins may do so to others' nodes.</summary>
    Redact,
    /// <summary>Name, topic, archive of the channel or space.</summary>
    Metadata,
}

/// <summary>A read, or an ordinary change, to be decided.</summary>
/// <param name="Author">Who reads or wrote it.</param>
/// <param name="Action">What it does.</param>
internal sealed record AccessRequest(PersonId Author, AccessAction Action)
{
    /// <summary>The change's Lamport time. Not for reads.</summary>
    public long Lamport { get; init; }

    /// <summary>The operations that the change names as known (<see cref="SeenOperations"/>); null where it has no such property.</summary>
    public IReadOnlyList<ChangeHash>? Seen { get; init; }

    /// <summary>For edit and redact: who wrote the first change of the node; null where that has not arrived.</summary>
    public PersonId? NodeAuthor { get; init; }

    /// <summary>For the metadata of an open channel: who made it; null for anything else.</summary>
    public PersonId? ChannelCreator { get; init; }

    /// <summary>
    /// For changes after the first of a node: the properties that would get another value. A repetition of what the first change says,
    /// as every edit carries its <c>channel</c> for routing, is none.
    /// </summary>
    public IReadOnlyCollection<string> PropertiesWritten { get; init; } = [];
}
