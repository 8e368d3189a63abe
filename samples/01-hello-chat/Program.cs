#region hello
using Parley;
using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Native.Storage;

await using var parley = await ParleyClient.OpenAsync(new ParleyOptions
{
    Store = SqliteStore.At("hello.db"),
    Signer = new SodiumSigner(RecoveryPhrase.Parse(Console.ReadLine()!).ToSeed()),
    Signatures = SodiumSignatures.Instance,
    InviteSigner = (seed, _) => new(new SodiumSigner(seed.Span)),
    Hub = new Uri("ws://127.0.0.1:4444"),
});
var space = await parley.JoinAsync(Invite.Parse(args[0])); // by the link of an invite
var chat = parley.Channels.Open(RoomNames.ThreadOf(space)); // its #general
await chat.SendAsync("Hello from .NET"); // signed, and on disk when this returns
await foreach (var message in chat.ReadAsync()) // every message once, in order, then live
    Console.WriteLine($"{parley.Profiles.NameOf(message.CreatedBy)}: {message.Text("content")}");
#endregion
