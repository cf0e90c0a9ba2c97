//! A table that is larger than the memory there is for it: when that is so, and what is done about it.
//!
//! Must not know: networks.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chainrule_data::Roles;
use chainrule_data::infer::Wishes;

use super::arguments::Arguments;
use super::table::{Settled, Understood, only, settle};
use crate::choices::Precision;
use crate::memory::{self, Size};
use crate::prepare::Raw;
use crate::source::{Choose, Source, StoredTable, read_stored, size_in_memory};
use crate::stored::StoredRows;

/// The share of the available memory that a table may take: training and the system need some as well.
const SHARE: u64 = 2;

/// Why the table has to lie in a file, in a sentence; `None` if memory has room for it.
///
/// # Errors
/// If other arguments want the table in memory.
pub(super) fn reason(arguments: &Arguments, source: &Source) -> anyhow::Result<Option<String>> {
    let needed = size_in_memory(source);
    let limit = arguments
        .memory
        .map(|Size(bytes)| bytes)
        .or_else(|| memory::available().map(|available| available / SHARE));
    let place = source.place();
    let why = match (needed, limit) {
        (Some(needed), Some(limit)) if needed > limit => {
            let [needed, limit] = [needed, limit].map(|bytes| bytes as f64 / f64::from(1 << 20));
            format!(
                "{place}: the table would take about {needed:.1} MB, more than the {limit:.1} MB that it may"
            )
        }
        (None, Some(_)) if arguments.memory.is_some() => {
            format!("{place}: the size of the table is not known beforehand")
        }
        _ => return Ok(None),
    };
    let wants_memory = [
        ("--folds", arguments.folds.is_some()),
        ("--report", arguments.report.is_some()),
        ("--precision f64", arguments.precision == Precision::F64),
    ];
    match wants_memory.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            bail!(
                "{option}: needs the table in memory; {why}\nhelp: --memory SIZE allows more, where there is more"
            )
        }
        None => Ok(Some(format!("{why}; it lies in a file meanwhile"))),
    }
}

/// A table in a file.
pub(super) struct Stored {
    table: StoredTable,
    /// What it was read as.
    format: String,
    /// Where more files may be made.
    folder: PathBuf,
}

/// Reads the table into a file.
///
/// # Errors
/// What is wrong with the table, or with the disk.
pub(super) fn read(
    arguments: &Arguments,
    source: &Source,
    choose: &mut Choose<'_>,
) -> anyhow::Result<Stored> {
    let folder = folder(arguments);
    let (table, format) = read_stored(source, &arguments.table, &folder, choose)?;
    Ok(Stored { table, format, folder })
}

/// Where the model goes, if files can be made there, or else the system's folder for them.
fn folder(arguments: &Arguments) -> PathBuf {
    let beside =
        arguments.out.as_deref().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let beside = beside.unwrap_or(Path::new("."));
    let is_possible = tempfile::tempfile_in(beside).is_ok();
    if is_possible { beside.to_owned() } else { std::env::temp_dir() }
}

/// What the columns of such a table are for.
///
/// # Errors
/// As for a table in memory.
pub(super) fn understand(
    arguments: &Arguments,
    source: &Source,
    Stored { table, format, folder }: Stored,
    (roles, wishes): (&Roles, Wishes),
) -> anyhow::Result<Understood> {
    let place = || source.place();
    let notes: Vec<String> = table.notes.iter().map(|note| format!("{}: {note}", place())).collect();
    // Targets, weights and the like are few: they stay in memory.
    let frame = table.columns(roles.names()).with_context(place)?;
    let Settled { rows, mut understood, .. } = settle(frame, roles, (arguments, source))?;
    let stored = StoredRows::new(table, rows, folder);
    let is_there = |name: &str| stored.names().iter().any(|known| known == name);
    let decided = stored.decide(roles, &only(wishes, is_there));
    let used = understood.decide(decided, source)?;
    (understood.raw, understood.format) = (Raw::Stored(stored.retain(|name| used.contains(name))), format);
    understood.notes.splice(0..0, notes);
    Ok(understood)
}
