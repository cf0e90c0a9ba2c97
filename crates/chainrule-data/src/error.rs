//! Every way in which this crate can fail, one variant each: a table.
//!
//! A message reads `where: what is wrong; expected x, got y`, then, where a next step is known, a line `help: ...`.
//! It does not name the file: the caller, who opened it, puts the name in front.
//!
//! It must not know how the message is shown.

use std::fmt;

/// What went wrong while reading, making or selecting data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A constructor got arrays that do not fit each other.
    #[error("{what}: the shape does not fit; expected {expected}, got {got}")]
    Shape {
        /// What was being made.
        what: &'static str,
        /// What fits.
        expected: String,
        /// What came.
        got: String,
    },
    /// A row number that the table does not have.
    #[error("row {row}: out of range; expected a row below {rows}, counted from 0")]
    RowOutOfRange {
        /// The row asked for, from 0.
        row: usize,
        /// Rows of the table.
        rows: usize,
    },
    /// A setting outside its range.
    #[error("`{name}`: out of range; expected {expected}, got {got}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// The range.
        expected: &'static str,
        /// The value.
        got: String,
    },
    /// A column whose mean or deviation overflows.
    #[error(
        "feature column {column}: the values are too large to be scaled; expected magnitudes below 1e154, got more"
    )]
    TooLarge {
        /// The column, from 0.
        column: usize,
    },
    /// A name that no built-in data set has.
    #[error("data set `{name}`: unknown; expected one of {}{}", list(known), did_you_mean(nearest))]
    UnknownDataset {
        /// The name asked for.
        name: String,
        /// All names.
        known: Vec<String>,
        /// The most likely one meant.
        nearest: Option<String>,
    },
    /// A built-in data set that this build leaves out.
    #[error(
        "data set `{name}`: not in this build; expected the cargo feature `{feature}`, got a build without it"
    )]
    LeftOut {
        /// The data set.
        name: &'static str,
        /// The feature that brings it.
        feature: &'static str,
    },
    /// The reader that was handed over failed.
    #[error("reading: the source failed")]
    Source(#[source] std::io::Error),
    /// A packed or binary file that is wrong.
    #[error(transparent)]
    File(#[from] crate::FileError),

    /// A class number that has no class name.
    #[error("row {row}: label out of range; expected a class below {classes}, got {label}")]
    LabelOutOfRange {
        /// The row, from 0.
        row: usize,
        /// The label found.
        label: u32,
        /// Number of classes.
        classes: usize,
    },
    /// A class that the training had not.
    #[error(
        "{place}: class `{label}` was not among the classes of the training; expected one of {}{}",
        list(known),
        did_you_mean(nearest)
    )]
    UnknownClass {
        /// Where it stands.
        place: Place,
        /// The class found.
        label: String,
        /// The classes known.
        known: Vec<String>,
        /// The most likely one meant.
        nearest: Option<String>,
    },
    /// A class asked for that the table has not.
    #[error("class `{label}`: not in the data; expected one of {}{}", list(known), did_you_mean(nearest))]
    NoSuchClass {
        /// The class asked for.
        label: String,
        /// The classes there are.
        known: Vec<String>,
        /// The most likely one meant.
        nearest: Option<String>,
    },
    /// A classification with a single class.
    #[error("column `{column}`: only one class; expected at least 2, got only `{class}`")]
    OneClass {
        /// The target column.
        column: String,
        /// Its only class.
        class: String,
    },
    /// A target that cannot be read as classes.
    #[error("column `{column}`: cannot be read as classes; {reason}")]
    NotClasses {
        /// The target column.
        column: String,
        /// Why not: `expected x, got y`.
        reason: String,
    },
    /// A target that cannot be read as numbers.
    #[error(
        "column `{column}`: cannot be read as numbers; expected a number, got `{class}`\
        \nhelp: text in the target makes this a classification"
    )]
    NotValues {
        /// The target column.
        column: String,
        /// The first class that is no number.
        class: String,
    },

    /// Bytes that are another kind of file.
    #[error("byte 0: this looks like {found}; expected plain text with separated columns\nhelp: {help}")]
    OtherFormat {
        /// What it looks like.
        found: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// Bytes that are no UTF-8.
    #[error(
        "line {line}, byte {offset}: not UTF-8; expected UTF-8 text, got the byte 0x{byte:02x}\
        \nhelp: save the file as UTF-8"
    )]
    NotUtf8 {
        /// Line of the first bad byte, from 1.
        line: usize,
        /// Its offset in the file, from 0.
        offset: usize,
        /// The byte.
        byte: u8,
    },
    /// A zero byte in text.
    #[error("line {line}, byte {offset}: a zero byte; expected text, got binary data")]
    ZeroByte {
        /// Line, from 1.
        line: usize,
        /// Offset in the file, from 0.
        offset: usize,
    },
    /// A quote that is never closed.
    #[error(
        "line {line}: a quote opens here and is never closed; expected a closing `\"` before the end of the file"
    )]
    UnclosedQuote {
        /// Line of the opening quote, from 1.
        line: usize,
    },
    /// A record beyond the limit.
    #[error("line {line}: a row is too long; expected at most {limit} bytes, got more\nhelp: is it a table?")]
    RecordTooLong {
        /// Line where the record starts, from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// A field beyond the limit.
    #[error(
        "line {line}: a field is too long; expected at most {limit} bytes, got more\
        \nhelp: look for an unbalanced quote on this line"
    )]
    FieldTooLong {
        /// Line where the field starts, from 1.
        line: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The first record has more fields than a table may have columns.
    #[error(
        "first record: too many columns; expected at most {limit}, got more\
        \nhelp: if the rows are columns here, turn the table; if it is no table, name the right file"
    )]
    TooManyColumns {
        /// The most columns.
        limit: usize,
    },
    /// The record reader refused the text.
    #[error("records: the text cannot be split into records")]
    Records(#[from] ::csv::Error),
    /// Nothing in the file.
    #[error("line 1: no rows; expected a header and data rows, got an empty file")]
    Empty,
    /// A header and nothing below.
    #[error("line {line}: header but no data rows; expected at least one row after {}", list(header))]
    HeaderOnly {
        /// Line of the header, from 1.
        line: u64,
        /// Its names.
        header: Vec<String>,
    },
    /// A row with more or fewer fields than the first.
    #[error("line {line}: wrong number of fields; expected {expected}, got {got}")]
    Ragged {
        /// The line, from 1.
        line: u64,
        /// Fields of this row.
        got: usize,
        /// Fields of the first row.
        expected: usize,
    },
    /// A header with more or fewer fields than the row below it.
    #[error(
        "line {line}: wrong number of fields; expected {expected} as in the header, got {got}\
        \nhelp: if the line above is no header, such as a title, remove it; else name every column there"
    )]
    HeaderWidth {
        /// The line of the row, from 1.
        line: u64,
        /// Fields of the row.
        got: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// One column where features and a target are wanted.
    #[error(
        "line {line}: only one column, `{column}`; expected features and a target\
        \nhelp: {tried}"
    )]
    OneColumn {
        /// Line of the first record.
        line: u64,
        /// The column.
        column: String,
        /// Which separators were tried, and what to do.
        tried: String,
    },
    /// No column is left for the inputs.
    #[error("columns: no feature is left; expected at least one{}", beside(target))]
    NoFeatures {
        /// The target columns; empty if there is none.
        target: Vec<String>,
    },
    /// Two columns with one name.
    #[error("header: column {first} and column {second} are both called `{name}`; expected distinct names")]
    DuplicateColumn {
        /// The name.
        name: String,
        /// First position, from 1.
        first: usize,
        /// Second position, from 1.
        second: usize,
    },
    /// Columns that the file does not have.
    #[error(
        "header: column {} is missing; expected it among {}{}",
        list(missing),
        list(columns),
        did_you_mean(nearest)
    )]
    MissingColumns {
        /// The columns not found.
        missing: Vec<String>,
        /// The columns there are.
        columns: Vec<String>,
        /// The most likely one meant by the first.
        nearest: Option<String>,
    },
    /// A file without header whose width is not that of the model.
    #[error(
        "line {line}: {got} columns and no header; expected {expected} features, or these and {targets} target"
    )]
    WidthWithoutHeader {
        /// Line of the first record.
        line: u64,
        /// Columns of the file.
        got: usize,
        /// Features expected.
        expected: usize,
        /// Target columns that may follow.
        targets: usize,
    },
    /// Text where a number must stand.
    #[error(
        "{place}, column `{}`: not a number; expected a number, got `{}`\nhelp: {fault}",
        shorten(column),
        shorten(value)
    )]
    NotANumber {
        /// Where it stands: the line of a text table, else the row.
        place: Place,
        /// The column, whole.
        column: String,
        /// The text, whole.
        value: String,
        /// What is wrong with it.
        fault: crate::NumberFault,
    },
    /// NaN, an infinity, or a number beyond the range of `f64`.
    #[error(
        "line {line}, column `{column}`: not finite; expected a finite number, got `{value}`\
        \nhelp: remove the row or fill the cell before training"
    )]
    NotFinite {
        /// The line, from 1.
        line: u64,
        /// The column.
        column: String,
        /// The text, shortened.
        value: String,
    },
    /// Cells without a value.
    #[error(
        "line {line}, column `{column}`: empty cell; expected a value in every cell, got {total} without: {counts}\
        \nhelp: remove these rows or fill the cells before training"
    )]
    Missing {
        /// Line of the first, from 1.
        line: u64,
        /// Column of the first.
        column: String,
        /// How many cells in all.
        total: usize,
        /// How many in each column, in words.
        counts: String,
    },
    /// A target that is part numbers, part text.
    #[error(
        "column `{column}`: numbers and text are mixed; expected one kind, got {numbers} numbers and the text `{value}` \
        in {place}\nhelp: declare the target a class column, or correct the cell"
    )]
    MixedTarget {
        /// The target column.
        column: String,
        /// How many cells are numbers.
        numbers: usize,
        /// The first cell that is none.
        value: String,
        /// Where it stands.
        place: Place,
    },

    /// A column that is named for two things.
    #[error("column `{column}`: two roles; expected it as target, weight, group or time, got it twice")]
    TwoRoles {
        /// The column.
        column: String,
    },
    /// A column in two lists of wishes that exclude each other.
    #[error("column `{column}`: two wishes; expected it in one list, got it in `{first}` and `{second}`")]
    TwoWishes {
        /// The column.
        column: String,
        /// One list.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A column of features whose numbers overflow when they are scaled.
    #[error(
        "column `{column}`: the numbers are too large to be scaled; expected magnitudes below 1e154, got more"
    )]
    CannotScale {
        /// The column.
        column: String,
    },
    /// Text where a date must stand.
    #[error("{place}, column `{column}`: not a date; expected one such as {example}, got `{value}`")]
    NotADate {
        /// Where it stands.
        place: Place,
        /// The column.
        column: String,
        /// A date in the form of the column.
        example: &'static str,
        /// The text, shortened.
        value: String,
    },
    /// Cells of another type than was decided or fitted.
    #[error("column `{column}`: another type of cells; expected {expected}, got {got}")]
    CellType {
        /// The column.
        column: String,
        /// The types that fit.
        expected: &'static str,
        /// The type found.
        got: &'static str,
    },
    /// Every column was set aside.
    #[error(
        "columns: no feature is left; expected at least one, got {reasons}\nhelp: name a column that is not the same in every row as a feature"
    )]
    NothingLeft {
        /// Each column with why it was set aside.
        reasons: String,
    },
    /// A target that no row has.
    #[error("target {}: missing in every row; expected a value in at least one of {rows} rows", list(target))]
    NoTarget {
        /// The target columns.
        target: Vec<String>,
        /// Rows of the table.
        rows: usize,
    },
    /// A weight that is none.
    #[error(
        "{place}, weight column `{column}`: not a weight; expected a finite number of at least 0, and not 0 in all rows, \
        got {got}"
    )]
    Weight {
        /// Where it stands.
        place: String,
        /// The column.
        column: String,
        /// What stands there.
        got: String,
    },
    /// A missing cell in a column that needs a value in every row.
    #[error("{place}, column `{column}`: no value; expected one in every row")]
    NoCell {
        /// Where it is missing.
        place: Place,
        /// The column.
        column: String,
    },
    /// A stored rule of preparation that cannot be followed.
    #[error("preparation of column `{column}`: {what}; expected {expected}")]
    Rule {
        /// The column.
        column: String,
        /// What is wrong.
        what: String,
        /// What would be right.
        expected: &'static str,
    },

    /// An IDX file too short for its own header.
    #[error("byte {got}: the header is cut off; expected at least {expected} bytes, got {got}")]
    IdxHeader {
        /// Bytes the header needs.
        expected: usize,
        /// Bytes present.
        got: usize,
    },
    /// Bytes that do not start as an IDX file does.
    #[error("byte 0: not an IDX file; expected 00 00, an element type and a rank, got {}{help}", hex(*got))]
    IdxMagic {
        /// The first four bytes.
        got: [u8; 4],
        /// What it may be: empty or a `help:` line.
        help: &'static str,
    },
    /// An element type that IDX does not define.
    #[error("byte 2: unknown element type; expected 08, 09, 0b, 0c, 0d or 0e, got {:02x} in {}", got[2], hex(*got))]
    IdxElement {
        /// The first four bytes.
        got: [u8; 4],
    },
    /// An element type that does not fit the use.
    #[error("{what}: wrong element type; expected unsigned bytes (08), got {got}")]
    IdxNotBytes {
        /// Images or labels.
        what: &'static str,
        /// The type found.
        got: &'static str,
    },
    /// A rank that does not fit the use.
    #[error("{what}: wrong number of dimensions; expected {expected}, got {got:?}")]
    IdxRank {
        /// Images or labels.
        what: &'static str,
        /// The ranks that fit.
        expected: &'static str,
        /// The dimensions found.
        got: Vec<usize>,
    },
    /// Dimensions whose product no computer can count.
    #[error("byte 4: the dimensions {dims:?} are too large; expected a product below 2^63 bytes, got more")]
    IdxOverflow {
        /// The declared dimensions.
        dims: Vec<u32>,
    },
    /// Counts written the wrong way round.
    #[error(
        "byte 4: the counts {read:?} do not fit the {bytes} bytes that follow; expected big-endian counts, got {swapped:?} \
        in little-endian order\nhelp: write the header in big-endian order, as the IDX format demands"
    )]
    IdxSwapped {
        /// The counts as read.
        read: Vec<u32>,
        /// The counts the other way round, which would fit.
        swapped: Vec<u32>,
        /// Bytes after the header.
        bytes: usize,
    },
    /// Fewer bytes than the dimensions promise.
    #[error(
        "elements: the file is cut off; expected {expected} bytes for the dimensions {dims:?}, got {got}"
    )]
    IdxTruncated {
        /// The declared dimensions.
        dims: Vec<u32>,
        /// Bytes needed, header included.
        expected: u64,
        /// Bytes present, in words; for gzip, unpacked.
        got: String,
    },
    /// More bytes than the dimensions promise.
    #[error(
        "byte {expected}: bytes are left over; expected the file to end for the dimensions {dims:?}, got {got} bytes or more"
    )]
    IdxTrailing {
        /// The declared dimensions.
        dims: Vec<u32>,
        /// Bytes needed, header included.
        expected: u64,
        /// Bytes seen; unpacking stops at the first too many.
        got: u64,
    },
    /// Two files that do not belong together.
    #[error(
        "images and labels: the counts differ; expected as many labels as images, got {images} images and {labels} labels"
    )]
    IdxCounts {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
}

impl Error {
    /// The error of a source that failed: what is wrong with a packed file, if it is that, else [`Error::Source`].
    pub fn from_source(error: std::io::Error) -> Self {
        match error.downcast::<crate::FileError>() {
            Ok(file) => Self::File(file),
            Err(error) => Self::Source(error),
        }
    }
}

/// Where in a table something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A row of a table, from 0.
    Row(usize),
    /// A line of a file, from 1.
    Line(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => write!(formatter, "row {row}"),
            Self::Line(line) => write!(formatter, "line {line}"),
        }
    }
}

/// The most names that a message lists.
const LISTED: usize = 20;

fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{}`", shorten(name))).collect();
    match names.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn beside(target: &[String]) -> String {
    if target.is_empty() {
        return String::new();
    }
    format!(" beside the target {} and the ignored columns", list(target))
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("\nhelp: did you mean `{}`?", shorten(name))).unwrap_or_default()
}

fn hex(bytes: [u8; 4]) -> String {
    bytes.map(|byte| format!("{byte:02x}")).join(" ")
}

/// A cell as a message shows it: at most 40 characters, control characters escaped.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(40).flat_map(|letter| letter.escape_debug()).collect();
    if text.chars().nth(40).is_some() {
        short.push_str("...");
    }
    short
}
