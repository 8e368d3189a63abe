using System.Security.Cryptography;
using Parley.Connection;
using Parley.Identity;
using Parley.Platform;

namespace Parley.Cli.Demo;

/// <summary>Links for somebody who writes three weeks ago: what proves to the hub who they are is made now, by the hub's time.</summary>
internal sealed class DemoLinks(ISigner signer) : ILinkFactory
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    public async ValueTask<ILink> ConnectAsync(Uri address, UcanToken? token, CancellationToken cancellationToken = default)
    {
        var draft = HubToken.Draft(
            signer.Person, HubAudience.Of(address), TimeProvider.System.GetUtcNow() + TokenLifetime, RandomNumberGenerator.GetHexString(32));
        var signatures = await signer.SignAsync(new[] { draft.BytesToSign }, cancellationToken);
        return await WebSocketLinks.Instance.ConnectAsync(address, draft.Complete(signatures[0]), cancellationToken);
    }
}
