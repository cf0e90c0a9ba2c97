//! Opening a table, of any format, to be read: as a whole to learn from, in parts to be answered.
//!
//! Must not know: what columns are for.

use std::collections::HashMap;
use std::io::{self, Read};

use anyhow::{Context, bail};
use chainrule_data::csv::{self, Dialect, Layout, Stream};
use chainrule_data::{Error, Frame, TableReader, Wanted, Warning, frame};

use super::Source;
use super::advice::with_option;
use super::opened::{Content, Opened, Reader};
use crate::arguments::TableArguments;

/// The format of a text that is not packed.
const PLAIN: &str = "text";

/// Says for all names what each column is to be read as.
pub(crate) type Choose<'a> = dyn FnMut(&[String]) -> Result<Vec<Wanted>, Error> + 'a;

/// A whole table.
pub(crate) struct Whole {
    /// Its columns.
    pub(crate) frame: Frame,
    /// What it was read as: `text, separator comma, a header`.
    pub(crate) format: String,
    /// What looks odd.
    pub(crate) notes: Vec<String>,
}

/// Reads a whole table; `choose` says for all names what each column is to be read as.
///
/// # Errors
/// What is wrong with the file or with the choice, with its path in front.
pub(crate) fn read_all(
    source: &Source,
    arguments: &TableArguments,
    choose: &mut Choose<'_>,
) -> anyhow::Result<Whole> {
    let place = || source.place();
    let Opened { content, format, notes } = Opened::of(source).with_context(place)?;
    let notes = notes.iter().map(|note| format!("{}: {note}", place())).collect();
    let (frame, format) = match content {
        Content::Text(text) => {
            let (frame, split) =
                read_text(source, text, arguments, choose).map_err(with_option).with_context(place)?;
            (frame, format!("{format}, {split}"))
        }
        Content::Table(mut reader) => {
            let names = reader.names().to_vec();
            let chosen = choose(&names).with_context(place)?;
            let frame = frame::read_all(&mut reader, &by_name(&names, &chosen));
            (frame.map_err(with_option).with_context(place)?, format)
        }
    };
    Ok(Whole { frame, format, notes })
}

/// A file is read again where it must be, so that its bytes are never all in memory; those of a pipe are.
fn read_text(
    source: &Source,
    mut text: Box<dyn Read + Send>,
    arguments: &TableArguments,
    choose: &mut Choose<'_>,
) -> Result<(Frame, csv::Format), Error> {
    let dialect = arguments.dialect();
    if source.path().is_file() {
        let names = names(text, &dialect)?;
        let chosen = choose(&names)?;
        return csv::read_frame_again(|| text_of(source), &dialect, &by_name(&names, &chosen));
    }
    let mut bytes = Vec::new();
    text.read_to_end(&mut bytes).map_err(Error::from_source)?;
    let names = names(&bytes[..], &dialect)?;
    let chosen = choose(&names)?;
    csv::read_frame(&bytes, &dialect, &by_name(&names, &chosen))
}

/// The text of a file from its beginning.
fn text_of(source: &Source) -> Result<Box<dyn Read + Send>, Error> {
    match Opened::of(source)?.content {
        Content::Text(text) => Ok(text),
        Content::Table(_) => Err(Error::Source(io::Error::other("the file changed while it was read"))),
    }
}

fn by_name<'a>(names: &'a [String], wanted: &'a [Wanted]) -> impl Fn(&str) -> Wanted + 'a {
    let known: HashMap<&str, Wanted> = names.iter().map(String::as_str).zip(wanted.iter().copied()).collect();
    move |name| known.get(name).copied().unwrap_or_default()
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
    let Opened { content, format, notes } = Opened::of(source).with_context(place)?;
    let mut notes: Vec<String> = notes.iter().map(|note| format!("{}: {note}", place())).collect();
    match content {
        Content::Table(reader) => {
            notes.push(format!("{}: read as {format}", place()));
            Ok((reader, notes))
        }
        Content::Text(text) => {
            let stream = Stream::open(text, &arguments.dialect());
            let mut stream = stream.map_err(with_option).with_context(place)?;
            if format != PLAIN {
                notes.push(format!("{}: read as {format}, {}", place(), stream.format()));
            }
            let warning = name_columns(&mut stream, layout).with_context(place)?;
            notes.extend(warning.iter().map(|warning| format!("{}: {warning}", place())));
            Ok((Box::new(stream), notes))
        }
    }
}

/// The names of the columns, of which there must be two at least: something to learn from, and something to predict.
fn names(text: impl Read, dialect: &Dialect) -> Result<Vec<String>, Error> {
    let stream = Stream::open(text, dialect)?;
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
///
/// # Errors
/// If it cannot be read, or is no text.
pub(super) fn bytes(source: &Source) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match Opened::of(source)?.content {
        Content::Text(mut text) => text.read_to_end(&mut bytes)?,
        Content::Table(_) => bail!("columns, not text; expected a table in text"),
    };
    Ok(bytes)
}
