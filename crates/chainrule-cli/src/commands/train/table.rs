//! A table to learn from: what each column is for, what is to be predicted, how rows count and belong together.
//!
//! Must not know: networks, nor how columns become inputs.

use std::collections::HashSet;

use anyhow::Context;
use chainrule_data::csv::{TargetKind, TargetReading};
use chainrule_data::infer::{self, Decisions, Kind, Wishes};
use chainrule_data::{
    Error, Frame, Roles, Target, TargetRows, Wanted, Warning, read_groups, read_target, read_times,
    read_weights,
};

use super::arguments::Arguments;
use super::holding::Holding;
use super::large;
use super::task::target_kind;
use crate::prepare::Raw;
use crate::source::{self, Source, Whole, without_answer};

/// Rows below which many classes are no wonder.
const FEW_ROWS: usize = 10;

/// A table that is understood.
pub(super) struct Understood {
    /// The columns to learn from, of all rows with an answer.
    pub(super) raw: Raw,
    /// What the table was read as.
    pub(super) format: String,
    /// What is to be predicted.
    pub(super) target: Target,
    /// How it was read.
    pub(super) reading: TargetReading,
    /// What was decided about each column.
    pub(super) columns: Vec<infer::Decision>,
    /// How much each row counts.
    pub(super) weights: Option<Vec<f64>>,
    /// Which rows are held out together.
    pub(super) holding: Holding,
    /// What looks odd.
    pub(super) notes: Vec<String>,
}

/// Reads a table and understands its columns.
///
/// # Errors
/// What is wrong with the file, with its path in front; columns that the arguments name and the table has not.
pub(super) fn read(arguments: &Arguments, source: &Source) -> anyhow::Result<Understood> {
    let wishes = wishes(arguments);
    let mut roles = Roles::default();
    let mut choose = |names: &[String]| {
        roles = self::roles(arguments, names)?;
        wishes.check(names)?;
        Ok(names.iter().map(|name| wanted(arguments, &roles, &wishes, name)).collect())
    };
    if let Some(reason) = large::reason(arguments, source)? {
        let stored = large::read(arguments, source, &mut choose)?;
        let mut understood = large::understand(arguments, source, stored, (&roles, wishes))?;
        understood.notes.push(reason);
        return Ok(understood);
    }
    let Whole { frame, format, notes } = source::read_all(source, &arguments.table, &mut choose)?;
    let Settled { frame, mut understood, .. } = settle(frame, &roles, (arguments, source))?;
    let is_there = |name: &str| frame.position(name).is_some();
    let decided = infer::decide(&frame, &roles, &only(wishes, is_there));
    let used = understood.decide(decided, source)?;
    (understood.raw, understood.format) = (Raw::Table(frame.retain(|name| used.contains(name))), format);
    understood.notes.splice(0..0, notes);
    Ok(understood)
}

/// What the columns with a role say of a table.
pub(super) struct Settled {
    /// The rows that have an answer, with the columns that were given.
    pub(super) frame: Frame,
    /// The numbers of these rows.
    pub(super) rows: Vec<usize>,
    /// All but the columns to learn from.
    pub(super) understood: Understood,
}

/// Reads answers, weights, and what rows belong together; rows without an answer are left out.
///
/// # Errors
/// What is wrong with one of these columns, with the path in front.
pub(super) fn settle(
    mut frame: Frame,
    roles: &Roles,
    (arguments, source): (&Arguments, &Source),
) -> anyhow::Result<Settled> {
    let place = || source.place();
    let read = read_target(&frame, &roles.target, target_kind(arguments.task));
    let TargetRows { target, reading, rows, missing } =
        read.map_err(source::with_option).with_context(place)?;
    let mut notes = Vec::new();
    if missing > 0 {
        notes.push(format!("{}: {}", place(), without_answer(missing, &roles.target)));
        frame = frame.select(&rows).with_context(place)?;
    }
    notes.extend(many_classes(&target).map(|warning| format!("{}: {warning}", place())));
    let weights = roles.weight.as_deref().map(|column| read_weights(&frame, column));
    let weights = weights.transpose().map_err(source::with_option).with_context(place)?;
    let holding = holding(&frame, roles).with_context(place)?;
    let raw = Raw::Table(Frame::default());
    let understood = Understood {
        raw,
        format: String::new(),
        target,
        reading,
        columns: Vec::new(),
        weights,
        holding,
        notes,
    };
    Ok(Settled { frame, rows, understood })
}

impl Understood {
    /// Takes in what was decided about the columns; gives the names of those to learn from.
    pub(super) fn decide(
        &mut self,
        decided: Result<Decisions, Error>,
        source: &Source,
    ) -> anyhow::Result<HashSet<String>> {
        let place = || source.place();
        let Decisions { columns, warnings } = decided.map_err(source::with_option).with_context(place)?;
        self.notes.extend(warnings.iter().map(|warning| format!("{}: {warning}", place())));
        let used = columns.iter().filter(|decision| decision.kind != Kind::SetAside);
        let used = used.map(|decision| decision.column.clone()).collect();
        self.columns = columns;
        Ok(used)
    }
}

fn wishes(arguments: &Arguments) -> Wishes {
    Wishes {
        categorical: arguments.categorical.clone(),
        numeric: arguments.numeric.clone(),
        drop: arguments.drop.clone(),
        features: arguments.features.clone(),
    }
}

/// What is said about the columns that were read.
pub(super) fn only(wishes: Wishes, is_there: impl Fn(&str) -> bool) -> Wishes {
    let read = |names: Vec<String>| names.into_iter().filter(|name| is_there(name)).collect();
    Wishes {
        categorical: read(wishes.categorical),
        numeric: read(wishes.numeric),
        drop: read(wishes.drop),
        features: read(wishes.features),
    }
}

/// The columns with a role; the last one that has no other use is the target unless one is named.
fn roles(arguments: &Arguments, names: &[String]) -> Result<Roles, Error> {
    let mut roles = Roles {
        target: arguments.target.clone(),
        weight: arguments.weight.clone(),
        group: arguments.group.clone(),
        time: arguments.time.clone(),
    };
    if roles.target.is_empty() {
        let free = |name: &&String| !roles.has(name) && !arguments.drop.contains(name);
        roles.target = names.iter().rfind(free).cloned().into_iter().collect();
    }
    roles.check(names)?;
    Ok(roles)
}

/// What a column is to be read as.
fn wanted(arguments: &Arguments, roles: &Roles, wishes: &Wishes, name: &str) -> Wanted {
    let named = |list: &[String]| list.iter().any(|other| other == name);
    let is = |role: &Option<String>| role.as_deref() == Some(name);
    match () {
        () if named(&roles.target) => target_wanted(target_kind(arguments.task), roles.target.len()),
        () if is(&roles.weight) => Wanted::Number,
        () if named(&wishes.numeric) => Wanted::Number,
        () if named(&wishes.categorical) => Wanted::Text,
        () if is(&roles.group) || is(&roles.time) => Wanted::Auto,
        () if named(&wishes.drop) => Wanted::Skip,
        () if !wishes.features.is_empty() && !named(&wishes.features) => Wanted::Skip,
        () => Wanted::Auto,
    }
}

/// What target columns are to be read as: labels may be written as numbers or as `no` and `yes`.
fn target_wanted(kind: TargetKind, columns: usize) -> Wanted {
    match kind {
        TargetKind::Classes => Wanted::Text,
        TargetKind::Values if columns == 1 => Wanted::Number,
        TargetKind::Infer | TargetKind::Values => Wanted::Auto,
    }
}

/// A target of nearly as many classes as rows is probably the wrong column.
fn many_classes(target: &Target) -> Option<Warning> {
    let Target::Classes { column, names, labels } = target else { return None };
    let (classes, rows) = (names.len(), labels.len());
    let many = rows >= FEW_ROWS && classes > rows / 2;
    many.then(|| Warning::ManyClasses { column: column.clone(), classes, rows })
}

fn holding(frame: &Frame, roles: &Roles) -> Result<Holding, Error> {
    match (&roles.group, &roles.time) {
        (Some(group), _) => {
            let groups = read_groups(frame, group)?;
            Ok(Holding::Groups(groups.into_iter().map(u64::from).collect()))
        }
        (None, Some(time)) => read_times(frame, time).map(Holding::Times),
        (None, None) => Ok(Holding::Random),
    }
}
