//! A whole text table as a data set: numbers without gaps, and a target.
//!
//! The target is one column of classes or numbers, or several columns of numbers; by default the last column. Class names are
//! kept as the text they are and sorted (by number if all are numbers, else by bytes), so that the numbering of the classes
//! does not depend on the order of the rows.
//!
//! It must not know files, nor which network will learn the table.

use super::{Dialect, Format, Missing, Options, Stream, TargetColumns, TargetKind, TargetReading};
use super::{check_columns, odd, read_frame};
use crate::error::shorten;
use crate::preparation::number_column;
use crate::roles::check_known;
use crate::{Dataset, Error, Features, Frame, Place, TableReader, Wanted, Warning, read_target};

/// Rows whose numbers are put side by side together, so that they stay in the nearest cache.
const TOGETHER: usize = 64;

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
    let dialect = dialect(options);
    let stream = Stream::open(bytes, &dialect)?;
    check_columns(stream.names(), stream.first_line(), &dialect)?;
    let (features, targets) = choose_columns(stream.names(), options)?;
    let is_class = options.target_kind == TargetKind::Classes && targets.len() == 1;
    let wanted = |name: &str| match name {
        _ if targets.iter().any(|target| target == name) && is_class => Wanted::Text,
        _ if targets.iter().any(|target| target == name) => Wanted::Auto,
        _ if options.ignore.iter().any(|ignored| ignored == name) => Wanted::Skip,
        _ => Wanted::Number,
    };
    let (frame, format) = read_frame(bytes, &dialect, &wanted)?;
    check_whole(&frame)?;
    let read = read_target(&frame, &targets, options.target_kind)?;
    let features_of = side_by_side(&frame, &features)?;
    let dataset = Dataset::new(&options.name, features, features_of, read.target)?;
    let warnings = odd::warnings(&dataset);
    Ok(Table { dataset, format, target_reading: read.reading, warnings })
}

/// Cells without anything in them are missing, and no others: `NA` may be a class.
fn dialect(options: &Options) -> Dialect {
    let Options { separator, header, decimal_mark, .. } = *options;
    Dialect { separator, header, decimal_mark, missing: Missing::only(Vec::new()) }
}

/// The names of the feature columns and of the target columns.
fn choose_columns(names: &[String], options: &Options) -> Result<(Vec<String>, Vec<String>), Error> {
    check_known(options.ignore.iter().map(String::as_str), names)?;
    let left: Vec<String> = names.iter().filter(|name| !options.ignore.contains(name)).cloned().collect();
    let targets: Vec<String> = match &options.target {
        TargetColumns::Last => left.last().cloned().into_iter().collect(),
        TargetColumns::Named(named) => named.clone(),
    };
    check_known(targets.iter().map(String::as_str), names)?;
    let features: Vec<String> = left.into_iter().filter(|name| !targets.contains(name)).collect();
    if features.is_empty() || targets.is_empty() {
        return Err(Error::NoFeatures { target: targets });
    }
    Ok((features, targets))
}

/// Refuses a table with missing cells, and counts them by column.
fn check_whole(frame: &Frame) -> Result<(), Error> {
    let missing = frame.columns().iter().map(|column| (column, column.missing()));
    let missing: Vec<_> = missing.filter(|(_, count)| *count > 0).collect();
    let first = (0..frame.rows()).find_map(|row| {
        let column = missing.iter().find(|(column, _)| column.cells().is_missing(row))?.0;
        Some((row, column))
    });
    let Some((row, column)) = first else { return Ok(()) };
    let counts = missing.iter().map(|(column, count)| format!("`{}` {count}", shorten(column.name())));
    Err(Error::Missing {
        line: match frame.place(row) {
            Place::Line(line) => line,
            Place::Row(row) => row as u64,
        },
        column: shorten(column.name()),
        total: missing.iter().map(|(_, count)| count).sum(),
        counts: counts.take(20).collect::<Vec<_>>().join(", "),
    })
}

/// The columns of these names as features, row after row.
fn side_by_side(frame: &Frame, names: &[String]) -> Result<Features, Error> {
    let columns = frame.require(names.iter().map(String::as_str))?;
    let columns = columns.into_iter().map(|column| number_column(frame, column));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let (width, rows) = (columns.len(), frame.rows());
    let mut values = vec![0.0; rows * width];
    for (part, values) in values.chunks_mut(TOGETHER * width).enumerate() {
        for (at, column) in columns.iter().enumerate() {
            let numbers = &column[part * TOGETHER..];
            values
                .iter_mut()
                .skip(at)
                .step_by(width)
                .zip(numbers)
                .for_each(|(value, number)| *value = *number);
        }
    }
    Features::real(width, values)
}
