//! Tables in text: comma, semicolon, tab or bar separated values.
//!
//! A [`Stream`] reads a table part by part, [`read_frame`] as a whole: columns of numbers and texts, any cell of which may be
//! missing. [`read()`] makes a data set of it, for tables whose features are numbers without gaps.
//!
//! UTF-8 with or without byte order mark, LF or CRLF, quotes as in RFC 4180; blank lines are skipped. What was guessed
//! (separator, header) is reported as [`Format`].
//!
//! It must not know files, nor which network will learn the table.

mod blocks;
mod cell;
mod decimal;
mod dialect;
mod fields;
mod header;
mod layout;
mod lines;
mod odd;
mod options;
mod quick;
mod record;
mod rows;
mod separator;
mod stream;
mod table;
mod text;
mod whole;
mod write;

use std::fmt;

pub use crate::number::DecimalMark;
pub use dialect::{Dialect, Missing};
pub use layout::Layout;
pub use options::{Header, Options, TargetColumns, TargetKind};
pub use stream::Stream;
pub use table::{Table, read};
pub use whole::{check_columns, read_frame, read_frame_again};
pub use write::write;

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
    /// At most 50 distinct whole numbers, kept as numbers; [`Target::into_classes`](crate::Target::into_classes) makes them classes.
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
