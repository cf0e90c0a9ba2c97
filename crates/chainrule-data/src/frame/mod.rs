//! A table in memory with typed columns: what every reader of tables gives, and what preparation starts from.
//!
//! A [`Frame`] has columns of equal length. The cells of a [`Column`] are numbers, texts kept once each in a dictionary,
//! or points in time; any cell may be missing. A frame remembers the lines of the file that its rows stood in, so that a
//! message can name them long after the file was read.
//!
//! It must not know formats of files, targets, or networks.

mod column;
mod lines;
mod reader;
mod table;
mod texts;

pub(crate) use column::number_text;
pub use column::{Cells, Column};
pub(crate) use lines::RowLines;
pub(crate) use reader::check_wanted;
pub use reader::{TableReader, Wanted, read_all};
pub use table::Frame;
pub(crate) use table::check_names;
pub(crate) use texts::TextsBuilder;
pub use texts::{MISSING, Texts};
