using Parley.Calls;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Web.Chat;
using Xunit;

namespace Parley.Web.Tests.Chat;

public sealed class TimelineTests
{
    private static readonly NodeId Channel = new("oc-testaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    // 2025-03-10 12:00 at the calendar's offset.
    private const long Noon = 1_741_600_800_000;
    private const long Minute = 60_000;
    private const long Day = 86_400_000;

    private readonly FixedCalendar _calendar = new(Noon);
    private readonly Timeline _timeline;

    public TimelineTests() => _timeline = new Timeline(People.Ada, _calendar, People.NameOf);

    [Fact]
    public void The_oldest_message_stands_first_under_its_day()
    {
        var rows = _timeline.Build([Message("b", People.Ada, Noon), Message("a", People.Ada, Noon - Minute)]);

        Assert.Collection(
            rows,
            row => Assert.Equal(Strings.Day_Today, Assert.IsType<DayRow>(row).Label),
            row => Assert.Equal("a", row.Key),
            row => Assert.Equal("b", row.Key));
    }

    [Fact]
    public void Messages_of_one_author_within_five_minutes_are_one_group()
    {
        var rows = Messages(
            Message("a", People.Ada, Noon),
            Message("b", People.Ada, Noon + Timeline.GroupGapMs),
            Message("c", People.Ada, Noon + (2 * Timeline.GroupGapMs) + 1),
            Message("d", People.Grace, Noon + (2 * Timeline.GroupGapMs) + 2));

        Assert.Equal([true, false, true, true], rows.Select(r => r.StartsGroup));
    }

    [Fact]
    public void A_new_local_day_starts_a_group_and_a_line_although_only_a_minute_passed()
    {
        _calendar.Now = Noon + Day;
        var midnight = Noon + (12 * 60 * Minute);
        var rows = _timeline.Build(NewestFirst(Message("a", People.Ada, midnight - Minute), Message("b", People.Ada, midnight)));

        Assert.Equal([Strings.Day_Yesterday, Strings.Day_Today], rows.OfType<DayRow>().Select(r => r.Label));
        Assert.All(rows.OfType<MessageRow>(), r => Assert.True(r.StartsGroup));
    }

    [Fact]
    public void A_call_stands_where_it_began_and_what_follows_names_its_author_again()
    {
        var rows = _timeline.Build(
            NewestFirst(Message("a", People.Ada, Noon), Message("b", People.Ada, Noon + Minute)),
            [Call(People.Grace, Noon - Day, 60, People.Grace), Call(People.Grace, Noon + 1, 90, People.Grace, People.Ada), Call(People.Ada, Noon + (2 * Minute), 5, People.Ada)]);

        Assert.Collection(
            rows,
            row => Assert.Equal(Strings.Day_Yesterday, Assert.IsType<DayRow>(row).Label),
            row => Assert.Equal((true, "Missed call from Grace Hopper"), (Assert.IsType<CallRow>(row).IsMissed, ((CallRow)row).Text)),
            row => Assert.Equal(Strings.Day_Today, Assert.IsType<DayRow>(row).Label),
            row => Assert.Equal("a", row.Key),
            row => Assert.Equal("Call with Grace Hopper, 1:30", Assert.IsType<CallRow>(row).Text),
            row => Assert.True(Assert.IsType<MessageRow>(row).StartsGroup),
            row => Assert.Equal(Strings.CallLine_Unanswered, Assert.IsType<CallRow>(row).Text));
        Assert.Equal(rows.Count, rows.Select(row => row.Key).Distinct().Count());
    }

    [Fact]
    public void Days_before_yesterday_are_named_by_the_calendar()
    {
        var rows = _timeline.Build([Message("a", People.Ada, Noon - (2 * Day))]);

        Assert.Equal(_calendar.Day(Noon - (2 * Day)), Assert.IsType<DayRow>(rows[0]).Label);
    }

    [Fact]
    public void Every_row_has_a_key_of_its_own_even_when_a_slow_clock_brings_a_day_back()
    {
        var rows = _timeline.Build(NewestFirst(
            Message("a", People.Ada, Noon), Message("b", People.Grace, Noon - Day), Message("c", People.Ada, Noon + Minute)));

        Assert.Equal(rows.Count, rows.Select(r => r.Key).Distinct().Count());
        Assert.Equal(3, rows.OfType<DayRow>().Count());
    }

    [Fact]
    public void Only_own_messages_tell_how_far_they_have_come()
    {
        var rows = Messages(
            Message("a", People.Ada, Noon, delivery: Delivery.Local),
            Message("b", People.Ada, Noon, delivery: Delivery.Stored),
            Message("c", People.Ada, Noon, delivery: Delivery.Failed, error: "INVALID_WALL_TIME"),
            Message("d", People.Grace, Noon));

        Assert.Equal(["local", "stored", "failed", null], rows.Select(r => r.Delivery?.State));
        Assert.Equal(Strings.Delivery_Clock, rows[2].Delivery!.Sentence);
    }

    [Fact]
    public void A_redacted_message_shows_neither_its_text_nor_that_it_was_edited()
    {
        var row = Assert.Single(Messages(Message("a", People.Grace, Noon, properties:
            [("content", JsonValue.Of("secret")), ("edited", JsonValue.True), ("redacted", JsonValue.True)])));

        Assert.True(row.Redacted);
        Assert.False(row.Edited);
        Assert.Equal("", row.Text);
        Assert.Equal("", row.Html);
    }

    [Fact]
    public void A_declared_mention_of_the_reader_is_marked_and_a_written_one_is_not()
    {
        var declared = new Mentions([People.Ada.Value]).ToJson()!;
        var rows = Messages(
            Message("a", People.Grace, Noon, "hello @Ada", properties: [("mentions", declared)]),
            Message("b", People.Grace, Noon, "hello @Ada"));

        Assert.Equal([true, false], rows.Select(r => r.MentionsMe));
        Assert.Contains("<span class=\"mention\">@Ada</span>", rows[0].Html, StringComparison.Ordinal);
        Assert.DoesNotContain("mention", rows[1].Html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("weak-spot", "W20")]
    public void A_preview_that_a_sender_asserts_is_not_drawn()
    {
        var preview = JsonReader.Read("""[{"url":"https://evil.example/","domain":"bank.example","title":"Sign in"}]""");

        Assert.Equal(Messages(Message("a", People.Ada, Noon)), Messages(Message("a", People.Ada, Noon, properties: [("linkPreviews", preview)])));
    }

    [Fact]
    public void Unchanged_messages_build_equal_rows_so_that_nothing_is_drawn_again()
    {
        var messages = NewestFirst(Message("a", People.Ada, Noon, "*hi*"), Message("b", People.Grace, Noon));

        Assert.Equal(_timeline.Build(messages), _timeline.Build(messages));
    }

    [Fact]
    public void An_edit_is_rendered_anew()
    {
        Messages(Message("a", People.Ada, Noon, "before"));
        var row = Assert.Single(Messages(Message("a", People.Ada, Noon, "after", properties: [("edited", JsonValue.True)])));

        Assert.Equal("<p>after</p>", row.Html);
        Assert.True(row.Edited);
    }

    private MessageRow[] Messages(params Node[] oldestFirst) => [.. _timeline.Build(NewestFirst(oldestFirst)).OfType<MessageRow>()];

    private static Node[] NewestFirst(params Node[] oldestFirst) => [.. oldestFirst.Reverse()];

    private static Node Message(
        string id, PersonId author, long at, string text = "hi", Delivery delivery = Delivery.Stored, string? error = null, params (string, JsonValue?)[] properties)
    {
        var content = JsonValue.Object(properties);
        return new Node(
            new NodeId(id), Schemas.ChatMessage, RoomNames.Channel(Channel), author, at, at, Deleted: false,
            content["content"] is null ? content.With("content", JsonValue.Of(text)) : content, id, delivery, error, ArrivedLate: false);
    }

    private static CallRecord Call(PersonId by, long at, int seconds, params PersonId[] people) => new(
        $"{by.Value}#{at}", by, DateTimeOffset.FromUnixTimeMilliseconds(at), DateTimeOffset.FromUnixTimeMilliseconds(at).AddSeconds(seconds), people);
}
