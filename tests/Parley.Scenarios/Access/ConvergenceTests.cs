using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>Whatever the order, the batching and the repetition: the same changes end in the same nodes on every screen.</summary>
public sealed class ConvergenceTests(ITestOutputHelper output)
{
    private static readonly string[] Names = ["Alice", "Bob", "Carol", "Dave"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_histories_show_the_same_nodes_in_every_order(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var changes = await HistoryAsync(random);
        IReadOnlyList<string>? expected = null;
        for (var order = 0; order < 4; order++)
        {
            await using var observer = await LoneReplica.OpenAsync(new Person("Observer"), random);
            var rest = changes.OrderBy(_ => random.Next()).Concat(changes.Where(_ => random.Next(4) == 0)).ToList();
            while (rest.Count > 0)
            {
                var batch = rest.Take(random.Next(1, 9)).ToList();
                rest.RemoveRange(0, batch.Count);
                await observer.ReceiveAsync(batch);
            }

            var visible = await observer.VisibleAsync();
            expected ??= visible;
            Assert.Equal(expected, visible);
            Assert.Equal(0, await observer.HeldAsync());
            Assert.Equal(observer.LogMembers(), await observer.MembersAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Messages_wait_until_the_membership_of_their_author_is_here(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var alice = await LoneReplica.OpenAsync(new Person("Alice"), random);
        await using var bob = await LoneReplica.OpenAsync(new Person("Bob"), random);
        await using var carol = await LoneReplica.OpenAsync(new Person("Carol"), random);
        var space = new NodeId(await alice.ActAsync(new MembershipCommand.CreateSpace("Space")));
        await alice.ActAsync(new MembershipCommand.Seat(space, bob.Id, AccessRole.Member));
        await bob.ReceiveAsync(await alice.ChangesAsync());
        var secret = new NodeId(await alice.ActAsync(new MembershipCommand.CreateChannel(space, "secret", null, [bob.Id])));
        await bob.ReceiveAsync(await alice.ChangesAsync());
        var general = RoomNames.ThreadOf(space);
        var first = await bob.SendAsync(general, "one");
        await bob.EditAsync(first, "one, corrected");
        await bob.SendAsync(secret, "two");
        var plans = new NodeId("plans");

        var texts = new List<string>();
        foreach (var change in (await bob.ChangesAsync()).OrderBy(_ => random.Next()))
        {
            await carol.ReceiveAsync(change);
            texts = [.. await carol.TextsAsync(general), .. await carol.TextsAsync(secret)];
        }

        Assert.Equal(["one, corrected", "two"], texts);
        Assert.Equal(0, await carol.HeldAsync());
        Assert.Equal(await bob.VisibleAsync(), await carol.VisibleAsync());
        Assert.Empty(await carol.TextsAsync(plans));
    }

    [Fact]
    public async Task What_waits_for_a_membership_waits_through_a_restart()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(5);
        await using var alice = await LoneReplica.OpenAsync(new Person("Alice"), random);
        var space = new NodeId(await alice.ActAsync(new MembershipCommand.CreateSpace("Space")));
        var secret = new NodeId(await alice.ActAsync(new MembershipCommand.CreateChannel(space, "secret", null, [])));
        await alice.SendAsync(secret, "kept");
        var changes = await alice.ChangesAsync();

        // One more each time, the newest first: until the first of all is there, nothing counts.
        IReadOnlyList<string> texts = [];
        foreach (var change in changes.Reverse())
        {
            await using var bob = await LoneReplica.OpenAsync(new Person("Bob"), random, Native.Storage.SqliteStore.At(folder["bob.db"]));
            Assert.Empty(await bob.TextsAsync(secret));
            await bob.ReceiveAsync(change);
            texts = await bob.TextsAsync(secret);
        }

        Assert.Equal(["kept"], texts);
        await using var again = await LoneReplica.OpenAsync(new Person("Bob"), random, Native.Storage.SqliteStore.At(folder["bob.db"]));
        Assert.Equal(["kept"], await again.TextsAsync(secret));
        Assert.Equal(await alice.VisibleAsync(), await again.VisibleAsync());
        Assert.Single(again.Log(secret)!.Now.Access);
    }

    // Four people with replicas of their own who meet now and then, invite, remove, promote, write, edit and redact.
    private static async Task<IReadOnlyList<JsonValue>> HistoryAsync(Random random)
    {
        var people = new List<LoneReplica>();
        foreach (var name in Names)
        {
            people.Add(await LoneReplica.OpenAsync(new Person(name), random));
        }

        var space = new NodeId(await people[0].ActAsync(new MembershipCommand.CreateSpace("Space")));
        foreach (var person in people.Skip(1))
        {
            await people[0].ActAsync(new MembershipCommand.Seat(space, person.Id, random.Next(2) == 0 ? AccessRole.Admin : AccessRole.Member));
        }

        foreach (var person in people.Skip(1))
        {
            await person.ReceiveAsync(await people[0].ChangesAsync());
        }

        List<NodeId> channels = [RoomNames.ThreadOf(space)];
        for (var step = 0; step < 50; step++)
        {
            var actor = people[random.Next(people.Count)];
            var other = people[random.Next(people.Count)];
            try
            {
                await StepAsync(random, actor, other, space, channels, step);
            }
            catch (ParleyException refused) when (refused.Code is ParleyErrorCode.Forbidden or ParleyErrorCode.NotFound)
            {
                // Not everybody may do everything, and not everybody has heard of everything.
            }
        }

        var all = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
        foreach (var person in people)
        {
            foreach (var change in await person.ChangesAsync())
            {
                all[change["hash"]!.Text!] = change;
            }

            await person.DisposeAsync();
        }

        return [.. all.Values];
    }

    private static async Task StepAsync(Random random, LoneReplica actor, LoneReplica other, NodeId space, List<NodeId> channels, int step)
    {
        var channel = channels[random.Next(channels.Count)];
        var domain = AccessDomains.KindOf(channel) is null || random.Next(2) == 0 ? space : channel;
        switch (random.Next(12))
        {
            case 0:
                await actor.ActAsync(new MembershipCommand.Unseat(domain, other.Id));
                break;
            case 1:
                await actor.ActAsync(new MembershipCommand.Seat(domain, other.Id, random.Next(3) == 0 ? AccessRole.Admin : AccessRole.Member));
                break;
            case 2:
                await actor.ActAsync(new MembershipCommand.SetPolicy(domain, new() { Post = random.Next(2) == 0 ? AccessRole.Admin : AccessRole.Member }));
                break;
            case 3 when channels.Count < 3:
                channels.Add(new(await actor.ActAsync(new MembershipCommand.CreateChannel(space, "channel", null, [other.Id]))));
                break;
            case 4 when random.Next(4) == 0:
                await actor.ActAsync(new MembershipCommand.Leave(domain));
                break;
            case 5:
                await actor.ActAsync(new MembershipCommand.Duties([]));
                break;
            case 6 or 7 or 8:
                var message = await actor.SendAsync(channel, $"step {step}");
                await (random.Next(3) switch
                {
                    0 => actor.EditAsync(message, $"step {step}, corrected"),
                    1 => actor.RedactAsync(message),
                    _ => Task.CompletedTask,
                });
                break;
            default:
                await actor.ReceiveAsync(await other.ChangesAsync());
                break;
        }
    }
}
