//! What each column of a table is for: number, boolean, category, date, or nothing that helps.
//!
//! [`decide`] looks at the cells and gives one [`Decision`] per column, with its reason in words; [`Wishes`] overrule it.
//!
//! It must not know how a decision is carried out, nor the network.

mod wishes;

pub use wishes::Wishes;

use crate::{DateOrder, Error, Frame, Roles, Warning};

/// What a column is taken for, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The column.
    pub column: String,
    /// What it is taken for.
    pub kind: Kind,
    /// Why, in a few words such as `3 distinct texts`.
    pub reason: String,
}

/// What a column is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A number, scaled.
    Number,
    /// One of two texts such as `no` and `yes`: 0 or 1.
    Boolean {
        /// The text that becomes 0, in lower case.
        no: String,
        /// The text that becomes 1, in lower case.
        yes: String,
    },
    /// One of several levels.
    Category,
    /// A point in time, taken apart. `None` for cells that are points in time already.
    DateTime(Option<DateOrder>),
    /// Not used.
    SetAside,
}

/// The decisions for all features of a table, and what looks odd.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decisions {
    /// One per column that may be a feature, in the order of the table.
    pub columns: Vec<Decision>,
    /// What looks odd.
    pub warnings: Vec<Warning>,
}

impl Kind {
    /// The kind in a word: `number`, `boolean`, `category`, `date-time` or `set aside`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Boolean { .. } => "boolean",
            Self::Category => "category",
            Self::DateTime(_) => "date-time",
            Self::SetAside => "set aside",
        }
    }
}

/// Decides what every column but those with a role of their own is for.
///
/// # Errors
/// [`Error::MissingColumns`] for wishes and roles that name no column; [`Error::NotANumber`] for a column of numbers
/// with a few texts between them, and for texts in a column that is wished to be numbers; [`Error::NoFeatures`] if
/// nothing is left.
pub fn decide(frame: &Frame, roles: &Roles, wishes: &Wishes) -> Result<Decisions, Error> {
    let names: Vec<String> = frame.names().map(str::to_owned).collect();
    roles.check(&names)?;
    wishes.check(&names)?;
    todo!()
}
