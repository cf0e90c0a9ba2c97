//! Columns of text, aligned.
//!
//! Must not know: what stands in them.

/// Lines of aligned columns, two spaces apart: the first column to the left, the others to the right.
pub(crate) fn align(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|text| length(text)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter().map(|row| line(row, &widths)).collect::<Vec<_>>().join("\n")
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cell = |(column, (text, width)): (usize, (&String, &usize))| {
        let space = " ".repeat(width - length(text));
        if column == 0 { format!("{text}{space}") } else { format!("{space}{text}") }
    };
    let cells: Vec<String> = row.iter().zip(widths).enumerate().map(cell).collect();
    cells.join("  ").trim_end().to_owned()
}

/// Lines of a label and a text: `data      iris`. A text of several lines stays in its column.
pub(crate) fn labelled(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    let indent = format!("\n{}", " ".repeat(width + 2));
    let line = |(label, text): &(&str, String)| format!("{label:width$}  {}", text.replace('\n', &indent));
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A number of things: `1 epoch`, `2 epochs`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{align, labelled};

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".into(), "10".into()], vec!["bcd".into(), "5".into(), "x".into()]];
        assert_eq!(align(&rows), "a    10\nbcd   5  x");
        assert_eq!(labelled(&[("a", "b\nc".into()), ("long", "d".into())]), "a     b\n      c\nlong  d");
    }
}
