//! What sections are built of.

use crate::html::{Element, Html, tag};

/// A section with a title and an address of its own.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    body: Html,
}

impl Section {
    /// A section.
    pub(super) fn new(id: &'static str, title: &'static str, body: Html) -> Self {
        Section { id, title, body }
    }
}

impl From<Section> for Html {
    fn from(section: Section) -> Self {
        let heading = tag("h2").text(section.title);
        tag("section").set("id", section.id).with(heading).with(section.body).into()
    }
}

/// A paragraph that explains.
pub(super) fn explain(text: &str) -> Element {
    tag("p").class("explain").prose(text)
}

/// A drawing with words below it.
pub(super) fn figure(drawing: impl Into<Html>, words: &str) -> Element {
    tag("figure").with(drawing).with(tag("figcaption").text(words))
}

/// Drawings beside each other where there is room.
pub(super) fn beside(figures: impl IntoIterator<Item = Element>) -> Element {
    tag("div").class("beside").all(figures)
}

/// Something long that is shown on demand, and on paper where scripts run and it has at most 60 lines.
pub(super) fn folded(title: &str, inside: impl Into<Html>) -> Element {
    tag("details").with(tag("summary").text(title)).with(inside)
}

/// The meaning of the colours of a chart.
pub(super) fn legend<'a>(entries: impl IntoIterator<Item = (&'static str, &'a str)>) -> Element {
    let entry = |(class, name): (&'static str, &'a str)| {
        tag("li")
            .with(tag("i").set("class", &format!("swatch {class}")).set("aria-hidden", "true"))
            .text(name)
    };
    tag("ul").class("legend").all(entries.into_iter().map(entry))
}
