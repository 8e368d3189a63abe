using Microsoft.Data.Sqlite;
using Parley.Access;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Scenarios.Access;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>A hub that lost its database, when those who could let people in are away and every invite by which people came in has ended.</summary>
public sealed class WipedHubTests
{
    private const long Day = 24 * 3_600_000;

    [Fact]
    public async Task Ordinary_members_fill_it_and_write_to_each_other()
    {
        using var folder = new TemporaryFolder();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await using var cat = new Person("Cat");
        await using var hub = await HubFixture.StartAsync();
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(SqliteStore.At(folder["bob.db"]), hub.Socket);
        await cat.OpenAsync(SqliteStore.At(folder["cat.db"]), hub.Socket);
        var space = await AccessScene.SpaceOfAsync(alice, bob, cat);
        var general = AccessScene.GeneralOf(alice, space).Channel;
        await AccessScene.GeneralOf(bob, space).SendAsync("before");
        await AccessScene.SeesTextsAsync(cat, general, "before");
        await Task.WhenAll(alice.CloseAsync(), bob.CloseAsync(), cat.CloseAsync());

        var later = new ManualTime(AccessScene.Later.AddDays(1));
        await using var empty = await HubFixture.StartAsync(time: later);
        await bob.OpenAsync(SqliteStore.At(folder["bob.db"]), empty.Socket, time: later);
        await AccessScene.GeneralOf(bob, space).SendAsync("after");
        await cat.OpenAsync(SqliteStore.At(folder["cat.db"]), empty.Socket, time: later);
        await AccessScene.SeesTextsAsync(cat, general, "before", "after");
        await AccessScene.GeneralOf(cat, space).SendAsync("you too");
        await AccessScene.SeesTextsAsync(bob, general, "before", "after", "you too");
    }

    /// <summary>What an invite let in that ended before, however many it was for, is decided by the log alone; what ended since then came too late.</summary>
    [Fact]
    public async Task An_admission_is_late_only_where_this_database_could_have_seen_it_in_time()
    {
        var time = new ManualTime();
        using var story = new AccessStory(time.GetUtcNow().ToUnixTimeMilliseconds());
        var (before, after) = (story.Invite(story.Space, story.Ann.WallTime + Day, uses: 1), story.Invite(story.Space, story.Ann.WallTime + (3 * Day), uses: 1));
        Change[] inTime = [story.Admit(story.Bob, story.Space, before), story.Admit(story.Cat, story.Space, before)];
        var late = story.Admit(story.Eve, story.Space, after);

        time.Advance(TimeSpan.FromDays(2));
        using var folder = new TemporaryFolder();
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"], time: time))
        {
            await using var bob = await HubClient.JoinAsync(hub, story.Bob.Did);
            await AccessStory.StoreAsync(bob, [story.Root, before, after, .. inTime]);
        }

        time.Advance(TimeSpan.FromDays(2));
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"], time: time))
        {
            await using var bob = await HubClient.JoinAsync(hub, story.Bob.Did);
            await AccessStory.RefusedAsync(bob, late, "WRITE_FORBIDDEN", "invite-expired", bob);
        }

        // A database from before this was kept has been there all the time.
        await using (var store = new SqliteConnection($"Data Source={Path.Combine(folder["old"], "hub.db")};Pooling=False"))
        {
            await using (await HubFixture.StartAsync(o => o.DataFolder = folder["old"], time: time))
            {
            }

            await store.OpenAsync(TestContext.Current.CancellationToken);
            await using var forget = store.CreateCommand();
            forget.CommandText = "DELETE FROM meta WHERE key = 'since'";
            await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var old = await HubFixture.StartAsync(o => o.DataFolder = folder["old"], time: time);
        await using var cat = await HubClient.JoinAsync(old, story.Cat.Did);
        await AccessStory.StoreAsync(cat, story.Root, before);
        await cat.SendAsync(Author.Frame(inTime[1]));
        Assert.Equal(("WRITE_FORBIDDEN", "invite-expired", 0), await AccessStory.AnswerAsync(cat, inTime[1].Hash));
    }
}
