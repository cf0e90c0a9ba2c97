//! Arrow IPC, in both of its forms. Each message is loaded and checked before a decoder sees it; the memory is that of the
//! largest batch, since the decoder takes a batch as a whole.
//!
//! Source: Apache Arrow, "Serialization and Interprocess Communication (IPC)".

mod file;
mod message;
mod stream;

pub use file::ArrowFileReader;
pub use stream::ArrowStreamReader;

use crate::file_error::FileError;

const PLACE: &str = "Arrow IPC";
/// The longest description of a message: a hundred bytes a column would be much.
const LONGEST_DESCRIPTION: usize = 64 << 20;
/// So many cells are handed on at once, about 8 MB of numbers.
const CELLS_AT_ONCE: usize = 1 << 20;

/// The most rows of a frame from batches of so many columns.
fn rows_at_once(columns: usize) -> usize {
    (CELLS_AT_ONCE / columns.max(1)).max(1)
}

fn wrong(wrong: &str) -> FileError {
    FileError::Columnar { place: PLACE.to_owned(), wrong: wrong.to_owned() }
}
