//! Tables in text: comma, semicolon, tab or bar separated values.
//!
//! Feature columns hold numbers. The target is one column of classes or numbers, or several columns of numbers; by
//! default the last column. Class names are kept as the text they are and sorted (by number if all are numbers, else
//! by bytes), so that the numbering of the classes does not depend on the order of the rows.
//!
//! UTF-8 with or without byte order mark, LF or CRLF, quotes as in RFC 4180; blank lines are skipped. What was guessed
//! (separator, header, kind of target) is reported in [`Table`].
//!
//! It must not know files, nor which network will learn the table.

mod blocks;
mod body;
mod cell;
mod decimal;
mod dialect;
mod fields;
mod grid;
mod labels;
mod lines;
mod matching;
mod odd;
mod options;
mod quick;
mod record;
mod rows;
mod separator;
mod stream;
mod target;
mod text;
mod whole;
mod write;

use std::fmt;
use std::io::Read;

pub use crate::number::DecimalMark;
pub use dialect::{Dialect, Missing};
pub use matching::{Layout, Matched, read_matching};
pub use options::{Header, Options, TargetColumns, TargetKind};
pub use stream::Stream;
pub use whole::{check_columns, read_frame, read_frame_again};
pub use write::write;

pub(crate) use target::reading as whole_numbers;

use crate::nearest::nearest;
use crate::{Dataset, Error, Features, Target, Warning};
use body::Columns;
use grid::Grid;
use target::TargetColumn;

/// A table that was read, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Features and target.
    pub dataset: Dataset,
    /// Separator and header.
    pub format: Format,
    /// How the target was read.
    pub target_reading: TargetReading,
    /// What looks odd.
    pub warnings: Vec<Warning>,
}

/// How the text was split. `Display` gives it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The byte between fields.
    pub separator: u8,
    /// Whether the first row holds names.
    pub has_header: bool,
}

/// How the target was read, and so which task is likely. `Display` gives it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetReading {
    /// As the options say.
    Declared,
    /// Text, so classes.
    Text,
    /// Numbers with leading zeros such as `01`, so codes, kept as classes.
    Codes,
    /// At most 50 distinct whole numbers, kept as numbers; [`Target::into_classes`] makes them classes.
    WholeNumbers {
        /// How many distinct ones.
        distinct: usize,
    },
    /// Numbers.
    Numbers,
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = if self.has_header { "a header" } else { "no header" };
        write!(formatter, "separator {}, {header}", separator::name(self.separator))
    }
}

impl fmt::Display for TargetReading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared => write!(formatter, "as declared"),
            Self::Text => write!(formatter, "text, read as classes"),
            Self::Codes => write!(formatter, "numbers with leading zeros, read as classes"),
            Self::WholeNumbers { distinct } => write!(formatter, "whole numbers, {distinct} distinct"),
            Self::Numbers => write!(formatter, "numbers"),
        }
    }
}

/// Reads a table from the bytes of a file.
///
/// # Errors
/// What is wrong, with its line and column; see [`Error`]. A class target with a single class is an error, since
/// nothing can be learned from it.
///
/// ```
/// use chainrule_data::csv::{self, Options};
///
/// let table = csv::read(b"width;height;kind\n1.5;2;small\n8;9;large\n", &Options::default())?;
/// assert_eq!(table.dataset.feature_names(), ["width", "height"]);
/// assert_eq!(table.dataset.target().class_names().unwrap(), ["large", "small"]);
/// assert_eq!(table.format.to_string(), "separator semicolon, a header");
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn read(bytes: &[u8], options: &Options) -> Result<Table, Error> {
    let mut grid = Grid::open(bytes, options)?;
    let (features, targets) = choose_columns(&grid, options)?;
    let columns = Columns { features: &features, targets: &targets, kind: options.target_kind };
    let body = body::read(&mut grid, &columns, options.decimal_mark)?;
    let (target, target_reading) = read_targets(body.targets, options.target_kind)?;
    let names = features.iter().map(|at| grid.names[*at].clone()).collect();
    let features = Features::real(features.len(), body.features)?;
    let dataset = Dataset::new(&options.name, names, features, target)?;
    let warnings = odd::warnings(&dataset);
    Ok(Table { dataset, format: grid.format, target_reading, warnings })
}

/// Reads a table from a source, to its end.
///
/// # Errors
/// As [`read()`], and [`Error::Source`] if the source fails.
pub fn read_from(mut source: impl Read, options: &Options) -> Result<Table, Error> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(Error::Source)?;
    read(&bytes, options)
}

/// Positions of the feature columns and of the target columns.
fn choose_columns(grid: &Grid<'_>, options: &Options) -> Result<(Vec<usize>, Vec<usize>), Error> {
    if let [column] = &grid.names[..] {
        return Err(one_column(grid, column, options.separator));
    }
    let ignored = positions(grid, &options.ignore)?;
    let left: Vec<usize> = (0..grid.names.len()).filter(|at| !ignored.contains(at)).collect();
    let targets = match &options.target {
        TargetColumns::Last => left.last().copied().into_iter().collect(),
        TargetColumns::Named(names) => positions(grid, names)?,
    };
    let features: Vec<usize> = left.into_iter().filter(|at| !targets.contains(at)).collect();
    if features.is_empty() || targets.is_empty() {
        return Err(Error::NoFeatures { target: targets.iter().map(|at| grid.names[*at].clone()).collect() });
    }
    Ok((features, targets))
}

fn one_column(grid: &Grid<'_>, column: &str, separator: Option<u8>) -> Error {
    let tried = match separator {
        Some(separator) => {
            format!("the separator was given as {}; is it another?", separator::name(separator))
        }
        None => {
            let tried = separator::CANDIDATES.map(separator::name).join(", ");
            format!("tried the separators {tried}; if it is another, say which")
        }
    };
    Error::OneColumn { line: grid.first_line, column: crate::error::shorten(column), tried }
}

/// Positions of named columns; all that are missing are named at once.
fn positions(grid: &Grid<'_>, names: &[String]) -> Result<Vec<usize>, Error> {
    let missing: Vec<String> = names.iter().filter(|name| grid.position(name).is_none()).cloned().collect();
    let Some(first) = missing.first() else {
        return Ok(names.iter().filter_map(|name| grid.position(name)).collect());
    };
    let nearest = nearest(first, grid.names.iter().map(String::as_str)).map(str::to_owned);
    Err(Error::MissingColumns { missing, columns: grid.names.clone(), nearest })
}

fn read_targets(mut columns: Vec<TargetColumn>, kind: TargetKind) -> Result<(Target, TargetReading), Error> {
    if columns.len() == 1
        && let Some(column) = columns.pop()
    {
        return column.into_target(kind);
    }
    let mut names = Vec::new();
    let mut by_column = Vec::new();
    for column in columns {
        if let (Target::Values { names: name, values }, _) = column.into_target(TargetKind::Values)? {
            names.extend(name);
            by_column.push(values);
        }
    }
    let rows = by_column.first().map_or(0, Vec::len);
    let values = (0..rows).flat_map(|row| by_column.iter().map(move |column| column[row])).collect();
    Ok((Target::values(names, values)?, TargetReading::Numbers))
}
