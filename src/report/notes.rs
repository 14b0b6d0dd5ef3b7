//! Notes in Markdown. They cannot contain active content or load files: HTML is displayed as text, images as their
//! description, and only links to web pages are kept.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// The parts of notes: title, text before the second heading, and the rest.
pub(super) fn parts(text: &str) -> (Option<&str>, &str, &str) {
    let text = text.trim_start();
    let (title, text) = match text.strip_prefix("# ").map(|text| text.split_once('\n').unwrap_or((text, ""))) {
        Some((title, text)) => (Some(title.trim()), text),
        None => return (None, "", text),
    };
    let second = if text.starts_with("## ") { Some(0) } else { text.find("\n## ").map(|at| at + 1) };
    let (introduction, rest) = text.split_at(second.unwrap_or(text.len()));
    (title, introduction, rest)
}

/// Notes as HTML.
pub(super) fn render(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(text, options).map(tame));
    out
}

/// An event without active content.
fn tame(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level, id: _, classes: _, attrs: _ }) => {
            Event::Start(Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let web = ["https://", "http://", "#"].iter().any(|start| dest_url.starts_with(start));
            Event::Start(Tag::Link { link_type, dest_url: if web { dest_url } else { CowStr::Borrowed("#") }, title, id })
        }
        // an image would have to be loaded; its description is shown instead
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        other => other,
    }
}

/// Headings of notes are one level below those of the page.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        _ => HeadingLevel::H5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_lists_and_tables_are_set_below_the_headings_of_the_page() {
        let html = render("# Limits\n\n- *one*\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        for part in ["<h3>Limits</h3>", "<li><em>one</em></li>", "<td>2</td>"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn a_title_and_an_introduction_stand_before_the_rest() {
        assert_eq!(parts("# On MNIST\n\nIn short.\n\n## Limits\n\nMany."), (Some("On MNIST"), "\nIn short.\n\n", "## Limits\n\nMany."));
        assert_eq!(parts("# On MNIST\n## Limits"), (Some("On MNIST"), "", "## Limits"));
        assert_eq!(parts("# On MNIST"), (Some("On MNIST"), "", ""));
        assert_eq!(parts("Just text.\n\n## Limits"), (None, "", "Just text.\n\n## Limits"));
    }

    #[test]
    fn nothing_in_notes_acts_or_is_fetched() {
        let text = "<script>alert(1)</script>\n\na <img src=\"http://x/y.png\" onerror=\"z()\"> b\n\n![a plot](http://x/y.png) [go](javascript:z()) [on](https://a.b)\n\n## H {#x onclick=z()}";
        let html = render(text);
        for bad in ["<script", "<img", "href=\"javascript", "<h3 "] {
            assert!(!html.contains(bad), "{bad}: {html}");
        }
        assert!(html.contains("a plot") && html.contains("href=\"https://a.b\"") && html.contains("&lt;script&gt;"), "{html}");
    }
}
