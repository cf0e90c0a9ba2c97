//! Pieces of a page. A piece can be made of markup that is fixed in this program and of text that is escaped, and of nothing
//! else: no name from a file can become markup.

use std::fmt::Write;

/// Markup that is complete in itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl Html {
    /// Nothing.
    pub(crate) fn new() -> Self {
        Html::default()
    }

    /// Text as it is, whatever signs are in it.
    pub(crate) fn text(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        escape(text, &mut html);
        Html(html)
    }

    /// A sentence: what stands between back-ticks is a name.
    pub(crate) fn prose(text: &str) -> Self {
        let pieces: Vec<&str> = text.split('`').collect();
        if pieces.len().is_multiple_of(2) {
            return Html::text(text);
        }
        let piece = |(at, piece): (usize, &&str)| match at % 2 {
            0 => Html::text(piece),
            _ => tag("code").text(piece).into(),
        };
        pieces.iter().enumerate().map(piece).collect()
    }

    /// Markup, style or script that is part of this program.
    pub(crate) fn fixed(markup: &'static str) -> Self {
        Html(markup.to_owned())
    }

    /// This piece and then another one.
    pub(crate) fn then(mut self, next: impl Into<Html>) -> Self {
        self.0 += &next.into().0;
        self
    }

    /// The markup.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl<T: Into<Html>> FromIterator<T> for Html {
    fn from_iter<I: IntoIterator<Item = T>>(pieces: I) -> Self {
        pieces.into_iter().fold(Html::new(), Html::then)
    }
}

/// An element in the making.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    name: &'static str,
    start: String,
    inside: Html,
}

/// An element without attributes and content.
pub(crate) fn tag(name: &'static str) -> Element {
    Element { name, start: format!("<{name}"), inside: Html::new() }
}

impl Element {
    /// With an attribute, its value escaped.
    pub(crate) fn set(mut self, name: &'static str, value: &str) -> Self {
        self.start.push(' ');
        self.start += name;
        self.start += "=\"";
        escape(value, &mut self.start);
        self.start.push('"');
        self
    }

    /// With an attribute that is a number, two decimals at most.
    pub(crate) fn number(self, name: &'static str, value: f64) -> Self {
        self.set(name, &coordinate(value))
    }

    /// With a class.
    pub(crate) fn class(self, class: &'static str) -> Self {
        self.set("class", class)
    }

    /// With text after what is inside already.
    pub(crate) fn text(self, text: &str) -> Self {
        self.with(Html::text(text))
    }

    /// With a sentence after what is inside already.
    pub(crate) fn prose(self, text: &str) -> Self {
        self.with(Html::prose(text))
    }

    /// With a piece after what is inside already.
    pub(crate) fn with(mut self, piece: impl Into<Html>) -> Self {
        self.inside = self.inside.then(piece);
        self
    }

    /// With several pieces.
    pub(crate) fn all<T: Into<Html>>(self, pieces: impl IntoIterator<Item = T>) -> Self {
        self.with(pieces.into_iter().collect::<Html>())
    }
}

impl From<Element> for Html {
    fn from(element: Element) -> Self {
        let Element { name, mut start, inside } = element;
        start.push('>');
        start += &inside.0;
        if !matches!(name, "meta" | "img" | "br") {
            let _ = write!(start, "</{name}>");
        }
        Html(start)
    }
}

/// A coordinate: two decimals at most, so that pages stay small.
pub(crate) fn coordinate(value: f64) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

fn escape(text: &str, out: &mut String) {
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(sign),
            // What cannot be seen, and what turns the direction of the text after it.
            sign if sign.is_control()
                || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                out.push('\u{fffd}');
            }
            sign => out.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Html, coordinate, tag};

    #[test]
    fn text_and_attributes_are_never_markup() {
        let name = "<script>alert(\"1\")</script>' & \u{0}\u{202e}";
        let html: Html = tag("td").set("title", name).text(name).into();
        let escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; &amp; \u{fffd}\u{fffd}";
        assert_eq!(html.into_string(), format!("<td title=\"{escaped}\">{escaped}</td>"));
    }

    #[test]
    fn names_in_sentences_are_set_apart() {
        assert_eq!(Html::prose("a `<b>` c").into_string(), "a <code>&lt;b&gt;</code> c");
        assert_eq!(Html::prose("it`s").into_string(), "it`s");
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([1.0, 0.126, -0.001, 10.0].map(coordinate), ["1", "0.13", "0", "10"]);
    }
}
