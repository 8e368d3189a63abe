using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Xunit;

namespace Parley.Scenarios.Client;

public sealed class OneReplica
{
    [Fact]
    public async Task What_is_sent_is_in_the_channel_at_once()
    {
        await using var client = await ParleyClient.OpenAsync(
            new() { Store = SqliteStore.InMemory(), Signer = new SodiumSigner(new byte[32]), Signatures = SodiumSignatures.Instance });
        var general = await client.Channels.EnsureGeneralAsync();
        var chat = client.Channels.Open(general);
        using var newest = client.Nodes.Watch(chat.Newest(10));
        var id = await chat.SendAsync("Hello");
        var found = await client.Nodes.FindAsync(chat.Newest(10));
        var message = Assert.Single(found);
        Assert.Equal(id, message.Id);
        Assert.Equal("Hello", message.Text("content"));
        Assert.Equal(Delivery.Local, message.Delivery);
        await foreach (var answer in newest.WatchAsync())
        {
            if (answer.Count == 1)
            {
                break;
            }
        }

        await chat.EditAsync(id, "Hello again");
        await foreach (var read in chat.ReadAsync())
        {
            Assert.Equal("Hello again", read.Text("content"));
            break;
        }

        await client.Profiles.SetNameAsync("Alice");
        Assert.Single(await client.Nodes.FindAsync(client.Channels.List));
    }
}
