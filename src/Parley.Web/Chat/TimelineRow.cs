using Parley.Ids;
using Parley.Nodes;

namespace Parley.Web.Chat;

/// <summary>A line of the message list. <see cref="Key"/> names it across renders.</summary>
public abstract record TimelineRow(string Key);

/// <summary>A line above the first message of a local day.</summary>
public sealed record DayRow(string Key, string Label) : TimelineRow(Key);

/// <summary>A call that is over.</summary>
/// <param name="Key">The call.</param>
/// <param name="Text">What there is to say of it.</param>
/// <param name="Time">Hours and minutes of its begin.</param>
/// <param name="FullTime">Day and time.</param>
/// <param name="IsMissed">Somebody called the reader, who was not there.</param>
public sealed record CallRow(string Key, string Text, string Time, string FullTime, bool IsMissed) : TimelineRow(Key);

/// <summary>A message as it is drawn. Equal rows draw alike, so an unchanged row is not rendered again.</summary>
/// <param name="Key">The node id.</param>
/// <param name="Id">The node.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Name">The author's name now.</param>
/// <param name="Text">The source text.</param>
/// <param name="Html">The text as safe HTML.</param>
/// <param name="Time">Hours and minutes.</param>
/// <param name="FullTime">Day and time.</param>
/// <param name="StartsGroup">Drawn with avatar and name: another author, five minutes or a day lie between it and the one above.</param>
/// <param name="Mine">An own message.</param>
/// <param name="MentionsMe">It declares a mention of the reader.</param>
/// <param name="Edited">Its text was replaced after sending.</param>
/// <param name="Redacted">It was emptied by its author.</param>
/// <param name="Late">It arrived above something already shown.</param>
/// <param name="Delivery">How far an own message has come; null for those of others.</param>
public sealed record MessageRow(
    string Key,
    NodeId Id,
    PersonId Author,
    string Name,
    string Text,
    string Html,
    string Time,
    string FullTime,
    bool StartsGroup,
    bool Mine,
    bool MentionsMe,
    bool Edited,
    bool Redacted,
    bool Late,
    DeliveryWords? Delivery) : TimelineRow(Key);
