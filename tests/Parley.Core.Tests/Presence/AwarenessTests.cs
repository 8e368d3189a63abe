using Parley.Json;
using Xunit;

namespace Parley.Presence;

public sealed class AwarenessTests
{
    private const ulong Me = 100;
    private const ulong Other = 200;
    private static readonly JsonValue Here = JsonReader.Read("""{"status":"active"}""");
    private static readonly JsonValue There = JsonReader.Read("""{"status":"idle"}""");

    [Fact]
    public void The_first_visible_state_has_a_clock_above_zero()
    {
        var awareness = new Awareness(Me);
        Assert.Equal(1UL, Sent(awareness.Show(Here, 0)).Clock);
        Assert.Equal(2UL, Sent(awareness.Show(There, 1)).Clock);
        Assert.Equal(There, awareness.Own);
    }

    [Theory]
    [InlineData(0, "{}", false)]
    [InlineData(4, "{}", false)]
    [InlineData(5, "{}", false)]
    [InlineData(5, null, true)]
    [InlineData(4, null, false)]
    [InlineData(6, "{}", true)]
    [InlineData(6, null, true)]
    public void A_known_clients_entry_counts_by_its_clock(ulong clock, string? state, bool counts)
    {
        var awareness = new Awareness(Me);
        awareness.Receive(Update(Other, 5, Here), 0);

        var step = awareness.Receive(Update(Other, clock, state is null ? null : JsonReader.Read(state)), 1);
        Assert.Equal(counts, step.Changed);
        Assert.Equal(counts ? (state is null ? null : JsonReader.Read(state)) : Here, awareness.Others.GetValueOrDefault(Other));
    }

    [Fact]
    public void An_unknown_clients_entry_with_clock_zero_is_ignored()
    {
        var awareness = new Awareness(Me);
        Assert.False(awareness.Receive(Update(Other, 0, Here), 0).Changed);
        Assert.Empty(awareness.Others);
    }

    [Fact]
    public void Own_state_is_sent_again_every_fifteen_seconds()
    {
        var awareness = new Awareness(Me);
        awareness.Show(Here, 1_000);
        Assert.Null(awareness.Tick(15_999).Update);
        Assert.Equal(2UL, Sent(awareness.Tick(16_000)).Clock);
        Assert.Null(awareness.Tick(19_000).Update);
    }

    [Fact]
    public void A_lease_lapses_after_thirty_seconds_here_only_and_any_later_word_revives_it()
    {
        var awareness = new Awareness(Me);
        awareness.Receive(Update(Other, 7, Here), 0);
        Assert.False(awareness.Tick(29_999).Changed);

        var step = awareness.Tick(30_000);
        Assert.True(step.Changed);
        Assert.Null(step.Update);
        Assert.Empty(awareness.Others);
        Assert.True(awareness.Receive(Update(Other, 7, Here), 31_000).Changed);
    }

    [Fact]
    [Trait("weak-spot", "W21")]
    public void A_newcomer_is_answered_at_once_and_a_crowd_of_them_once_in_250_ms()
    {
        var awareness = new Awareness(Me);
        awareness.Show(Here, 0);
        Assert.NotNull(awareness.Receive(Update(201, 1, Here), 1_000).Update);
        Assert.Null(awareness.Receive(Update(202, 1, Here), 1_100).Update);
        Assert.Null(awareness.Receive(Update(203, 1, Here), 1_200).Update);
        Assert.NotNull(awareness.Tick(3_000).Update);
        Assert.Null(awareness.Tick(3_300).Update);
        Assert.Null(awareness.Receive(Update(201, 2, There), 4_000).Update);
    }

    [Fact]
    [Trait("weak-spot", "W21")]
    public void Two_clients_see_each_other_without_waiting_for_a_heartbeat()
    {
        var early = new Awareness(1);
        var late = new Awareness(2);
        early.Show(Here, 0);

        // Nobody hears what was shown before the other came.
        var hello = late.Show(There, 5_000);
        var answer = early.Receive(hello.Update, 5_010);
        late.Receive(answer.Update, 5_020);
        Assert.Equal(Here, late.Others[1]);
        Assert.Equal(There, early.Others[2]);
    }

    [Fact]
    [Trait("weak-spot", "W23")]
    public void A_removal_that_somebody_sends_for_us_is_answered_by_a_higher_clock()
    {
        var awareness = new Awareness(Me);
        awareness.Show(Here, 0);
        var answer = Sent(awareness.Receive(Update(Me, 41, null), 1_000));
        Assert.Equal((Me, 42UL, Here), (answer.Client, answer.Clock, answer.State!));
        Assert.Equal(Here, awareness.Own);

        // Nothing can push the clock out of the numbers that others can read.
        Assert.Null(awareness.Receive(Update(Me, (1UL << 53) - 1, null), 9_000).Update);
        Assert.Equal(43UL, Sent(awareness.Show(There, 9_001)).Clock);
    }

    [Fact]
    public void Leaving_removes_the_own_state_once_and_nothing_is_announced_afterwards()
    {
        var awareness = new Awareness(Me);
        Assert.Null(awareness.Leave(0).Update);
        awareness.Show(Here, 0);
        Assert.Equal(new AwarenessEntry(Me, 2, null), Sent(awareness.Leave(1)));
        Assert.Null(awareness.Leave(2).Update);
        Assert.Null(awareness.Announce(3).Update);
        Assert.Null(awareness.Receive(Update(Other, 1, Here), 1_000).Update);
        Assert.Null(awareness.Tick(60_000).Update);
    }

    [Fact]
    public void A_heartbeat_with_the_same_state_changes_nothing_that_is_seen()
    {
        var awareness = new Awareness(Me);
        Assert.True(awareness.Receive(Update(Other, 1, Here), 0).Changed);
        Assert.False(awareness.Receive(Update(Other, 2, JsonReader.Read("""{"status":"active"}""")), 15_000).Changed);
        Assert.False(awareness.Tick(44_000).Changed);
    }

    [Fact]
    [Trait("weak-spot", "W23")]
    public void A_flood_of_clients_and_of_large_states_stays_bounded()
    {
        var awareness = new Awareness(Me);
        for (ulong client = 1_000; client < 1_000 + (Awareness.ClientsMax * 2); client++)
        {
            awareness.Receive(Update(client, 1, Here), 0);
        }

        Assert.Equal(Awareness.ClientsMax, awareness.Others.Count);
        awareness.Tick(Awareness.LeaseMs);
        Assert.Empty(awareness.Others);

        var large = JsonValue.Object(("x", JsonValue.Of(new string('x', 60_000))));
        for (ulong client = 1_000; client < 2_000; client++)
        {
            awareness.Receive(Update(client, 1, large), 40_000);
        }

        Assert.InRange(awareness.Others.Count * 60_000L, Awareness.StateBytesMax / 2, Awareness.StateBytesMax);
        awareness.Tick(80_000);
        Assert.True(awareness.Receive(Update(9, 1, large), 80_000).Changed);
    }

    private static byte[] Update(ulong client, ulong clock, JsonValue? state) => AwarenessCodec.Encode([new(client, clock, state)]);

    private static AwarenessEntry Sent(AwarenessStep step)
    {
        Assert.NotNull(step.Update);
        Assert.True(AwarenessCodec.TryDecode(step.Update, out var entries));
        return Assert.Single(entries);
    }
}
