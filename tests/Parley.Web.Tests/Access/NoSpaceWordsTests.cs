using Parley.Connection;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class NoSpaceWordsTests
{
    [Fact]
    public void Spaces_are_looked_for_until_the_hub_said_that_there_are_none()
    {
        foreach (var phase in new[] { ConnectionPhase.Connecting, ConnectionPhase.Syncing, ConnectionPhase.Offline })
        {
            Assert.True(NoSpaceWords.For(new(phase), null).IsWaiting);
        }

        foreach (var phase in new[] { ConnectionPhase.Online, ConnectionPhase.Alone, ConnectionPhase.Refused })
        {
            Assert.False(NoSpaceWords.For(new(phase), null).IsWaiting);
        }
    }

    [Fact]
    public void Who_was_in_a_space_is_told_of_which()
    {
        var words = NoSpaceWords.For(new(ConnectionPhase.Online), "The workshop");
        Assert.Contains("The workshop", words.Title, StringComparison.Ordinal);
        Assert.False(words.IsWaiting);
    }
}
