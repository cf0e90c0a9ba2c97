//! What each column of a table is for: number, boolean, category, date, or nothing that helps.
//!
//! [`decide`] looks at the cells and gives one [`Decision`] per column, with its reason in words; [`Wishes`] overrule it.
//!
//! It must not know how a decision is carried out, nor the network.

mod dates;
pub(crate) mod leak;
pub(crate) mod numbers;
mod texts;
mod wishes;

pub(crate) use dates::date_order;
pub(crate) use texts::{are_numbers, boolean_value};
pub use wishes::Wishes;

use std::fmt;

use crate::frame::{Cells, Column};
use crate::preparation::{not_a_number, number_column};
use crate::{DateOrder, Error, Frame, Roles, Warning};

/// What a column is taken for, and why. `Display` gives it in words, such as ``column `size`: number (1 to 9)``.
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
    /// What looks odd among the columns that are used.
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

impl fmt::Display for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "column `{}`: {} ({})", self.column, self.kind.name(), self.reason)
    }
}

/// Why a column that the user dropped is set aside.
const DROPPED: &str = "dropped as asked";

/// Why a column is set aside that the user did not name where others are.
const UNNAMED: &str = "not among the features that were named";

/// Decides what every column is for, but target, weight and group of `roles`.
///
/// Thresholds, by what a column looks like:
/// - numbers that count the rows from 0 or 1, whole numbers that are all different under a name such as `id`, texts of
///   which nearly every row has its own, and columns with one value in all rows are set aside;
/// - texts that are all plain numbers, as typed files have them, are judged as numbers;
/// - two texts such as `no` and `yes` are a boolean, dates in one of the usual forms a date-time;
/// - all other texts are categories, all other numbers numbers.
///
/// # Errors
/// [`Error::MissingColumns`] for wishes and roles that name no column; [`Error::TwoWishes`], [`Error::TwoRoles`];
/// [`Error::NotANumber`] for a column of numbers with a few texts between them, and for text in a column that is wished
/// to be numbers; [`Error::NothingLeft`] if every column is set aside.
///
/// ```
/// use chainrule_data::frame::{Column, Frame};
/// use chainrule_data::{Roles, infer};
///
/// let frame = Frame::new(vec![
///     Column::texts("smokes", [Some("yes"), Some("no"), None]),
///     Column::numbers("charges", vec![1.5, 2.5, 9.0]),
/// ])?;
/// let roles = Roles { target: vec!["charges".into()], ..Roles::default() };
/// let decisions = infer::decide(&frame, &roles, &infer::Wishes::default())?;
/// assert_eq!(decisions.columns[0].to_string(), "column `smokes`: boolean (`no` and `yes`, 1 missing)");
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn decide(frame: &Frame, roles: &Roles, wishes: &Wishes) -> Result<Decisions, Error> {
    let names: Vec<String> = frame.names().map(str::to_owned).collect();
    roles.check(&names)?;
    wishes.check(&names)?;
    let mut decisions = Decisions::default();
    for column in frame.columns().iter().filter(|column| roles.is_feature(column.name())) {
        let (kind, reason) = column_kind(frame, column, wishes)?;
        if kind == Kind::Number {
            decisions.warnings.extend(numbers::warning(frame, column));
        }
        decisions.columns.push(Decision { column: column.name().to_owned(), kind, reason });
    }
    if decisions.columns.iter().all(|decision| decision.kind == Kind::SetAside) {
        return Err(nothing_left(&decisions.columns, &roles.target));
    }
    if let [target] = &roles.target[..] {
        decisions.warnings.extend(leak::warnings(frame, target, &decisions.columns));
    }
    Ok(decisions)
}

/// What [`decide`] would say of one column, which may be a feature, and what looks odd about it: for tables whose columns are
/// looked at one after the other. A column that is set aside is no error here.
///
/// `frame` has this column and the target columns of `roles` at least; wishes for other columns are passed over.
///
/// # Errors
/// [`Error::MissingColumns`] if the column is not there; [`Error::NotANumber`] as [`decide`].
pub fn decide_one(
    frame: &Frame,
    name: &str,
    roles: &Roles,
    wishes: &Wishes,
) -> Result<(Decision, Vec<Warning>), Error> {
    let column = frame.require([name])?[0];
    let (kind, reason) = column_kind(frame, column, wishes)?;
    let decision = Decision { column: name.to_owned(), kind, reason };
    let mut warnings = Vec::new();
    if decision.kind == Kind::Number {
        warnings.extend(numbers::warning(frame, column));
    }
    if let [target] = &roles.target[..] {
        warnings.extend(leak::warnings(frame, target, std::slice::from_ref(&decision)));
    }
    Ok((decision, warnings))
}

/// The error for a table whose columns are all set aside, with their reasons.
pub fn nothing_left(decisions: &[Decision], target: &[String]) -> Error {
    let by_looks =
        decisions.iter().filter(|decision| ![DROPPED, UNNAMED].contains(&decision.reason.as_str()));
    let reason =
        |decision: &Decision| format!("`{}` ({})", crate::error::shorten(&decision.column), decision.reason);
    let reasons: Vec<String> = by_looks.take(10).map(reason).collect();
    if reasons.is_empty() {
        return Error::NoFeatures { target: target.to_vec() };
    }
    Error::NothingLeft { reasons: reasons.join(", ") }
}

/// What one column is for, and why.
pub(crate) fn column_kind(frame: &Frame, column: &Column, wishes: &Wishes) -> Result<(Kind, String), Error> {
    let listed = |names: &[String]| names.iter().any(|name| name == column.name());
    let chosen = listed(&wishes.features);
    if listed(&wishes.drop) {
        return Ok((Kind::SetAside, DROPPED.into()));
    }
    if !wishes.features.is_empty() && !chosen {
        return Ok((Kind::SetAside, UNNAMED.into()));
    }
    if listed(&wishes.categorical) {
        return Ok((Kind::Category, "as declared".into()));
    }
    if listed(&wishes.numeric) {
        return number_column(frame, column).map(|_| (Kind::Number, "as declared".into()));
    }
    let (kind, reason) = match column.cells() {
        Cells::Numbers(numbers) => numbers::kind(column.name(), numbers, chosen),
        Cells::Texts(texts) if are_numbers(texts, frame.mark()) => {
            numbers::kind(column.name(), &number_column(frame, column)?, chosen)
        }
        Cells::Texts(texts) => match texts::kind(texts, frame.mark(), chosen) {
            texts::Found::Kind(kind, reason) => (kind, reason),
            texts::Found::TextAmongNumbers(row) => return Err(not_a_number(frame, column, row)),
        },
        Cells::Times(times) => dates::kind_of_times(times),
    };
    Ok((kind, with_missing(reason, column)))
}

/// The reason, with the count of missing cells.
fn with_missing(reason: String, column: &Column) -> String {
    match column.missing() {
        0 => reason,
        missing if missing == column.rows() => reason,
        missing => format!("{reason}, {missing} missing"),
    }
}
