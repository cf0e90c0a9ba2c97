//! What is suspicious about a column.

use std::fmt;

use crate::Warning;
use crate::error::shorten;

/// Something to look at before training. `Display` gives one sentence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// A column that training would set aside.
    SetAside {
        /// The column.
        column: String,
        /// Why.
        reason: String,
    },
    /// A column whose cells are those of another, row by row.
    Duplicate {
        /// The column.
        column: String,
        /// The one before it.
        of: String,
    },
    /// A column of which no use can be made as it is.
    Unclear {
        /// What is wrong with it, with the column's name and a step that helps.
        message: String,
    },
    /// What training would warn of: counted rows, identifiers, and features that determine the target.
    Odd(Warning),
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetAside { column, reason } => {
                write!(formatter, "column `{}`: set aside; {reason}", shorten(column))
            }
            Self::Duplicate { column, of } => {
                let (column, of) = (shorten(column), shorten(of));
                write!(formatter, "column `{column}`: the same as `{of}` in every row; one of them is enough")
            }
            Self::Unclear { message } => formatter.write_str(message),
            Self::Odd(warning) => warning.fmt(formatter),
        }
    }
}
