using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>A hub with Ann, Bob and Eve, each at a socket of their own, and what was written so far. What they are to each other is the test's.</summary>
public abstract class ThreeAtAHub : IAsyncLifetime
{
    /// <param name="time">The hub's; null is the system's.</param>
    private protected ThreeAtAHub(ManualTime? time = null)
    {
        Time = time;
        Story = time is null ? new() : new(time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private protected ManualTime? Time { get; }

    private protected AccessStory Story { get; }

    private protected HubFixture Hub { get; private set; } = null!;

    private protected HubClient Ann { get; set; } = null!;

    private protected HubClient Bob { get; set; } = null!;

    private protected HubClient Eve { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Hub = await HubFixture.StartAsync(time: Time);
        Ann = await HubClient.JoinAsync(Hub, Story.Ann.Did);
        await BeginAsync();
        Bob = await HubClient.JoinAsync(Hub, Story.Bob.Did);
        Eve = await HubClient.JoinAsync(Hub, Story.Eve.Did);
    }

    public async ValueTask DisposeAsync()
    {
        await Ann.DisposeAsync();
        await Bob.DisposeAsync();
        await Eve.DisposeAsync();
        await Hub.DisposeAsync();
        Story.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What Ann stores before the others come.</summary>
    private protected abstract Task BeginAsync();
}
