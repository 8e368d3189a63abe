using System.Buffers;
using System.Net;
using System.Text;
using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Parley.Web.Chat;

/// <summary>
/// A message's markdown as HTML that is safe by construction: raw HTML is not a part of the grammar, every text is escaped by the
/// renderer, and a link or image that <see cref="LinkPolicy"/> does not admit is turned back into text. Images become links, so that
/// reading a message fetches nothing.
/// </summary>
public static class MessageText
{
    // A text without any of these has no markup: it is only escaped, which is most messages and costs almost nothing.
    private static readonly SearchValues<string> Markup = SearchValues.Create(
        ["*", "_", "`", "~", "[", "]", "<", ">", "&", "\\", "|", "- ", "+ ", ". ", ") ", "://", "www.", "mailto:", "    ", "\t", "---", "==="], StringComparison.OrdinalIgnoreCase);

    private static readonly MarkdownPipeline Messages = Pipeline(headings: false);
    private static readonly MarkdownPipeline Documents = Pipeline(headings: true);

    /// <summary>A message as HTML.</summary>
    /// <param name="text">Its markdown source.</param>
    /// <param name="labels">The labels of its declared mentions, each with its <c>@</c>; where one stands in the text it is marked.</param>
    public static string ToHtml(string text, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(labels);
        return labels.Count == 0 && !text.AsSpan().ContainsAny(Markup) ? Plain(text) : Render(text, labels, Messages);
    }

    /// <summary>A page's body as HTML: the same grammar and headings.</summary>
    public static string PageToHtml(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Render(text, [], Documents);
    }

    private static string Plain(string text) =>
        text.Length == 0 ? "" : "<p>" + WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>") + "</p>";

    private static MarkdownPipeline Pipeline(bool headings)
    {
        var builder = new MarkdownPipelineBuilder()
            .DisableHtml()
            .UseSoftlineBreakAsHardlineBreak()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
            .UseAutoLinks(new AutoLinkOptions { OpenInNewWindow = false });
        if (!headings)
        {
            // "# of people" in a chat is a sentence, and a line of dashes is a separator, not a title of what stands above it.
            builder.BlockParsers.TryRemove<HeadingBlockParser>();
            if (builder.BlockParsers.Find<ParagraphBlockParser>() is { } paragraphs)
            {
                paragraphs.ParseSetextHeadings = false;
            }
        }

        return builder.Build();
    }

    private static string Render(string text, IReadOnlyList<string> labels, MarkdownPipeline pipeline)
    {
        if (!MarkupBound.Holds(text))
        {
            return Plain(text);
        }

        try
        {
            var html = RenderMarkdown(text, labels, pipeline);
            // A text of nothing but link definitions would render to nothing.
            return html.Length == 0 ? Plain(text) : html;
        }
        catch (ArgumentException)
        {
            // Markdig's bound on nesting: nobody wrote that by hand, and it is shown as it stands.
            return Plain(text);
        }
    }

    private static string RenderMarkdown(string text, IReadOnlyList<string> labels, MarkdownPipeline pipeline)
    {
        var document = Markdown.Parse(text, pipeline);
        foreach (var inline in document.Descendants<Inline>().ToList())
        {
            switch (inline)
            {
                case LinkInline link:
                    ApplyPolicy(link);
                    break;
                case AutolinkInline auto:
                    ApplyPolicy(auto);
                    break;
                case LiteralInline literal when labels.Count > 0 && !IsInLink(literal):
                    MarkMentions(literal, labels);
                    break;
            }
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        pipeline.Setup(renderer);
        renderer.ObjectRenderers.Insert(0, new MentionRenderer());
        renderer.Render(document);
        return writer.ToString();
    }

    private static void ApplyPolicy(LinkInline link)
    {
        var admitted = LinkPolicy.Admit(link.Url);
        link.IsImage = false;
        if (admitted is null)
        {
            Unlink(link);
            return;
        }

        link.Url = admitted;
        link.Title = null;
        if (link.FirstChild is null)
        {
            link.AppendChild(new LiteralInline(admitted));
        }

        OpenOutside(link);
    }

    private static void ApplyPolicy(AutolinkInline auto)
    {
        if (LinkPolicy.Admit(auto.IsEmail ? "mailto:" + auto.Url : auto.Url) is null)
        {
            auto.ReplaceBy(new LiteralInline(auto.Url));
            return;
        }

        OpenOutside(auto);
    }

    private static void OpenOutside(Inline link)
    {
        var attributes = link.GetAttributes();
        attributes.AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");
        attributes.AddPropertyIfNotExist("target", "_blank");
    }

    // The words stay, the address goes: what was inside the link moves in front of it, in order.
    private static void Unlink(LinkInline link)
    {
        while (link.FirstChild is { } child)
        {
            child.Remove();
            link.InsertBefore(child);
        }

        link.Remove();
    }

    private static bool IsInLink(Inline inline)
    {
        for (var parent = inline.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is LinkInline)
            {
                return true;
            }
        }

        return false;
    }

    private static void MarkMentions(LiteralInline literal, IReadOnlyList<string> labels)
    {
        var text = literal.Content.ToString();
        var written = 0;
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = at + 1 < text.Length ? text.IndexOf('@', at + 1) : -1)
        {
            var label = labels.Where(l => MentionPicker.StandsAt(text, l, at)).MaxBy(l => l.Length);
            if (label is null)
            {
                continue;
            }

            literal.InsertBefore(new LiteralInline(text[written..at]));
            literal.InsertBefore(new MentionInline(label));
            written = at + label.Length;
            at = written - 1;
        }

        if (written > 0)
        {
            literal.ReplaceBy(new LiteralInline(text[written..]));
        }
    }

    private sealed class MentionInline(string label) : LeafInline
    {
        public string Label { get; } = label;
    }

    private sealed class MentionRenderer : HtmlObjectRenderer<MentionInline>
    {
        protected override void Write(HtmlRenderer renderer, MentionInline mention) =>
            renderer.Write("<span class=\"mention\">").WriteEscape(mention.Label).Write("</span>");
    }
}
