//! A whole text table in one frame.
//!
//! It must not know files, nor what columns mean.

use std::collections::HashSet;
use std::io::Read;

use super::{Dialect, Format, Stream, separator};
use crate::frame::{Cells, Column};
use crate::{Error, Frame, TableReader, Wanted};

/// Reads all of a text table into a frame; `wanted` says by name what a column is read as.
///
/// A column whose numbers turn out to be text is read a second time, so that every cell is kept as it is written.
///
/// # Errors
/// As [`Stream::open`] and [`TableReader::next_frame`].
///
/// ```
/// use chainrule_data::Wanted;
/// use chainrule_data::csv::{Dialect, read_frame};
///
/// let text = b"size,code\n1.50,7\n2.00,08\n";
/// let (frame, format) = read_frame(text, &Dialect::default(), &|_| Wanted::Auto)?;
/// assert_eq!(frame.column("size").unwrap().cells().text(1).unwrap(), "2");
/// assert_eq!(frame.column("code").unwrap().cells().text(1).unwrap(), "08");
/// assert!(format.has_header);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn read_frame(
    bytes: &[u8],
    dialect: &Dialect,
    wanted: &dyn Fn(&str) -> Wanted,
) -> Result<(Frame, Format), Error> {
    read_frame_again(|| Ok(bytes), dialect, wanted)
}

/// [`read_frame`] from a source that can be opened again, such as a file: then its bytes are never all in memory.
///
/// # Errors
/// As [`read_frame`], and those of `open`.
pub fn read_frame_again<R: Read>(
    open: impl Fn() -> Result<R, Error>,
    dialect: &Dialect,
    wanted: &dyn Fn(&str) -> Wanted,
) -> Result<(Frame, Format), Error> {
    let mut stream = Stream::open(open()?, dialect)?;
    let wanted: Vec<Wanted> = stream.names().iter().map(|name| wanted(name)).collect();
    let names = stream.names().to_vec();
    let mut all = stream.next_frame(&wanted, usize::MAX)?.ok_or(Error::Empty)?;
    let mut turned: HashSet<String> = HashSet::new();
    while let Some(frame) = stream.next_frame(&wanted, usize::MAX)? {
        let mut frame = frame.retain(|name| !turned.contains(name));
        let more = turn(&all, &frame);
        if !more.is_empty() {
            turned.extend(more);
            all = all.retain(|name| !turned.contains(name));
            frame = frame.retain(|name| !turned.contains(name));
        }
        all.append(frame)?;
    }
    let format = stream.format();
    if !turned.is_empty() {
        let again = |name: &str| if turned.contains(name) { Wanted::Text } else { Wanted::Skip };
        let texts = crate::frame::read_all(&mut Stream::open(open()?, dialect)?, &again)?;
        all = all.joined(texts.into_columns())?.ordered(&names);
    }
    Ok((all.settled(), format))
}

/// The columns that are text in a frame and were none above it; both have the same columns.
fn turn(above: &Frame, below: &Frame) -> Vec<String> {
    let is_text = |column: &Column| matches!(column.cells(), Cells::Texts(_));
    let pairs = above.columns().iter().zip(below.columns());
    pairs
        .filter(|(above, below)| !is_text(above) && is_text(below))
        .map(|(_, below)| below.name().into())
        .collect()
}

/// Refuses a table of one column, where features and a target are wanted: its separator is probably another.
///
/// # Errors
/// [`Error::OneColumn`], which says which separators were tried.
pub fn check_columns(names: &[String], first_line: u64, dialect: &Dialect) -> Result<(), Error> {
    let [column] = names else { return Ok(()) };
    let tried = match dialect.separator {
        Some(separator) => {
            format!("the separator was given as {}; is it another?", separator::name(separator))
        }
        None => {
            let tried = separator::CANDIDATES.map(separator::name).join(", ");
            format!("tried the separators {tried}; if it is another, say which")
        }
    };
    Err(Error::OneColumn { line: first_line, column: crate::error::shorten(column), tried })
}
