using Parley.Presence;
using Parley.Web.Presence;
using Xunit;

namespace Parley.Web.Tests.Presence;

public sealed class SpacePresenceTests
{
    [Fact]
    public void A_person_with_several_tabs_is_one_with_the_latest_of_them()
    {
        var people = SpacePresence.People(
            [Peer(1, "did:ada", PresenceStatus.Idle, 10), Peer(2, "did:ada", PresenceStatus.Active, 20), Peer(3, "did:me", PresenceStatus.Active, 30)], "did:me");

        Assert.Equal([new HerePerson("did:ada", "Ada", PresenceStatus.Active)], people);
    }

    private static PresencePeer Peer(ulong client, string did, PresenceStatus status, long updated) =>
        new(client, did, "Ada", new PresenceState { Status = status }, updated);
}
