using Parley.Connection;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Identity;

/// <summary>The words and a hub are enough: the drill shows it, without a trace in either.</summary>
public sealed class RecoveryTests : IAsyncDisposable
{
    private readonly Person _ann = new("Ann");
    private readonly Person _bob = new("Bob");

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task The_key_alone_gets_everything_back_and_leaves_nothing_behind()
    {
        await using var hub = await HubFixture.StartAsync();
        await _ann.OpenAsync(hub: hub.Socket);
        await TalkAsync();
        await StoredAsync();
        var before = await hub.MetricsAsync();

        var report = await _ann.Client.DrillAsync(_ann.Signer, SqliteStore.InMemory(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(RecoveryAnswer.Whole, report.Answer);
        Assert.Equal((1, 3), (report.Found.Spaces, report.Found.Messages));
        Assert.Equal(report.Here, report.Found);
        Assert.Equal(ChangesIn(before), ChangesIn(await hub.MetricsAsync()));
        Assert.Equal(1, await Eventually.SeesAsync(hub.ConnectionsAsync, count => count == 1));
    }

    [Fact]
    public async Task Words_of_somebody_else_are_told_apart_and_no_hub_hears_of_them()
    {
        await using var hub = await HubFixture.StartAsync();
        await _ann.OpenAsync(hub: hub.Socket);

        var report = await _ann.Client.DrillAsync(_bob.Signer, SqliteStore.InMemory(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(RecoveryAnswer.OtherKey, report.Answer);
        Assert.Contains("parley_hub_connections_total 1\n", await hub.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_hub_the_key_is_compared_and_no_more_is_said()
    {
        await _ann.OpenAsync();
        await TalkAsync();

        var report = await _ann.Client.DrillAsync(_ann.Signer, SqliteStore.InMemory(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((RecoveryAnswer.KeyAlone, RecoveryCount.None), (report.Answer, report.Found));
        Assert.Equal(3, report.Here.Messages);
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_is_not_waited_for_long()
    {
        var time = new ManualTime();
        var links = new PartitionableLinks(WebSocketLinks.Instance);
        links.Cut();
        await _ann.OpenAsync(hub: new("ws://127.0.0.1:9/sync"), links: links, time: time);

        var drill = _ann.Client.DrillAsync(_ann.Signer, SqliteStore.InMemory(), cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.SeesAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return drill.IsCompleted;
            },
            isCompleted => isCompleted);

        Assert.Equal(RecoveryAnswer.KeyAlone, (await drill).Answer);
    }

    [Fact]
    public async Task What_the_hub_never_got_is_missed()
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        var links = new PartitionableLinks(WebSocketLinks.Instance);
        await _ann.OpenAsync(hub: hub.Socket, links: links, time: time);
        await TalkAsync();
        await StoredAsync();
        links.LosesSent = frame => frame.Contains("\"node-change", StringComparison.Ordinal);
        await TalkAsync();

        var drill = _ann.Client.DrillAsync(_ann.Signer, SqliteStore.InMemory(), cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.SeesAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(250));
                return drill.IsCompleted;
            },
            isCompleted => isCompleted);

        var report = await drill;
        Assert.Equal((RecoveryAnswer.Part, 3, 6), (report.Answer, report.Found.Messages, report.Here.Messages));
    }

    private async Task TalkAsync()
    {
        var space = await _ann.Client.Spaces.CreateAsync("Ann's");
        var general = RoomNames.ThreadOf(space);
        for (var i = 0; i < 3; i++)
        {
            await _ann.Client.Channels.Open(general).SendAsync($"message {i}");
        }
    }

    private Task<ConnectionStatus> StoredAsync() =>
        Eventually.SeesAsync(_ann.Client.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });

    private static string ChangesIn(string metrics) =>
        string.Join('\n', metrics.Split('\n').Where(line => line.StartsWith("parley_hub_changes", StringComparison.Ordinal)));
}
