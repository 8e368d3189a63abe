using Parley.Nodes;
using Parley.Web.Chat;
using Xunit;

namespace Parley.Web.Tests.Chat;

public sealed class DeliveryWordsTests
{
    [Fact]
    public void What_a_person_can_do_something_about_has_a_sentence_of_its_own()
    {
        Reason[] reasons = [Reason.Unauthorized, Reason.InvalidWallTime, Reason.QuotaExceeded, Reason.WriteForbidden];
        var sentences = reasons.Select(reason => DeliveryWords.For(Delivery.Failed, reason.ToCode()).Sentence).ToArray();

        Assert.Equal(sentences.Length, sentences.Distinct().Count());
        Assert.Equal(sentences[2], DeliveryWords.For(Delivery.Failed, Reason.StorageFull.ToCode()).Sentence);
    }

    [Theory]
    [InlineData("WRITE_FORBIDDEN")]
    [InlineData("removed")]
    [InlineData("A_CODE_OF_TOMORROW")]
    public void Any_other_refusal_is_named(string code) => Assert.Contains(code, DeliveryWords.For(Delivery.Failed, code).Sentence, StringComparison.Ordinal);
}
