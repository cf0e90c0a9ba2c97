//! Tables: a caption, a heading for each column and for each row, and room to scroll where a screen is narrow.

use crate::html::{Element, Html, tag};

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words, to the left.
    Words,
    /// Numbers, to the right.
    Numbers,
}

/// A table in the making.
pub(super) struct Table {
    caption: String,
    heads: Vec<(String, Kind)>,
    rows: Vec<Vec<Html>>,
    class: &'static str,
}

impl Table {
    /// A table with these columns; the first names the rows.
    pub(super) fn new(caption: &str, heads: &[(&str, Kind)]) -> Self {
        let heads = heads.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        Table { caption: caption.to_owned(), heads, rows: Vec::new(), class: "" }
    }

    /// With one more column.
    pub(super) fn column(mut self, name: &str, kind: Kind) -> Self {
        self.heads.push((name.to_owned(), kind));
        self
    }

    /// With a class.
    pub(super) fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// With rows of text.
    pub(super) fn rows(self, rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let rows = rows.into_iter().map(|row| row.iter().map(|cell| Html::text(cell)).collect::<Vec<_>>());
        self.cells(rows)
    }

    /// With rows of pieces.
    pub(super) fn cells(mut self, rows: impl IntoIterator<Item = Vec<Html>>) -> Self {
        self.rows.extend(rows);
        self
    }

    fn head(&self) -> Element {
        let head = |(name, kind): &(String, Kind)| aligned(tag("th").set("scope", "col"), *kind).text(name);
        tag("thead").with(tag("tr").all(self.heads.iter().map(head)))
    }

    fn body(self) -> Element {
        let kinds: Vec<Kind> = self.heads.iter().map(|(_, kind)| *kind).collect();
        let cell = |(at, cell): (usize, Html)| {
            let kind = kinds.get(at).copied().unwrap_or(Kind::Words);
            let element = if at == 0 { tag("th").set("scope", "row") } else { tag("td") };
            aligned(element, kind).with(cell)
        };
        let row = |row: Vec<Html>| tag("tr").all(row.into_iter().enumerate().map(cell));
        tag("tbody").all(self.rows.into_iter().map(row))
    }

    /// The table alone.
    pub(super) fn element(self) -> Element {
        let start = if self.class.is_empty() { tag("table") } else { tag("table").class(self.class) };
        let caption = tag("caption").text(&self.caption);
        let head = self.head();
        start.with(caption).with(head).with(self.body())
    }
}

impl From<Table> for Html {
    /// The table in a box that scrolls sideways, reachable by keyboard.
    fn from(table: Table) -> Self {
        let name = table.caption.clone();
        scrolling(&name, table.element())
    }
}

/// A box that scrolls sideways where there is not enough room.
pub(super) fn scrolling(name: &str, inside: impl Into<Html>) -> Html {
    tag("div")
        .class("scroll")
        .set("tabindex", "0")
        .set("role", "region")
        .set("aria-label", name)
        .with(inside)
        .into()
}

fn aligned(element: Element, kind: Kind) -> Element {
    if kind == Kind::Numbers { element.class("n") } else { element }
}
