using System.Globalization;

namespace Parley.Cli.Demo;

/// <summary>What a person does with a message.</summary>
internal enum DemoAct
{
    Say,
    Edit,
    Redact,
}

/// <summary>One line of the script.</summary>
/// <param name="At">When it is said.</param>
/// <param name="Person">Who, by number.</param>
/// <param name="Channel">Where, by number; 0 is #general.</param>
/// <param name="Act">What.</param>
/// <param name="Text">The text; empty where it is taken back.</param>
/// <param name="Root">The line that this answers in a thread, or the own line that is changed.</param>
/// <param name="Mentioned">Who is mentioned, or null.</param>
internal sealed record DemoLine(DateTimeOffset At, int Person, int Channel, DemoAct Act, string Text, int? Root = null, int? Mentioned = null);

/// <summary>Writes the talk of a workspace: a pure function of the seed, the end and the sizes.</summary>
internal sealed class DemoScript
{
    private const int Days = 21;
    private const int FirstHour = 8;
    private const int HoursPerDay = 10;

    private readonly Random _random;
    private readonly Phrases _phrases;
    private readonly int _people;
    private readonly IReadOnlyList<DemoChannel> _channels;
    private readonly List<DemoLine> _lines = [];

    private DemoScript(Phrases phrases, IReadOnlyList<DemoChannel> channels, int people, int seed)
    {
        // Not for secrets: the same seed gives the same talk.
        _random = new Random(seed);
        _phrases = phrases;
        _channels = channels;
        _people = people;
    }

    /// <summary>The lines in the order of their times; exactly <paramref name="messages"/> of them say something new.</summary>
    public static IReadOnlyList<DemoLine> Write(Phrases phrases, IReadOnlyList<DemoChannel> channels, int people, int messages, int seed, DateTimeOffset end)
    {
        var script = new DemoScript(phrases, channels, people, seed);
        while (script._lines.Count < messages)
        {
            script.Converse(messages, end);
        }

        return script.InOrder(end);
    }

    /// <summary>One conversation: somebody begins, a few others answer, some in a thread, now and then somebody goes on alone.</summary>
    private void Converse(int messages, DateTimeOffset end)
    {
        var channel = _random.Next(3) == 0 ? 0 : _random.Next(_channels.Count);
        var language = _phrases.Languages[_channels[channel].Language];
        var at = StartTime(end);
        var first = _random.Next(_people);
        var root = Say(at, first, channel, Fill(Pick(language.Openers)));
        var inThread = _random.Next(4) == 0;
        var company = Enumerable.Range(0, _random.Next(2, 6)).Select(_ => _random.Next(_people)).Append(first).ToArray();
        var speaker = first;
        for (var left = _random.Next(0, 14); left > 0 && _lines.Count < messages; left--)
        {
            at += TimeSpan.FromSeconds(_random.Next(4, _random.Next(5) == 0 ? 900 : 90));
            speaker = _random.Next(3) == 0 ? speaker : Pick(company);
            var mentioned = _random.Next(9) == 0 ? Pick(company) : (int?)null;
            Say(at, speaker, channel, Answer(language), inThread && _random.Next(5) > 0 ? root : null, mentioned == speaker ? null : mentioned);
        }
    }

    private int Say(DateTimeOffset at, int person, int channel, string text, int? root = null, int? mentioned = null)
    {
        var shown = mentioned is { } who ? $"@{_phrases.People[who % _phrases.People.Count]} {text}" : text;
        _lines.Add(new DemoLine(at, person, channel, DemoAct.Say, shown, root, mentioned));
        return _lines.Count - 1;
    }

    private string Answer(DemoLanguage language) => _random.Next(24) switch
    {
        0 => Pick(_phrases.Emoji),
        1 => string.Concat(Enumerable.Range(0, 3).Select(_ => Pick(_phrases.Emoji))),
        2 => Fill(Pick(language.Replies)) + " " + Pick(_phrases.Emoji),
        3 => Fill(Pick(_phrases.Languages["he"].Replies)),
        4 => string.Join("\n\n", Enumerable.Range(0, 3).Select(_ => Fill(Pick(language.Replies)))),
        _ => Fill(Pick(language.Replies)),
    };

    /// <summary>In working hours; more often lately than long ago.</summary>
    private DateTimeOffset StartTime(DateTimeOffset end)
    {
        var daysBack = (int)(Days * _random.NextDouble() * _random.NextDouble());
        var day = end.Date.AddDays(-daysBack);
        var at = new DateTimeOffset(day, end.Offset).AddHours(FirstHour).AddSeconds(_random.Next(HoursPerDay * 3600));
        return at < end.AddHours(-1) ? at : at.AddDays(-1);
    }

    /// <summary>Sorts by time, renumbers the answers, and lets some lines be mended or taken back a little later.</summary>
    private List<DemoLine> InOrder(DateTimeOffset end)
    {
        var order = Enumerable.Range(0, _lines.Count).OrderBy(i => _lines[i].At).ThenBy(i => i).ToArray();
        var said = new List<DemoLine>(_lines.Count);
        var placeOf = new int[_lines.Count];
        foreach (var index in order)
        {
            placeOf[index] = said.Count;
            var line = _lines[index];
            said.Add(line with { At = line.At < end ? line.At : end, Root = line.Root is { } root ? placeOf[root] : null });
        }

        for (var place = 0; place < _lines.Count; place++)
        {
            var line = said[place];
            if (_random.Next(80) == 0)
            {
                said.Add(_random.Next(3) == 0
                    ? line with { Act = DemoAct.Redact, Text = "", Root = place, Mentioned = null }
                    : line with { Act = DemoAct.Edit, Text = line.Text + " (Typo.)", Root = place, Mentioned = null });
            }
        }

        return said;
    }

    private string Fill(string phrase) => phrase.Replace("{n}", _random.Next(2, 12).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
