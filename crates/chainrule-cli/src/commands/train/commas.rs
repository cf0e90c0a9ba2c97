//! Columns of numbers with decimal commas, which would be taken for texts.
//!
//! Must not know: how a table is split.

use chainrule_data::frame::{Cells, Texts};
use chainrule_data::{Error, Frame};

/// Refuses a table in which every text of a column is a number such as `1,5`, unless it is declared one of categories.
///
/// Groups of three digits alone, such as `1,500`, may as well be thousands, so they are texts.
///
/// # Errors
/// [`Error::NotANumber`] with the first such cell, and the option that reads it.
pub(super) fn check(frame: &Frame, categorical: &[String]) -> Result<(), Error> {
    for column in
        frame.columns().iter().filter(|column| !categorical.iter().any(|name| name == column.name()))
    {
        let Cells::Texts(texts) = column.cells() else { continue };
        if !are_decimals(texts) {
            continue;
        }
        let first = (0..column.rows()).find(|row| texts.text(*row).is_some_and(has_comma));
        if let Some(row) = first {
            return Err(Error::NotANumber {
                place: frame.place(row),
                column: column.name().to_owned(),
                value: texts.text(row).unwrap_or_default().to_owned(),
                help: "the decimal mark looks like a comma: declare it, or write points (--decimal-comma)"
                    .into(),
            });
        }
    }
    Ok(())
}

/// Whether all texts are numbers with a comma or without, and some cannot be thousands.
fn are_decimals(texts: &Texts) -> bool {
    let number =
        |text: &str| !text.contains('.') && text.replacen(',', ".", 1).parse().is_ok_and(f64::is_finite);
    let decimals = |text: &str| text.split_once(',').is_some_and(|(_, digits)| digits.len() != 3);
    let all = || texts.dictionary().iter().map(String::as_str);
    all().all(number) && all().any(decimals)
}

fn has_comma(text: &str) -> bool {
    text.contains(',')
}

#[cfg(test)]
mod tests {
    use chainrule_data::Frame;
    use chainrule_data::frame::Column;

    use super::check;

    #[test]
    fn decimal_commas_are_told_from_thousands_and_texts() {
        let is_refused = |cells: &[&str]| {
            let frame = Frame::new(vec![Column::texts("a", cells.iter().map(|cell| Some(*cell)))]).unwrap();
            check(&frame, &[]).is_err()
        };
        assert!(is_refused(&["1,5", "2", "-0,25"]));
        assert!(!is_refused(&["1,500", "12,000"]));
        assert!(!is_refused(&["1,5", "red"]));
        assert!(!is_refused(&["01", "02"]));
    }
}
