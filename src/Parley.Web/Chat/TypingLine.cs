using Parley.Ids;
using Parley.Presence;
using Parley.Web.Shell;

namespace Parley.Web.Chat;

/// <summary>Who is typing in a channel: one sentence, and when it has to be looked at again.</summary>
/// <param name="Text">The sentence; empty when nobody types.</param>
/// <param name="NextChangeMs">When the first of them lapses, in the clock of the caller; null when nobody types.</param>
public sealed record TypingLine(string Text, long? NextChangeMs)
{
    /// <summary>How long a keystroke counts as typing.</summary>
    public const long LastsMs = 4_000;

    /// <summary>How often one's own typing is announced at most.</summary>
    public const long AnnounceMs = 1_500;

    /// <summary>Nobody types.</summary>
    public static TypingLine Nobody { get; } = new("", null);

    /// <summary>The sentence for the peers of a room. People are named once however many tabs they type in; oneself is left out.</summary>
    /// <param name="peers">Everybody seen in the room.</param>
    /// <param name="channel">The channel looked at.</param>
    /// <param name="self">The own DID.</param>
    /// <param name="nowMs">Now, ms. A sender whose clock is ahead cannot type for longer than <see cref="LastsMs"/>.</param>
    /// <param name="nameOf">Names a peer.</param>
    public static TypingLine For(
        IReadOnlyList<PresencePeer> peers, NodeId channel, string self, long nowMs, Func<PresencePeer, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(peers);
        ArgumentNullException.ThrowIfNull(nameOf);
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        long? next = null;
        foreach (var peer in peers)
        {
            if (peer.State.Typing is not { } typing || typing.Channel != channel || peer.Did == self)
            {
                continue;
            }

            var until = Math.Min(typing.UntilMs, nowMs + LastsMs);
            if (until > nowMs)
            {
                names[peer.Did] = nameOf(peer);
                next = Math.Min(next ?? until, until);
            }
        }

        string[] people = [.. names.Values];
        return people switch
        {
            [] => Nobody,
            [var one] => new(Phrase.Of(Strings.Typing_One, one), next),
            [var one, var two] => new(Phrase.Of(Strings.Typing_Two, one, two), next),
            _ => new(Strings.Typing_Several, next),
        };
    }
}
