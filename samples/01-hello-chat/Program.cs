#region hello
using Parley;
using Parley.Identity;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;

await using var parley = await ParleyClient.OpenAsync(new ParleyOptions
{
    Store = SqliteStore.At("hello.db"),
    Signer = new SodiumSigner(RecoveryPhrase.Parse(Console.ReadLine()!).ToSeed()),
    Signatures = SodiumSignatures.Instance,
    Hub = new Uri("ws://127.0.0.1:4444"),
});
var chat = parley.Channels.Open(new NodeId(args[0]));   // join by the channel's id
await chat.SendAsync("Hello from .NET");                // signed, and on disk when this returns
await foreach (var message in chat.ReadAsync())         // every message once, in order, then live
    Console.WriteLine($"{parley.Profiles.NameOf(message.CreatedBy)}: {message.Text("content")}");
#endregion
