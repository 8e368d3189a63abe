using System.Net;
using Parley.Web.Chat;
using Xunit;

namespace Parley.Web.Tests.Chat;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("hello", "<p>hello</p>")]
    [InlineData("a\nb", "<p>a<br>b</p>")]
    [InlineData("*so* **bold** ~~gone~~ `code`", "<p><em>so</em> <strong>bold</strong> <del>gone</del> <code>code</code></p>")]
    [InlineData("# of people", "<p># of people</p>")]
    [InlineData("it's 5 & 6", "<p>it's 5 &amp; 6</p>")]
    public void Markdown_becomes_html(string text, string html) => Assert.Equal(html, Html(text).Replace("&#39;", "'", StringComparison.Ordinal).Trim());

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<b>bold</b>")]
    [InlineData("a <!-- comment --> b")]
    [InlineData("<svg><a xlink:href=\"javascript:alert(1)\">x</a></svg>")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;")]
    public void Html_is_text(string text)
    {
        var html = Html(text);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<!--", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("[click](JaVaScRiPt:alert(1))")]
    [InlineData("[click](&#106;avascript:alert(1))")]
    [InlineData("[click](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[click](vbscript:x)")]
    [InlineData("[click](file:///etc/passwd)")]
    [InlineData("[click](//evil.example)")]
    [InlineData("[click](/channel/x)")]
    [InlineData("[click](https://bank.example@evil.example/)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("[click][1]\n\n[1]: javascript:alert(1)")]
    public void A_link_that_is_not_admitted_leaves_only_its_words(string text)
    {
        var html = Html(text);

        Assert.DoesNotContain("<a", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("see https://example.org/a?b=c&d", "https://example.org/a?b=c&amp;d")]
    [InlineData("[site](http://example.org)", "http://example.org/")]
    [InlineData("<https://example.org/x>", "https://example.org/x")]
    [InlineData("![a picture](https://example.org/x.png)", "https://example.org/x.png")]
    [InlineData("write to mailto:ada@example.org", "mailto:ada@example.org")]
    [Trait("weak-spot", "W25")]
    public void An_admitted_link_opens_outside_and_tells_nothing(string text, string address)
    {
        var html = Html(text);

        Assert.Contains($"href=\"{address}\"", html, StringComparison.Ordinal);
        Assert.Contains("rel=\"noopener noreferrer nofollow\"", html, StringComparison.Ordinal);
        Assert.Contains("target=\"_blank\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_of_a_refused_link_keep_their_order() =>
        Assert.Equal("<p>a b <em>c</em> d</p>", Html("a [b *c*](javascript:x) d").Trim());

    [Fact]
    public void The_longest_label_that_stands_is_marked() =>
        Assert.Equal(
            "<p>hi <span class=\"mention\">@Ada Lovelace</span>, <span class=\"mention\">@Ada</span> and @Adam</p>",
            MessageText.ToHtml("hi @Ada Lovelace, @Ada and @Adam", ["@Ada", "@Ada Lovelace"]).Trim());

    [Fact]
    public void A_label_is_escaped() =>
        Assert.Contains("@&lt;b&gt;", MessageText.ToHtml("hi @<b>", ["@<b>"]), StringComparison.Ordinal);

    [Fact]
    public void A_page_has_headings() => Assert.Contains("<h1", MessageText.PageToHtml("# Title"), StringComparison.Ordinal);

    public static TheoryData<string> BeyondSense =>
    [
        new string('>', 9_000) + "<b>x",
        new string('[', 9_000),
        Repeat("**a ", 2_400),
        Repeat("1. ", 3_300),
        Repeat("![", 4_900),
        Repeat("[a]: b\n", 1_400),
        Repeat("http://a ", 1_100),
        string.Concat(Enumerable.Range(0, 90).Select(i => new string(' ', i * 2) + "- a\n")),
    ];

    [Theory]
    [MemberData(nameof(BeyondSense))]
    public void A_text_made_to_be_slow_is_shown_as_it_stands(string text) =>
        Assert.Equal("<p>" + WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>") + "</p>", Html(text));

    [Fact]
    public void Code_may_hold_any_number_of_marks()
    {
        var code = Repeat("a[0] = b[1] * c[2];\n", 300);

        Assert.Contains("<pre><code>", Html("see:\n```\n" + code + "```"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_line_of_dashes_is_a_rule() => Assert.Contains("<hr", Html("above\n\n" + new string('-', 60)), StringComparison.Ordinal);

    [Fact]
    public void A_text_of_nothing_but_definitions_is_shown() => Assert.Equal("<p>[a]: b</p>", Html("[a]: b"));

    private static string Repeat(string part, int times) => string.Concat(Enumerable.Repeat(part, times));

    private static string Html(string text) => MessageText.ToHtml(text, []);
}
