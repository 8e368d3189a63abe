using Parley.Access;
using Parley.Frames;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>What waits at a hub for something that waits itself, or for one thing while the other is here: all of it is filed in the end.</summary>
public sealed class ReleaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AccessStory _story = new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public void Dispose()
    {
        _story.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_of_a_message_that_waits_for_its_authors_grant_follows_it(bool isRestarted)
    {
        var (ann, bob) = (_story.Ann, _story.Bob);
        var plaza = _story.PlazaNode();
        var grant = _story.Do(ann, _story.Space, d => d.Grant(bob.Person, AccessRole.Member));
        // As reference clients write: that its author knew the grant is said by the Lamport time alone.
        var said = _story.Ordinary(
            bob, new("a-random-id"), Schemas.ChatMessage, null, null, ("channel", JsonValue.Of(_story.Plaza.Value)), ("content", JsonValue.Of("teh")));
        var edit = _story.Update(bob, said, null, ("content", JsonValue.Of("the")));
        var again = _story.Update(bob, said, null, ("content", JsonValue.Of("The")));

        await FiledAfterAsync(isRestarted, early: [plaza], waiting: [edit, said, again], grant);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_that_waits_for_an_operation_finds_the_message_that_is_here(bool isRestarted)
    {
        var (ann, bob) = (_story.Ann, _story.Bob);
        var plaza = _story.PlazaNode();
        var grant = _story.Do(ann, _story.Space, d => d.Grant(bob.Person, AccessRole.Member));
        var said = _story.Say(bob, "teh");
        var other = _story.Do(ann, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member));
        var edit = _story.Update(bob, said, _story.Space, ("content", JsonValue.Of("the")));

        await FiledAfterAsync(isRestarted, early: [plaza, grant, said], waiting: [edit], other);
    }

    // What waits is brought without acknowledgements, so that its author has no other chance.
    private async Task FiledAfterAsync(bool isRestarted, Change[] early, Change[] waiting, Change last)
    {
        var hub = await StartAsync();
        try
        {
            await using (var ann = await HubClient.JoinAsync(hub, _story.Ann.Did))
            await using (var bob = await HubClient.ShowAsync(hub, Tokens.Of(_story.Bob, hub).Text))
            {
                await AccessStory.StoreAsync(ann, [_story.Root, .. early]);
                await bob.SendAsync(ClientFrames.Handshake(_story.Bob.Did, []));
                foreach (var change in waiting)
                {
                    await bob.SendAsync(Author.Frame(change, _story.PlazaRoom));
                }

                Assert.DoesNotContain(await bob.ReadUntilPongAsync(), static frame => frame["type"]!.Text == "node-error");
            }

            if (isRestarted)
            {
                await hub.DisposeAsync();
                hub = await StartAsync();
            }

            await using var owner = await HubClient.JoinAsync(hub, _story.Ann.Did);
            Assert.Empty((await AccessStory.PageAsync(owner, _story.PlazaRoom)).Intersect(waiting.Select(static c => c.Hash.ToString())));
            await AccessStory.StoreAsync(owner, last);
            Assert.Superset(waiting.Select(static c => c.Hash.ToString()).ToHashSet(), (await AccessStory.PageAsync(owner, _story.PlazaRoom)).ToHashSet());
        }
        finally
        {
            await hub.DisposeAsync();
        }
    }

    private Task<HubFixture> StartAsync() => HubFixture.StartAsync(o => o.DataFolder = _folder["hub"]);
}
