using Parley.Connection;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class JoinWordsTests
{
    [Fact]
    public void Every_end_of_an_invite_has_its_own_sentence()
    {
        Reason[] reasons = [Reason.InviteExpired, Reason.InviteUsedUp, Reason.InviteClosed, Reason.Removed];
        List<string> sentences = [.. reasons.Select(reason => JoinWords.Sentence(new ParleyException(ParleyErrorCode.Forbidden, reason)))];
        sentences.Add(JoinWords.Sentence(new ParleyException(ParleyErrorCode.NotFound, "The space knows no invite of this link.")));
        sentences.Add(JoinWords.Sentence(new ParleyException(ParleyErrorCode.Storage, "The disk is full.")));
        Assert.Equal(sentences.Count, sentences.Distinct().Count());
    }

    [Fact]
    public void What_a_message_says_chooses_no_sentence() => Assert.Equal(
        JoinWords.Sentence(new ParleyException(ParleyErrorCode.Forbidden, "Something else.")),
        JoinWords.Sentence(new ParleyException(ParleyErrorCode.Forbidden, "The hub said: removed")));

    [Fact]
    public void Waiting_says_for_what()
    {
        var offline = JoinWords.Waiting(new(ConnectionPhase.Offline), hasWaited: false);
        var asking = JoinWords.Waiting(new(ConnectionPhase.Online), hasWaited: false);
        var nobody = JoinWords.Waiting(new(ConnectionPhase.Online), hasWaited: true);
        Assert.Equal(3, new[] { offline, asking, nobody }.Distinct().Count());
        Assert.Equal(offline, JoinWords.Waiting(new(ConnectionPhase.Offline), hasWaited: true));
    }
}
