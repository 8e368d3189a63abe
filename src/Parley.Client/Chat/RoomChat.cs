using System.Runtime.CompilerServices;
using Parley.Ids;
using Parley.Json;
using Parley.Live;
using Parley.Nodes;
using Parley.Views;

namespace Parley.Chat;

/// <summary>A message to send. Mentions, links and the reply root are declared, never parsed out of the text.</summary>
public sealed record OutgoingMessage(string Text, Mentions? Mentions = null, NodeId? InReplyTo = null);

/// <summary>The conversation in one channel.</summary>
public sealed class RoomChat
{
    private const int PageRows = 200;

    private readonly NodeStore _nodes;
    private readonly TimeProvider _time;

    internal RoomChat(NodeId channel, NodeStore nodes, TimeProvider time)
    {
        Channel = channel;
        _nodes = nodes;
        _time = time;
    }

    /// <summary>The channel.</summary>
    public NodeId Channel { get; }

    /// <summary>The newest messages first: the query to watch; raise its limit to see older ones.</summary>
    public NodeQuery Newest(int limit) => Messages().OrderBy(NodeOrder.Timeline, descending: true).Take(limit);

    /// <summary>Signs and stores the message; returns when it is on disk here. Text: 1 to 10 000 units after trimming.</summary>
    public async Task<NodeId> SendAsync(OutgoingMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var properties = JsonValue.Object(
            ("channel", JsonValue.Of(Channel.Value)), ("content", Content(message.Text)), ("mentions", message.Mentions?.ToJson()),
            ("inReplyTo", message.InReplyTo is { } root ? JsonValue.Of(root.Value) : null));
        var written = await _nodes.WriteAsync([new() { SchemaId = Schemas.ChatMessage, Properties = properties }], cancellationToken).ConfigureAwait(false);
        return written[0];
    }

    /// <summary>As the other overload, with text only.</summary>
    public Task<NodeId> SendAsync(string text, CancellationToken cancellationToken = default) => SendAsync(new OutgoingMessage(text), cancellationToken);

    /// <summary>Replaces the text of an own message; mentions stay unless given.</summary>
    public Task EditAsync(NodeId message, string text, Mentions? mentions = null, CancellationToken cancellationToken = default) => UpdateAsync(
        message,
        JsonValue.Object(
            ("content", Content(text)), ("mentions", mentions is null ? null : mentions.ToJson() ?? JsonValue.Null),
            ("edited", JsonValue.True), ("editedAt", JsonValue.Of(_time.GetUtcNow().ToUnixTimeMilliseconds()))),
        cancellationToken);

    /// <summary>Empties an own message and marks it as deleted.</summary>
    public Task RedactAsync(NodeId message, CancellationToken cancellationToken = default) => UpdateAsync(
        message,
        JsonValue.Object(
            ("content", JsonValue.Of("")), ("mentions", JsonValue.Null), ("linkPreviews", JsonValue.Null), ("redacted", JsonValue.True)),
        cancellationToken);

    /// <summary>Every message once, in timeline order from the start (or after <paramref name="after"/>), then live as they arrive. Resumable by sort key.</summary>
    /// <remarks>
    /// The reader pulls at its own pace and cannot lose anything by being slow. A message that arrives above what was already read comes
    /// with the live ones (<see cref="Node.ArrivedLate"/>).
    /// </remarks>
    public IAsyncEnumerable<Node> ReadAsync(string? after = null, CancellationToken cancellationToken = default)
    {
        if (after is not null)
        {
            _ = TimelineKeys.Parse(after);
        }

        return WalkAsync(after, cancellationToken);
    }

    private async IAsyncEnumerable<Node> WalkAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bell = new Bell();
        var room = RoomNames.Channel(Channel).Value;
        using var listening = _nodes.Listen(advance =>
        {
            if (advance.TouchesRoom(room) && advance.TouchesSchema(Schemas.ChatMessage))
            {
                bell.Ring();
            }
        });

        // The order is fixed once, so that a message that moves meanwhile is neither skipped nor read twice.
        var answer = await _nodes.RawAsync([QuerySql.TimelineNumbers(Messages() with { After = after }), QuerySql.Newest], cancellationToken).ConfigureAwait(false);
        var last = (long)answer[1].Rows[0][0]!;
        foreach (var page in answer[0].Rows.Select(row => (long)row[0]!).Chunk(PageRows))
        {
            foreach (var message in await _nodes.RowsAsync(QuerySql.ByNumbers(page), cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }

        while (true)
        {
            var arrived = await _nodes.RawAsync([QuerySql.ArrivedAfter(Messages(), last, PageRows)], cancellationToken).ConfigureAwait(false);
            foreach (var row in arrived[0].Rows)
            {
                last = (long)row[^1]!;
                yield return QuerySql.Read(row);
            }

            if (arrived[0].Rows.Count < PageRows)
            {
                await bell.WaitAsync(null, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private NodeQuery Messages() => NodeQuery.Of(Schemas.ChatMessage).Where("channel", Channel.Value);

    private async Task UpdateAsync(NodeId message, JsonValue properties, CancellationToken cancellationToken)
    {
        if (await _nodes.FindAsync(message, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new ParleyException(ParleyErrorCode.NotFound, "The message is not here.");
        }

        await _nodes.WriteAsync([new() { Node = message, SchemaId = Schemas.ChatMessage, Properties = properties }], cancellationToken).ConfigureAwait(false);
    }

    private static JsonValue Content(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Trim() is { Length: > 0 } trimmed ? JsonValue.Of(trimmed) : throw new ParleyException(ParleyErrorCode.Invalid, "The message is empty.");
    }
}
