using Parley.Web.Identity;
using Xunit;

namespace Parley.Web.Tests.Identity;

public sealed class WordCheckTests
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 24).Select(i => "word" + i)];

    [Fact]
    public void Three_distinct_places_are_asked_in_rising_order()
    {
        var check = new WordCheck(Words, Bytes(5, 5, 240, 2, 23));

        // 240 and above would favour the low places, and 5 was chosen already.
        Assert.Equal([2, 5, 23], check.Places);
    }

    [Fact]
    public void The_right_words_pass_whatever_their_case_and_space()
    {
        var check = new WordCheck(Words, Bytes(0, 1, 2));
        Assert.False(check.Complete);
        check[0] = " WORD0 ";
        check[1] = "word1";
        check[2] = "word2";

        Assert.True(check.Complete);
        Assert.True(check.Passed);
    }

    [Fact]
    public void One_wrong_word_does_not_pass_and_is_told()
    {
        var check = new WordCheck(Words, Bytes(0, 1, 2)) { [0] = "word0", [1] = "word2", [2] = "word1" };

        Assert.False(check.Passed);
        Assert.Equal([true, false, false], Enumerable.Range(0, WordCheck.Asked).Select(check.IsRight));
    }

    private static RandomBytes Bytes(params byte[] bytes)
    {
        var next = 0;
        return span =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = bytes[next++];
            }
        };
    }
}
