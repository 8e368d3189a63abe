using Parley.Calls;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Calls;

namespace Parley.Web.Chat;

/// <summary>
/// Turns a channel's newest messages and calls into the lines of its list: days, groups, delivery, marks. Rendered texts are kept
/// between builds, because every commit builds the list again and hardly any text has changed.
/// </summary>
public sealed class Timeline(PersonId me, ICalendar calendar, Func<PersonId, string> nameOf)
{
    /// <summary>A silence longer than this starts a new group.</summary>
    public const long GroupGapMs = 5 * 60_000;

    private Dictionary<NodeId, (string Source, string Html)> _rendered = [];

    /// <summary>The lines, oldest first.</summary>
    /// <param name="newestFirst">The messages, as <c>RoomChat.Newest</c> returns them.</param>
    /// <param name="calls">The calls of the same time that are over, oldest first.</param>
    public IReadOnlyList<TimelineRow> Build(IReadOnlyList<Node> newestFirst, IReadOnlyList<CallRecord>? calls = null)
    {
        ArgumentNullException.ThrowIfNull(newestFirst);
        var rows = new List<TimelineRow>(newestFirst.Count + 8);
        var rendered = new Dictionary<NodeId, (string, string)>(newestFirst.Count);
        var today = calendar.DayOf(calendar.Now);
        var over = new Queue<CallRecord>(calls ?? []);
        int? shownDay = null;
        Node? above = null;
        for (var i = newestFirst.Count - 1; i >= 0; i--)
        {
            var message = newestFirst[i];
            while (over.TryPeek(out var call) && call.StartedAt.ToUnixTimeMilliseconds() <= message.CreatedAt)
            {
                Tell(over.Dequeue());
            }

            // By the message below it: two stretches of one day (a slow clock between them) are two lines with two keys.
            Begin(message.CreatedAt, message.Id.Value);
            var startsGroup = above?.CreatedBy != message.CreatedBy || message.CreatedAt - above.CreatedAt > GroupGapMs;
            rows.Add(Row(message, startsGroup, rendered));
            above = message;
        }

        while (over.TryDequeue(out var call))
        {
            Tell(call);
        }

        _rendered = rendered;
        return rows;

        void Tell(CallRecord call)
        {
            var at = call.StartedAt.ToUnixTimeMilliseconds();
            var key = "call-" + call.Call;
            Begin(at, key);
            rows.Add(new CallRow(key, CallLine.Of(call, me, nameOf), calendar.Time(at), calendar.Full(at), call.IsMissedBy(me)));
            above = null;
        }

        void Begin(long at, string below)
        {
            var day = calendar.DayOf(at);
            if (day != shownDay)
            {
                rows.Add(new DayRow("day:" + below, LabelOf(day, today, at)));
                (shownDay, above) = (day, null);
            }
        }
    }

    private MessageRow Row(Node message, bool startsGroup, Dictionary<NodeId, (string Source, string Html)> rendered)
    {
        var redacted = message.Flag("redacted") || message.Deleted;
        var text = redacted ? "" : message.Text("content") ?? "";
        var mentions = redacted ? null : Mentions.Read(message.Properties["mentions"]);
        var labels = Labels(mentions);
        var source = labels.Count == 0 ? text : text + '\n' + string.Join('\n', labels);
        var html = _rendered.TryGetValue(message.Id, out var known) && known.Source == source ? known.Html : MessageText.ToHtml(text, labels);
        rendered[message.Id] = (source, html);
        var mine = message.CreatedBy == me;
        return new MessageRow(
            message.Id.Value,
            message.Id,
            message.CreatedBy,
            nameOf(message.CreatedBy),
            text,
            html,
            calendar.Time(message.CreatedAt),
            calendar.Full(message.CreatedAt),
            startsGroup,
            mine,
            MentionsMe: mentions is not null && !mine && mentions.Includes(me),
            Edited: !redacted && message.Flag("edited"),
            redacted,
            message.ArrivedLate,
            mine ? DeliveryWords.For(message.Delivery, message.DeliveryError) : null);
    }

    private List<string> Labels(Mentions? mentions)
    {
        var labels = new List<string>();
        foreach (var did in mentions?.Dids ?? [])
        {
            if (PersonId.TryParse(did, out var person))
            {
                labels.Add("@" + nameOf(person));
            }
        }

        return labels;
    }

    private string LabelOf(int day, int today, long ms) => (today - day) switch
    {
        0 => Strings.Day_Today,
        1 => Strings.Day_Yesterday,
        _ => calendar.Day(ms),
    };
}
