//! Tables in text, from a file.

use anyhow::Context;
use chainrule_data::Split;
use chainrule_data::csv::{self, Dialect, Options, TargetColumns};

use super::advice::with_format;
use super::{Loaded, Request, Source, open};
use crate::arguments::TableArguments;

/// Reads a table to train on.
pub(super) fn load(source: &Source, request: &Request) -> anyhow::Result<Loaded> {
    let target = match &request.target[..] {
        [] => TargetColumns::Last,
        names => TargetColumns::Named(names.to_vec()),
    };
    let options =
        Options { name: source.name(), target, target_kind: request.kind, ..options(&request.table) };
    let place = || source.place();
    let table = csv::read(&open::bytes(source).with_context(place)?, &options)
        .map_err(with_format)
        .with_context(place)?;
    Ok(Loaded {
        split: Split { train: table.dataset, test: None },
        reading: Some(table.target_reading),
        warnings: table.warnings.iter().map(|warning| format!("{}: {warning}", place())).collect(),
    })
}

fn options(arguments: &TableArguments) -> Options {
    let Dialect { separator, header, decimal_mark, .. } = arguments.dialect();
    Options { separator, header, decimal_mark, ..Options::default() }
}
