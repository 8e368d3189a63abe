using Parley.Access;
using Parley.Connection;
using Parley.Ids;
using Parley.Web.Contacts;
using Xunit;

namespace Parley.Web.Tests.Contacts;

public sealed class RequestWordsTests
{
    [Fact]
    public void A_conversation_a_channel_and_a_space_are_told_apart()
    {
        PersonId[] people = [People.Ada, People.Grace];
        var nonce = new byte[DomainRoot.NonceBytes];
        var space = DomainRoot.Space(People.Grace, nonce);
        NodeId[] domains = [RoomNames.DirectMessage(people), DomainRoot.Channel(People.Grace, nonce, space), space];

        Assert.Equal(3, domains.Select(RequestWords.Sentence).Distinct().Count());
        Assert.Contains("space", RequestWords.Sentence(space), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_waiting_is_certain_only_while_the_hub_is_there() => Assert.Equal(
        3,
        new[] { ConnectionPhase.Online, ConnectionPhase.Syncing, ConnectionPhase.Offline }.Select(phase => RequestWords.Nothing(new(phase))).Distinct().Count());
}
