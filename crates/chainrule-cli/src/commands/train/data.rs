//! The rows to learn from, those to judge by, and what is learnt about them before training.

use anyhow::{Context, anyhow, bail};
use chainrule::{Examples, Split, Task, TrainingConfig, split};
use chainrule_data::{Dataset, Features, Scaling, Target, csv};

use super::arguments::Arguments;
use super::task::{self, Wish};
use crate::choices::Part;
use crate::failure::explain;
use crate::prepare::{self, Inputs};
use crate::source::{Request, Source};

/// Rows from which on some are held out if nothing else is said.
const ROWS_TO_HOLD_OUT_OF: usize = 50;
/// The share that is then held out.
const HELD_OUT: f64 = 0.1;

/// Data ready for training.
#[derive(Clone, Debug)]
pub(super) struct TrainingData {
    /// All rows, raw.
    pub(super) dataset: Dataset,
    /// The kind of prediction.
    pub(super) task: Task,
    /// Which rows are learnt from and which are held out.
    pub(super) split: Split,
    /// Rows of their own to judge the result by.
    pub(super) test: Option<(Features, Target)>,
    /// How features become inputs, by the training rows alone.
    pub(super) inputs: Inputs,
    /// How the target of a regression is scaled.
    pub(super) outputs: Option<Scaling>,
    /// What looks odd and what was decided.
    pub(super) notes: Vec<String>,
}

impl TrainingData {
    /// Reads data and prepares them.
    ///
    /// # Errors
    /// What is wrong with the files, or with the arguments about them.
    pub(super) fn load(arguments: &Arguments, source: &Source) -> anyhow::Result<Self> {
        let request = Request {
            table: arguments.table.clone(),
            target: arguments.target.clone(),
            ignore: arguments.ignore.clone(),
            kind: task::target_kind(arguments.task),
        };
        let loaded = source.load(&request)?;
        let mut notes = loaded.warnings;
        let wish = Wish { network: arguments.spec.as_ref(), loss: arguments.loss() };
        let (task, dataset, why) = task::resolve(arguments.task, loaded.split.train, loaded.reading, &wish)
            .with_context(|| arguments.data.clone())?;
        notes.extend(why);
        let test = test_rows(arguments, &dataset, loaded.split.test, &mut notes)?;
        let share = share_held_out(arguments, dataset.rows(), test.is_some())?;
        let raw = Examples::new(
            Inputs::AsGiven.apply(dataset.features()),
            prepare::targets(dataset.target(), None),
        )?;
        let split = split(&raw, share, arguments.seed);
        if split.validation.is_empty() && share > 0.0 {
            notes.push(format!("{} rows are too few to hold out a share of {share}", dataset.rows()));
        }
        let inputs =
            Inputs::fit(dataset.features(), &split.training).with_context(|| arguments.data.clone())?;
        Ok(TrainingData { inputs, outputs: None, task, split, test, notes, dataset })
    }

    /// Scales the target as far as a network with this last activation and loss allows.
    ///
    /// # Errors
    /// If the values are too large to be scaled.
    pub(super) fn scale_targets(&mut self, is_free: bool) -> anyhow::Result<()> {
        if self.task == Task::Regression && is_free {
            self.outputs = prepare::fit_targets(self.dataset.target(), &self.split.training)?;
        }
        Ok(())
    }

    /// The rows as the library takes them.
    ///
    /// # Errors
    /// If a number is not finite, which the readers refuse before.
    pub(super) fn examples(&self) -> Result<Examples<'_>, chainrule::Error> {
        let targets = prepare::targets(self.dataset.target(), self.outputs.as_ref());
        Examples::new(self.inputs.apply(self.dataset.features()), targets)
    }
}

/// The rows of the test file, or of the test part that the data come with.
fn test_rows(
    arguments: &Arguments,
    dataset: &Dataset,
    part: Option<Dataset>,
    notes: &mut Vec<String>,
) -> anyhow::Result<Option<(Features, Target)>> {
    let Some(text) = &arguments.test else {
        return Ok(part.map(Dataset::into_parts));
    };
    let source = Source::find(text).context("--test")?;
    let part = source.has_test().then_some(Part::Test);
    let layout = csv::Layout::of(dataset);
    let matched = source.load_matching(&layout, &arguments.table, part).context("--test")?;
    notes.extend(matched.notes);
    let missing =
        || anyhow!("--test: {text}: no answers; expected the target `{}`", layout.targets.join("`, `"));
    Ok(Some((matched.features, matched.target.ok_or_else(missing)?)))
}

/// The share of the rows that is held out.
///
/// # Errors
/// If it is no share.
pub(super) fn share_held_out(arguments: &Arguments, rows: usize, has_test: bool) -> anyhow::Result<f64> {
    let needed = !has_test || arguments.patience.is_some();
    let default = if needed && rows >= ROWS_TO_HOLD_OUT_OF { HELD_OUT } else { 0.0 };
    let validation = arguments.validation.unwrap_or(default);
    TrainingConfig { validation, ..TrainingConfig::default() }.validate().map_err(explain)?;
    Ok(validation)
}

/// Refuses a step of more rows than there are, if it was asked for.
///
/// # Errors
/// If there are fewer rows to learn from.
pub(super) fn check_batch(arguments: &Arguments, data: &TrainingData) -> anyhow::Result<()> {
    let rows = data.split.training.len();
    match arguments.batch_size {
        Some(size) if size > rows => {
            bail!("--batch-size: more than there are rows to learn from; expected 1 to {rows}, got {size}")
        }
        _ => Ok(()),
    }
}
