using Parley.Identity;
using Parley.Ids;

namespace Parley.Cli.Chat;

/// <summary>What people are called, for lines that are printed once and not painted again.</summary>
internal static class PersonNames
{
    /// <summary>How long a line waits for its person's name to arrive before it is printed with the DID's short form.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    public static async Task<string> OfAsync(ParleyClient client, PersonId person, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Wait);
        try
        {
            await foreach (var _ in client.Profiles.Version.WatchAsync(limit.Token))
            {
                if (client.Profiles.Find(person) is { } name)
                {
                    return name;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The name has not come; the short form of the DID does.
        }

        return client.Profiles.NameOf(person);
    }
}
