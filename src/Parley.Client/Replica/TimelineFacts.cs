using Parley.Chat;
using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>What the places of new nodes in the timeline rest on.</summary>
internal sealed class TimelineFacts
{
    private readonly HashSet<NodeId> _nodes = [];
    private readonly HashSet<string> _afters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _channels = new(StringComparer.Ordinal);

    /// <summary>Nodes of which one of the nodes is awaited.</summary>
    public Dictionary<NodeId, NodeRow> Awaiting { get; } = [];

    /// <summary>Where the nodes named by <c>parley:after</c> stand.</summary>
    public Dictionary<string, (long T, long Lamport)> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the newest message of each channel stands.</summary>
    public Dictionary<string, TimelinePosition> Newest { get; } = new(StringComparer.Ordinal);

    /// <summary>Asks what is not known yet about changes that may make nodes.</summary>
    public void Ask(IEnumerable<Change> creates, StoreQuestions questions)
    {
        List<string> nodes = [], afters = [], channels = [];
        foreach (var create in creates)
        {
            if (_nodes.Add(create.Node))
            {
                nodes.Add(create.Node.Value);
            }

            if (create.Properties[TimelinePosition.AfterProperty]?.Text is { } after && _afters.Add(after))
            {
                afters.Add(after);
            }

            if (Schemas.Is(create.SchemaId, Schemas.ChatMessage) && create.Properties["channel"]?.Text is { } channel && _channels.Add(channel))
            {
                channels.Add(channel);
            }
        }

        if (nodes.Count > 0)
        {
            questions.Ask(new($"SELECT {NodeRow.Columns} FROM node WHERE awaits IN (SELECT value FROM json_each(?1))", SqlJson.Of(nodes)), LearnAwaiting);
        }

        if (afters.Count > 0)
        {
            questions.Ask(new("SELECT id, t, root_lamport FROM node WHERE id IN (SELECT value FROM json_each(?1))", SqlJson.Of(afters)), LearnPlaces);
        }

        if (channels.Count > 0)
        {
            questions.Ask(new(NewestOfChannel, SqlJson.Of(channels)), LearnNewest);
        }
    }

    /// <summary>The newest message of each channel of a JSON array: the channel, its id, its position and its Lamport time.</summary>
    public const string NewestOfChannel =
        $"""
        SELECT wanted.value, node.id, {NodeSql.Position}, root_lamport FROM json_each(?1) AS wanted JOIN node ON n = (
          SELECT n FROM node WHERE schema = '{Schemas.ChatMessage}' AND hidden = 0 AND json_extract(properties, '$."channel"') = wanted.value
          ORDER BY t DESC, created_by DESC, root_index DESC, root_hash DESC LIMIT 1)
        """;

    private void LearnAwaiting(SqlResult answer)
    {
        foreach (var row in answer.Rows.Select(NodeRow.Read))
        {
            Awaiting[row.State.Id] = row;
        }
    }

    private void LearnPlaces(SqlResult answer)
    {
        foreach (var row in answer.Rows)
        {
            Places[(string)row[0]!] = ((long)row[1]!, (long)row[2]!);
        }
    }

    /// <summary>A node whose id was made a moment ago: nothing can await it.</summary>
    public void Minted(NodeId node) => _nodes.Add(node);

    /// <summary>Takes an answer to <see cref="NewestOfChannel"/>.</summary>
    public void LearnNewest(SqlResult answer)
    {
        foreach (var row in answer.Rows)
        {
            _channels.Add((string)row[0]!);
            _afters.Add((string)row[1]!);
            Places[(string)row[1]!] = ((long)row[2]!, (long)row[6]!);
            Newest[(string)row[0]!] = new((long)row[2]!, PersonId.Parse((string)row[3]!), (int)(long)row[4]!, new((byte[])row[5]!));
        }
    }
}
