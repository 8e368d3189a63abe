using Parley.Access;
using Parley.Cli.Terminal;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Cli.Chat;

/// <summary>Where somebody talks.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Space">Its space, where that is known.</param>
internal readonly record struct ChannelPlace(NodeId Channel, NodeId? Space);

/// <summary>Finds the channel that a command line means.</summary>
internal sealed class ChannelChoice(PersonSession session)
{
    private const string General = "#general";

    private readonly ParleyClient _client = session.Client;
    private readonly KnownSpaces _spaces = new(session);

    /// <summary>By an id, by a name in a space, or, without a word, the private channel or the #general of the space that was just joined.</summary>
    public async Task<ChannelPlace> FindAsync(string? written, string? inSpace, Invite? joined, CancellationToken cancellationToken)
    {
        var isByName = written is null || written.StartsWith('#');
        if (!isByName && !NodeId.TryParse(written, out _))
        {
            throw CliException.Usage($"'{written}' is no channel's id");
        }

        var joinedChannel = joined is { Domain: var domain } && AccessDomains.KindOf(domain) == AccessDomainKind.Channel ? domain : (NodeId?)null;
        if (!isByName || (written is null && inSpace is null && joinedChannel is not null))
        {
            var id = isByName ? joinedChannel!.Value : new NodeId(written!);
            return new(id, await SpaceOfAsync(id, cancellationToken));
        }

        var space = inSpace is not null || joined is null ? await _spaces.ChooseAsync(inSpace, cancellationToken)
            : joinedChannel is not { } channel ? await _spaces.OfAsync(joined.Domain, cancellationToken)
            : await SpaceOfAsync(channel, cancellationToken) is { } around ? await _spaces.OfAsync(around, cancellationToken)
            : await _spaces.ChooseAsync(null, cancellationToken);
        return new(await InAsync(space, written ?? General, cancellationToken), space.Id);
    }

    /// <summary>A channel of a space: <c>#general</c> always exists, another name is looked up.</summary>
    private async Task<NodeId> InAsync(KnownSpace space, string written, CancellationToken cancellationToken)
    {
        if (written == General)
        {
            return space.IsMain ? await _client.Channels.EnsureGeneralAsync(cancellationToken) : space.General;
        }

        var byName = NodeQuery.Of(Schemas.Channel).Where("space", space.Id.Value).Where("archived", false).Where("name", written[1..]).Take(2);
        var found = await _client.Nodes.FindAsync(byName, cancellationToken);
        if (found.Count == 0 && await session.CatchUpAsync(cancellationToken))
        {
            found = await _client.Nodes.FindAsync(byName, cancellationToken);
        }

        var where = space.IsMain ? "here" : $"in {space.Name}";
        return found switch
        {
            [var one] => one.Id,
            [] => throw new CliException(ExitCode.Failed, $"there is no channel {written} {where}"),
            _ => throw new CliException(ExitCode.Failed, $"several channels {where} are called {written}; give the id of one"),
        };
    }

    private async Task<NodeId?> SpaceOfAsync(NodeId channel, CancellationToken cancellationToken) =>
        await _client.Nodes.FindAsync(channel, cancellationToken) is { } node && NodeId.TryParse(node.Text("space"), out var space) ? space : null;
}
