//! Columns that can be used and yet look odd: constants, row numbers, targets of names.
//!
//! It must not know how the table was read.

use crate::{Dataset, Target, Warning};

/// Fewest rows for which a column that counts them is odd.
const COUNTED_ROWS: usize = 10;

/// What looks odd in a table.
pub(super) fn warnings(dataset: &Dataset) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if dataset.rows() > 1 {
        for (column, name) in dataset.feature_names().iter().enumerate() {
            let first = dataset.features().value(0, column);
            if is_constant(dataset, column) {
                warnings.push(Warning::ConstantColumn { column: name.clone(), value: first });
            } else if dataset.rows() >= COUNTED_ROWS && counts_rows(dataset, column) {
                warnings.push(Warning::RowNumbers { column: name.clone(), first });
            }
        }
    }
    warnings.extend(many_classes(dataset));
    warnings
}

/// Whether all rows have one value; in most columns, the second row says no.
fn is_constant(dataset: &Dataset, column: usize) -> bool {
    let value = |row| dataset.features().value(row, column);
    (1..dataset.rows()).all(|row| value(row) == value(0))
}

fn many_classes(dataset: &Dataset) -> Option<Warning> {
    let Target::Classes { column, names, labels } = dataset.target() else { return None };
    let (classes, rows) = (names.len(), labels.len());
    let many = rows >= COUNTED_ROWS && classes > rows / 2;
    many.then(|| Warning::ManyClasses { column: column.clone(), classes, rows })
}

fn counts_rows(dataset: &Dataset, column: usize) -> bool {
    let value = |row| dataset.features().value(row, column);
    value(0).fract() == 0.0 && (1..dataset.rows()).all(|row| value(row) == value(row - 1) + 1.0)
}
