//! Tables in text, from a file.

use std::path::Path;

use anyhow::Context;
use chainrule_data::Split;
use chainrule_data::csv::{self, DecimalMark, Header, Layout, Options, TargetColumns};

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
    let table = csv::read(&read(path)?, &options).with_context(place)?;
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
    let matched = csv::read_matching(&read(path)?, &options(arguments), layout).with_context(place)?;
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
