//! Tables in text, from a file.

use std::path::Path;

use anyhow::{Context, anyhow};
use chainrule_data::csv::{self, DecimalMark, Header, Layout, Options, TargetColumns};
use chainrule_data::{Error, Split};

use super::{Loaded, Matched, Request, read, stem};
use crate::arguments::TableArguments;

/// Reads a table to train on.
pub(super) fn load(path: &Path, request: &Request) -> anyhow::Result<Loaded> {
    let target = match &request.target[..] {
        [] => TargetColumns::Last,
        names => TargetColumns::Named(names.to_vec()),
    };
    let options = Options {
        name: stem(path),
        target,
        target_kind: request.kind,
        ignore: request.ignore.clone(),
        ..options(&request.table)
    };
    let place = || path.display().to_string();
    let table = csv::read(&read(path)?, &options).map_err(with_ignore).with_context(place)?;
    Ok(Loaded {
        split: Split { train: table.dataset, test: None },
        reading: Some(table.target_reading),
        warnings: table.warnings.iter().map(|warning| format!("{}: {warning}", place())).collect(),
    })
}

/// Reads a table for a trained network.
pub(super) fn load_matching(
    path: &Path,
    layout: &Layout,
    arguments: &TableArguments,
) -> anyhow::Result<Matched> {
    let place = || path.display().to_string();
    let matched = csv::read_matching(&read(path)?, &options(arguments), layout);
    let matched = matched.map_err(with_option).with_context(place)?;
    Ok(Matched {
        features: matched.features,
        target: matched.target,
        notes: matched.warnings.iter().map(|warning| format!("{}: {warning}", place())).collect(),
    })
}

fn options(arguments: &TableArguments) -> Options {
    Options {
        separator: arguments.separator,
        header: if arguments.no_header { Header::Absent } else { Header::Detect },
        decimal_mark: if arguments.decimal_comma { DecimalMark::Comma } else { DecimalMark::Point },
        ..Options::default()
    }
}

/// The error, with the option that helps where there is one.
fn with_option(error: Error) -> anyhow::Error {
    let option = match &error {
        Error::NotANumber { help, .. } if help.contains("decimal mark") => "--decimal-comma".to_owned(),
        Error::OneColumn { .. } => "--separator CHAR".to_owned(),
        _ => return error.into(),
    };
    anyhow!("{error} ({option})")
}

/// The same for training, where a column can be left out.
fn with_ignore(error: Error) -> anyhow::Error {
    match &error {
        Error::NotANumber { column, help, .. } if help.contains("leave it out") => {
            anyhow!("{error} (--ignore {column})")
        }
        _ => with_option(error),
    }
}
