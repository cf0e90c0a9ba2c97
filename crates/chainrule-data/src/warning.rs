//! What looks odd in data that can still be used.
//!
//! It must not know how a warning is shown.

use std::fmt;

/// Something odd that does not stop the reading. `Display` gives one sentence, in the manner of an error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// A feature with one value in all rows: it carries no information and is scaled to 0.
    ConstantColumn {
        /// The column.
        column: String,
        /// Its value.
        value: f64,
    },
    /// A feature that counts the rows: probably an identifier, which a network would learn by heart.
    RowNumbers {
        /// The column.
        column: String,
        /// The number in the first row.
        first: f64,
    },
    /// A feature of long whole numbers that are all different: probably an identifier.
    Identifiers {
        /// The column.
        column: String,
    },
    /// A feature that determines the target: perhaps the target in another form.
    Leak {
        /// The column.
        column: String,
        /// The target column.
        target: String,
    },
    /// A class column with so many classes that it is probably the wrong one.
    ManyClasses {
        /// The target column.
        column: String,
        /// Number of classes.
        classes: usize,
        /// Number of rows.
        rows: usize,
    },
    /// Columns that the model does not use.
    UnusedColumns {
        /// Their names.
        columns: Vec<String>,
    },
    /// A file without header: its columns were taken in the order of the training.
    MatchedByPosition {
        /// How many columns were taken.
        columns: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConstantColumn { column, value } => {
                write!(
                    formatter,
                    "column `{column}`: the value is {value} in every row; it will be scaled to 0"
                )
            }
            Self::RowNumbers { column, first } => {
                write!(
                    formatter,
                    "column `{column}`: counts the rows from {first}; if it is an identifier, leave it out"
                )
            }
            Self::Identifiers { column } => {
                write!(
                    formatter,
                    "column `{column}`: whole numbers of one length, all different; if they are identifiers, leave the \
                    column out"
                )
            }
            Self::Leak { column, target } => {
                write!(
                    formatter,
                    "column `{column}`: determines the target `{target}`; if it is known only afterwards, leave it out"
                )
            }
            Self::ManyClasses { column, classes, rows } => {
                write!(formatter, "column `{column}`: {classes} classes in {rows} rows; is it the target?")
            }
            Self::UnusedColumns { columns } => {
                let count = columns.len();
                let are = if count == 1 { "column is" } else { "columns are" };
                write!(formatter, "header: {count} {are} not used by the model: `{}`", columns.join("`, `"))
            }
            Self::MatchedByPosition { columns } => {
                write!(
                    formatter,
                    "line 1: no header; the {columns} columns were taken in the order of the training"
                )
            }
        }
    }
}
