//! Opening a table to be read: as a whole to learn from, in parts to be answered.
//!
//! Must not know: what columns are for.

use std::fs::File;
use std::io::{self, Read};

use anyhow::Context;
use chainrule_data::csv::{self, Dialect, Layout, Stream};
use chainrule_data::{Error, Frame, TableReader, Wanted, Warning};

use super::Source;
use super::tables::with_option;
use crate::arguments::TableArguments;

/// A table that is read in parts, by whichever thread has the time.
pub(crate) type Reader = Box<dyn TableReader + Send>;

/// Reads a whole table; `choose` says for all names what each column is to be read as.
///
/// # Errors
/// What is wrong with the file or with the choice, with its path in front.
pub(crate) fn read_all(
    source: &Source,
    arguments: &TableArguments,
    choose: &mut dyn FnMut(&[String]) -> Result<Vec<Wanted>, Error>,
) -> anyhow::Result<Frame> {
    let place = || source.place();
    let (bytes, dialect) = (bytes(source).with_context(place)?, arguments.dialect());
    let names = names(&bytes, &dialect).map_err(with_option).with_context(place)?;
    let chosen = choose(&names).with_context(place)?;
    let wanted = |name: &str| {
        let at = names.iter().position(|known| known == name);
        at.and_then(|at| chosen.get(at)).copied().unwrap_or_default()
    };
    let read = csv::read_frame(&bytes, &dialect, &wanted);
    let (frame, _) = read.map_err(with_option).with_context(place)?;
    Ok(frame)
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
    let input: Box<dyn Read + Send> = match source {
        Source::Input => Box::new(io::stdin()),
        _ => Box::new(File::open(source.path()).with_context(place)?),
    };
    let mut stream = Stream::open(input, &arguments.dialect()).map_err(with_option).with_context(place)?;
    let warning = name_columns(&mut stream, layout).with_context(place)?;
    let notes = warning.iter().map(|warning| format!("{}: {warning}", place())).collect();
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

/// All bytes of a table.
pub(super) fn bytes(source: &Source) -> io::Result<Vec<u8>> {
    match source {
        Source::Input => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        _ => std::fs::read(source.path()),
    }
}
