//! A table read as a trained network wants it: columns by name, in the order of the training.
//!
//! It must not know the network, only the names.

use super::body::Columns;
use super::grid::Grid;
use super::target::TargetColumn;
use super::{Format, Options, TargetKind, body, positions};
use crate::{Dataset, Error, Features, Target, Warning};

/// The columns a trained network expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Names of the features, in order.
    pub features: Vec<String>,
    /// Names of the target columns; they may be absent from the table.
    pub targets: Vec<String>,
    /// Names of the classes, in order; `None` if the target is numbers.
    pub classes: Option<Vec<String>>,
}

/// A table in the order of the training.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// `[rows, layout.features.len()]`.
    pub features: Features,
    /// The target, classes numbered as in training; `None` if the table does not have all its columns.
    pub target: Option<Target>,
    /// How the text was split.
    pub format: Format,
    /// What looks odd.
    pub warnings: Vec<Warning>,
}

impl Layout {
    /// The columns of a table that a network is trained on.
    pub fn of(dataset: &Dataset) -> Self {
        Self {
            features: dataset.feature_names().to_vec(),
            targets: dataset.target().columns().into_iter().map(str::to_owned).collect(),
            classes: dataset.target().class_names().map(<[String]>::to_vec),
        }
    }
}

/// Reads a table for a trained network.
///
/// Features are found by name, wherever they stand; other columns are left out with a warning. The target is read if
/// all its columns are there. Without a header the columns must be the features in order, then the target or nothing.
/// Of `options`, the target, its kind, the ignored columns and the name are not used.
///
/// # Errors
/// [`Error::MissingColumns`] with all features that are missing, [`Error::UnknownClass`] with the line of a class that
/// the training had not, and the errors of [`super::read`].
///
/// ```
/// use chainrule_data::csv::{self, Layout, Options};
///
/// let trained = csv::read(b"a,b,y\n1,2,no\n3,4,yes\n", &Options::default())?;
/// let matched = csv::read_matching(b"b,a\n20,10\n", &Options::default(), &Layout::of(&trained.dataset))?;
/// assert_eq!(matched.features.row(0), [10.0, 20.0]);
/// assert_eq!(matched.target, None);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn read_matching(bytes: &[u8], options: &Options, layout: &Layout) -> Result<Matched, Error> {
    let mut grid = Grid::open(bytes, options)?;
    let warning = name_columns(&mut grid, layout)?;
    let features = positions(&grid, &layout.features)?;
    let targets: Vec<usize> = layout.targets.iter().filter_map(|name| grid.position(name)).collect();
    let targets = if targets.len() == layout.targets.len() { targets } else { Vec::new() };
    let columns = Columns { features: &features, targets: &targets, kind: target_kind(layout) };
    let body = body::read(&mut grid, &columns, options.decimal_mark)?;
    let target = if targets.is_empty() { None } else { Some(match_targets(body.targets, layout)?) };
    let unused = unused_columns(&grid, layout);
    Ok(Matched {
        features: Features::real(features.len(), body.features)?,
        target,
        format: grid.format,
        warnings: warning.into_iter().chain(unused).collect(),
    })
}

/// Without a header, gives the columns the names of the layout, by position.
fn name_columns(grid: &mut Grid<'_>, layout: &Layout) -> Result<Option<Warning>, Error> {
    let all: Vec<String> = layout.features.iter().chain(&layout.targets).cloned().collect();
    if grid.format.has_header {
        return Ok(None);
    }
    let (got, expected) = (grid.names.len(), layout.features.len());
    if got != expected && got != all.len() {
        let line = grid.first_line;
        return Err(Error::WidthWithoutHeader { line, got, expected, targets: layout.targets.len() });
    }
    grid.names = all.into_iter().take(got).collect();
    Ok(Some(Warning::MatchedByPosition { columns: got }))
}

/// Classes if the layout has them; several columns are numbers in any case.
fn target_kind(layout: &Layout) -> TargetKind {
    let classes = layout.classes.is_some() && layout.targets.len() == 1;
    if classes { TargetKind::Classes } else { TargetKind::Values }
}

fn match_targets(mut columns: Vec<TargetColumn>, layout: &Layout) -> Result<Target, Error> {
    match (&layout.classes, target_kind(layout)) {
        (Some(known), TargetKind::Classes) => match columns.pop().and_then(TargetColumn::into_labels) {
            Some(column) => column.into_known_classes(known),
            None => Target::values(layout.targets.clone(), Vec::new()),
        },
        _ => super::read_targets(columns, TargetKind::Values).map(|(target, _)| target),
    }
}

fn unused_columns(grid: &Grid<'_>, layout: &Layout) -> Option<Warning> {
    let used = |name: &&String| layout.features.contains(name) || layout.targets.contains(name);
    let columns: Vec<String> = grid.names.iter().filter(|name| !used(name)).cloned().collect();
    (!columns.is_empty()).then_some(Warning::UnusedColumns { columns })
}
