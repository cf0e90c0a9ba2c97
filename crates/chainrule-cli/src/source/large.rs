//! Reading a table into a file, for want of memory.
//!
//! Must not know: what columns are for.

use std::path::Path;

use anyhow::Context;
use chainrule_data::csv::{self, Stream};
use chainrule_data::format::Format;
use chainrule_data::{TableReader, Wanted};

use super::advice::with_option;
use super::open::Choose;
use super::opened::{Content, Opened, Reader};
use super::{Source, StoredTable};
use crate::arguments::TableArguments;

/// Reads a whole table into a file in `folder`, part by part, and says what it was read as; else as
/// [`read_all`](super::read_all).
///
/// # Errors
/// As there, and if the disk is full.
pub(crate) fn read_stored(
    source: &Source,
    arguments: &TableArguments,
    folder: &Path,
    choose: &mut Choose<'_>,
) -> anyhow::Result<(StoredTable, String)> {
    let place = || source.place();
    let (mut reader, format) = reader(source, arguments)?;
    let names = reader.names().to_vec();
    let mut wanted = choose(&names).with_context(place)?;
    let stored = StoredTable::read(&mut *reader, &wanted, folder).map_err(with_option).with_context(place)?;
    let mixed = stored.mixed();
    // A pipe, named or not, gives its bytes once.
    if mixed.is_empty() || !source.path().is_file() {
        return Ok((stored, format));
    }
    // How the numbers of these columns were written counts, now that they are texts.
    for (wanted, name) in wanted.iter_mut().zip(&names) {
        if mixed.contains(name) {
            *wanted = Wanted::Text;
        }
    }
    let (mut reader, _) = self::reader(source, arguments)?;
    let stored = StoredTable::read(&mut *reader, &wanted, folder).map_err(with_option).with_context(place)?;
    Ok((stored, format))
}

/// A table with at least two columns, to be read part by part, and its format.
fn reader(source: &Source, arguments: &TableArguments) -> anyhow::Result<(Reader, String)> {
    let place = || source.place();
    let opened = Opened::of(source).with_context(place)?;
    match opened.content {
        Content::Table(reader) => Ok((reader, opened.format)),
        Content::Text(text) => {
            let dialect = arguments.dialect();
            let stream = Stream::open(text, &dialect).map_err(with_option).with_context(place)?;
            let checked = csv::check_columns(stream.names(), stream.first_line(), &dialect);
            checked.map_err(with_option).with_context(place)?;
            let format = format!("{}, {}", opened.format, stream.format());
            Ok((Box::new(stream), format))
        }
    }
}

/// About how many bytes a table takes while it is learnt from; `None` if that is not known beforehand.
///
/// A cell of text is five bytes or so in a file and twice eight in memory, as a number and as an input; packers make a table
/// of numbers about four times smaller.
pub(crate) fn size_in_memory(source: &Source) -> Option<u64> {
    let file = std::fs::metadata(source.path()).ok().filter(std::fs::Metadata::is_file)?;
    let is_packed = !matches!(Format::of(&super::first_bytes(source.path())), Format::Text | Format::Npy);
    file.len().checked_mul(if is_packed { 16 } else { 4 })
}
