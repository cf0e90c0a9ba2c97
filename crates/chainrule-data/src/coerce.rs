//! Cells of a format that has types, as a caller wants them.
//!
//! It must not know formats.

use crate::error::shorten;
use crate::file_error::FileError;
use crate::frame::{Cells, Column, MISSING, Texts, Wanted};

/// The column as `wanted`: numbers as text in their shortest form, text as numbers where it is written so.
///
/// `first_row` is the number of the first row in the file, for messages. Cells of [`Wanted::Skip`] are left as they are.
///
/// # Errors
/// [`FileError::NotFinite`] for an infinity, [`FileError::NotANumber`] for text where numbers are wanted.
pub(crate) fn coerce(
    name: &str,
    cells: Cells,
    wanted: Wanted,
    first_row: usize,
) -> Result<Column, FileError> {
    let cells = match (cells, wanted) {
        (Cells::Texts(texts), Wanted::Number) => Cells::Numbers(numbers(name, &texts, first_row)?),
        (Cells::Times(times), Wanted::Number) => Cells::Numbers(times),
        (cells @ (Cells::Numbers(_) | Cells::Times(_)), Wanted::Text) => {
            let texts: Vec<_> = (0..cells.rows()).map(|row| cells.text(row)).collect();
            Cells::Texts(Texts::from_cells(texts.iter().map(Option::as_deref)))
        }
        (cells, _) => cells,
    };
    if let Cells::Numbers(values) | Cells::Times(values) = &cells
        && let Some(row) = values.iter().position(|value| value.is_infinite())
    {
        let (row, value) = (first_row + row, values[row]);
        return Err(FileError::NotFinite { row, column: shorten(name), value });
    }
    Ok(Column::new(name, cells))
}

fn numbers(name: &str, texts: &Texts, first_row: usize) -> Result<Vec<f64>, FileError> {
    let parsed: Vec<Option<f64>> = texts
        .dictionary()
        .iter()
        .map(|text| text.trim().parse().ok().filter(|value: &f64| value.is_finite()))
        .collect();
    let number = |(row, code): (usize, &u32)| match parsed.get(*code as usize) {
        Some(Some(number)) => Ok(*number),
        None if *code == MISSING => Ok(f64::NAN),
        _ => {
            let value = shorten(texts.text(row).unwrap_or_default());
            Err(FileError::NotANumber { row: first_row + row, column: shorten(name), value })
        }
    };
    texts.codes().iter().enumerate().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_what_is_wanted() {
        let column = |cells, wanted| coerce("a", cells, wanted, 10);
        let texts = || Cells::Texts(Texts::from_cells([Some("1.5"), None, Some(" 2 ")]));
        let Cells::Numbers(numbers) = column(texts(), Wanted::Number).unwrap().into_cells() else { panic!() };
        assert_eq!((numbers[0], numbers[1].is_nan(), numbers[2]), (1.5, true, 2.0));
        let written = column(Cells::Numbers(vec![0.1, f64::NAN]), Wanted::Text).unwrap();
        assert_eq!(written.cells(), &Cells::Texts(Texts::from_cells([Some("0.1"), None])));
        let words = Cells::Texts(Texts::from_cells([Some("1"), Some("inf")]));
        insta::assert_snapshot!(column(words, Wanted::Number).unwrap_err(), @"row 11, column `a`: not a number; expected a number, got `inf`");
        insta::assert_snapshot!(column(Cells::Numbers(vec![1.0, f64::NEG_INFINITY]), Wanted::Auto).unwrap_err(), @"
        row 11, column `a`: not finite; expected a finite number, got `-inf`
        help: remove the row, or write NaN for a missing value
        ");
    }
}
