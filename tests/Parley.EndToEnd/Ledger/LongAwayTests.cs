using Parley.EndToEnd.App;
using Xunit;

namespace Parley.EndToEnd.Ledger;

/// <summary>A laptop comes out of its drawer after 100 days, with messages that it never got rid of.</summary>
public sealed class LongAwayTests(ParleyExecutable executable)
{
    [Fact]
    public async Task What_a_laptop_had_not_sent_arrives_after_a_hundred_days()
    {
        using var clock = new WallClock(TimeSpan.Zero);
        await using var hub = await HubProcess.StartAsync(executable, clock);
        using var ann = new Laptop(hub, "Ann", clock);
        using var bob = new Laptop(hub, "Bob", clock);
        var said = new Conversation();
        await ann.CreateSpaceAsync("Harbour");
        await bob.JoinAsync(await ann.InviteAsync("7d", people: 1), said.Next(bob, "before", 3));
        await ann.SayAsync(said.Next(ann, "before", 3));
        await hub.StopAsync();
        Assert.False(await bob.TryToSayAsync(said.Next(bob, "where no hub is", 20)));
        await hub.StartAsync();
        await ann.SayAsync(said.Next(ann, "while Bob is away", 3));

        await hub.StopAndAsync(_ => clock.Set(TimeSpan.FromDays(100)));
        await ann.SayAsync(said.Next(ann, "after a hundred days", 3));
        await bob.SayAsync(said.Next(bob, "after a hundred days", 3));

        await said.IsCompleteAsync(ann, bob);
        await Databases.EverythingIsFiledAsync(hub, ann, bob);
    }
}
