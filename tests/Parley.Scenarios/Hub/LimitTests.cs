using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>Rates as the reference counts them: a window, an error for each frame too many, the third in a row closes.</summary>
public sealed class LimitTests
{
    private const string Ping = """{"type":"ping"}""";
    private readonly ManualTime _time = new();
    private readonly Author _ada = new(1);

    [Fact]
    public async Task Frames_over_the_rate_are_answered_with_an_error_and_the_third_in_a_row_closes()
    {
        await using var hub = await HubFixture.StartAsync(time: _time);
        await using var client = await HubClient.ConnectAsync(hub);
        for (var i = 0; i < 105; i++)
        {
            await client.SendAsync(Ping);
        }

        var answers = new List<string>();
        while (await client.ReadAsync() is { } frame)
        {
            answers.Add(frame["message"]?.Text ?? frame["type"]!.Text!);
        }

        Assert.Equal([.. Enumerable.Repeat("pong", 100), .. Enumerable.Repeat("Rate limit: max 100 messages per 1000ms", 2)], answers);
        Assert.Equal((1008, "Rate limit exceeded"), client.Closed);
    }

    [Fact]
    public async Task A_new_window_forgives()
    {
        await using var hub = await HubFixture.StartAsync(time: _time);
        await using var client = await HubClient.ConnectAsync(hub);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 102; i++)
            {
                await client.SendAsync(Ping);
            }

            for (var i = 0; i < 102; i++)
            {
                Assert.Equal(i < 100 ? "pong" : "error", (await client.ReadAsync())!["type"]!.Text);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Frames_that_cannot_be_read_do_not_count_and_are_not_answered_without_end()
    {
        await using var hub = await HubFixture.StartAsync(time: _time);
        await using var client = await HubClient.ConnectAsync(hub);
        for (var i = 0; i < 500; i++)
        {
            await client.SendAsync("{nope");
        }

        Assert.Equal(100, (await client.ReadUntilPongAsync()).Count);
    }

    [Fact]
    public async Task Changes_over_their_rate_are_refused_with_the_frame_that_brings_them()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.ChangesPerSecondMax = 5, time: _time);
        await using var client = await HubClient.JoinAsync(hub, _ada.Did);
        var changes = Enumerable.Range(0, 8).Select(i => _ada.Message("c1", $"{i}")).ToArray();

        await client.SendAsync(Author.Batch("xnet-channel-c1", changes[..4]));
        await client.SendAsync(Author.Batch("xnet-channel-c1", changes[4..]));
        await client.SendAsync(Author.Frame(changes[7]));

        var frames = await client.ReadUntilPongAsync();
        Assert.Equal("Rate limit: max 5 changes per 1000ms", Assert.Single(frames, static f => f["type"]!.Text == "error")["message"]!.Text);
        Assert.Equal(5, frames.Where(static f => f["type"]!.Text == "node-ack").Sum(static f => f["acks"]!.Items.Count));
    }
}
