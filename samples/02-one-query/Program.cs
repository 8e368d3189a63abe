using System.Security.Cryptography;
using Parley;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;

await using var parley = await ParleyClient.OpenAsync(new ParleyOptions
{
    Store = SqliteStore.InMemory(),
    Signer = new SodiumSigner(RandomNumberGenerator.GetBytes(32)),
    Signatures = SodiumSignatures.Instance,
});

// Written differently …
var general = await parley.Channels.EnsureGeneralAsync();
await parley.Channels.Open(general).SendAsync("The plan for spring is on its page.");
await parley.Nodes.WriteAsync(
[
    new NodeDraft { SchemaId = Schemas.Page, Properties = JsonValue.Object(("title", JsonValue.Of("Plan for spring")), ("space", JsonValue.Of(parley.Space))) },
    new NodeDraft { SchemaId = Schemas.Page, Properties = JsonValue.Object(("title", JsonValue.Of("Old plan")), ("archived", JsonValue.True)) },
]);

// … asked alike: messages and pages are nodes, and one query serves both.
#region query
var messages = await parley.Nodes.FindAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", general.Value).Take(50));
var pages = await parley.Nodes.FindAsync(NodeQuery.Of(Schemas.Page).Where("archived", false).OrderBy("title"));
#endregion

foreach (var node in messages.Concat(pages))
{
    Console.WriteLine($"{node.SchemaId.Split('/')[^1],-20} {node.Text("content") ?? node.Text("title")}");
}
