using Parley.Connection;
using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class ConnectionWordsTests
{
    [Fact]
    public void Every_phase_has_a_sentence_of_its_own()
    {
        var words = Enum.GetValues<ConnectionPhase>().Select(phase => ConnectionWords.For(new ConnectionStatus(phase))).ToList();

        Assert.All(words, w => Assert.NotEmpty(w.Short));
        Assert.Equal(words.Count, words.Select(w => w.Sentence).Distinct().Count());
    }

    [Fact]
    public void Offline_says_that_nothing_is_lost() =>
        Assert.Contains("kept here and sent when the hub is back", ConnectionWords.For(new ConnectionStatus(ConnectionPhase.Offline)).Sentence, StringComparison.Ordinal);
}
