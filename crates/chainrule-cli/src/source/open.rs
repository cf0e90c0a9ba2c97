//! Opening a table to be read: as a whole to learn from, in parts to be answered.
//!
//! Must not know: what columns are for.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use chainrule_data::csv::{self, Dialect, Layout, Stream};
use chainrule_data::format::Format;
use chainrule_data::frame::read_all as read_frame;
use chainrule_data::{Error, FileError, Frame, TableReader, Wanted, Warning};

use super::opened::{Content, Opened, Reader};
use super::tables::with_option;
use super::{Source, StoredTable};
use crate::arguments::TableArguments;

/// Reads a whole table; `choose` says for all names what each column is to be read as. Gives also what is to be said about
/// how it was read.
///
/// # Errors
/// What is wrong with the file or with the choice, with its path in front.
pub(crate) fn read_all(
    source: &Source,
    arguments: &TableArguments,
    choose: &mut dyn FnMut(&[String]) -> Result<Vec<Wanted>, Error>,
) -> anyhow::Result<(Frame, Vec<String>)> {
    let place = || source.place();
    let Opened { content, format, mut notes } = Opened::of(source).with_context(place)?;
    let frame = match content {
        Content::Table(mut reader) => {
            let names = reader.names().to_vec();
            let chosen = choose(&names).with_context(place)?;
            notes.push(format);
            read_frame(&mut *reader, &by_name(names, chosen)).with_context(place)?
        }
        Content::Text(mut text) => {
            let (mut bytes, dialect) = (Vec::new(), arguments.dialect());
            text.read_to_end(&mut bytes).map_err(Error::from_source).with_context(place)?;
            let names = names(&bytes, &dialect).map_err(with_option).with_context(place)?;
            let chosen = choose(&names).with_context(place)?;
            let read = csv::read_frame(&bytes, &dialect, &by_name(names, chosen));
            let (frame, split) = read.map_err(with_option).with_context(place)?;
            if !is_usual(&format, split) {
                notes.push(format!("{format}, {split}"));
            }
            frame
        }
    };
    Ok((frame, notes.iter().map(|note| format!("{}: {note}", place())).collect()))
}

/// Reads a whole table into a file in `folder`, part by part; else as [`read_all`].
///
/// # Errors
/// As [`read_all`], and if the disk is full.
pub(crate) fn read_stored(
    source: &Source,
    arguments: &TableArguments,
    folder: &Path,
    choose: &mut dyn FnMut(&[String]) -> Result<Vec<Wanted>, Error>,
) -> anyhow::Result<StoredTable> {
    let place = || source.place();
    let mut reader = any_reader(source, arguments)?;
    let names = reader.names().to_vec();
    let mut wanted = choose(&names).with_context(place)?;
    let stored = StoredTable::read(&mut *reader, &wanted, folder).map_err(with_option).with_context(place)?;
    let mixed = stored.mixed();
    if mixed.is_empty() || *source == Source::Input {
        return Ok(stored);
    }
    // How the numbers of these columns were written counts, now that they are texts.
    for (wanted, name) in wanted.iter_mut().zip(&names) {
        if mixed.contains(name) {
            *wanted = Wanted::Text;
        }
    }
    let mut reader = any_reader(source, arguments)?;
    StoredTable::read(&mut *reader, &wanted, folder).map_err(with_option).with_context(place)
}

/// A table with at least two columns, to be read part by part.
fn any_reader(source: &Source, arguments: &TableArguments) -> anyhow::Result<Reader> {
    let place = || source.place();
    match Opened::of(source).with_context(place)?.content {
        Content::Table(reader) => Ok(reader),
        Content::Text(text) => {
            let dialect = arguments.dialect();
            let stream = Stream::open(text, &dialect).map_err(with_option).with_context(place)?;
            let checked = csv::check_columns(stream.names(), stream.first_line(), &dialect);
            checked.map_err(with_option).with_context(place)?;
            Ok(Box::new(stream))
        }
    }
}

/// About how many bytes a table takes while it is learnt from; `None` if that is not known beforehand.
///
/// A cell of text is five bytes or so in a file and twice eight in memory, as a number and as an input; packers make a table of
/// numbers about four times smaller.
pub(crate) fn size_in_memory(source: &Source) -> Option<u64> {
    let file = std::fs::metadata(source.path()).ok().filter(std::fs::Metadata::is_file)?;
    let is_packed = !matches!(Format::of(&super::first_bytes(source.path())), Format::Text | Format::Npy);
    file.len().checked_mul(if is_packed { 16 } else { 4 })
}

fn by_name(names: Vec<String>, chosen: Vec<Wanted>) -> impl Fn(&str) -> Wanted {
    move |name| {
        let at = names.iter().position(|known| known == name);
        at.and_then(|at| chosen.get(at)).copied().unwrap_or_default()
    }
}

/// Whether a text is what everybody expects of one: nothing is to be said about it.
fn is_usual(format: &str, split: csv::Format) -> bool {
    format == "text" && split.separator == b','
}

/// Opens a table for a trained network, whose columns are those of `layout`: a table without header is taken to have them in
/// their order. Gives what is to be said about that.
///
/// # Errors
/// What is wrong with the file, with its path in front.
pub(crate) fn reader(
    source: &Source,
    arguments: &TableArguments,
    layout: &Layout,
) -> anyhow::Result<(Reader, Vec<String>)> {
    let place = || source.place();
    let opened = Opened::of(source).with_context(place)?;
    let said = |note: &String| format!("{}: {note}", place());
    let mut notes: Vec<String> = opened.notes.iter().map(said).collect();
    let input = match opened.content {
        Content::Table(reader) => return Ok((reader, notes)),
        Content::Text(input) => input,
    };
    let mut stream = Stream::open(input, &arguments.dialect()).map_err(with_option).with_context(place)?;
    let warning = name_columns(&mut stream, layout).with_context(place)?;
    notes.extend(warning.iter().map(|warning| format!("{}: {warning}", place())));
    Ok((Box::new(stream), notes))
}

/// The names of the columns, of which there must be two at least: something to learn from, and something to predict.
fn names(bytes: &[u8], dialect: &Dialect) -> Result<Vec<String>, Error> {
    let stream = Stream::open(bytes, dialect)?;
    csv::check_columns(stream.names(), stream.first_line(), dialect)?;
    Ok(stream.names().to_vec())
}

/// Without a header, gives the columns the names of the layout, by position.
fn name_columns(
    stream: &mut Stream<Box<dyn Read + Send>>,
    layout: &Layout,
) -> Result<Option<Warning>, Error> {
    if stream.format().has_header {
        return Ok(None);
    }
    let all: Vec<String> = layout.features.iter().chain(&layout.targets).cloned().collect();
    let (got, expected) = (stream.names().len(), layout.features.len());
    if got != expected && got != all.len() {
        let line = stream.first_line();
        return Err(Error::WidthWithoutHeader { line, got, expected, targets: layout.targets.len() });
    }
    stream.rename(all.into_iter().take(got).collect())?;
    Ok(Some(Warning::MatchedByPosition { columns: got }))
}

/// All bytes of a table in text, unpacked.
pub(super) fn bytes(source: &Source) -> Result<Vec<u8>, Error> {
    let opened = Opened::of(source)?;
    match opened.content {
        Content::Text(mut text) => {
            let mut bytes = Vec::new();
            text.read_to_end(&mut bytes).map_err(Error::from_source)?;
            Ok(bytes)
        }
        Content::Table(_) => Err(FileError::Columnar {
            place: opened.format,
            wrong: "a table in text is wanted here; `chainrule data show` and `train` read this one".into(),
        }
        .into()),
    }
}
