//! The rows to learn from, those to judge by, and what is learnt about them before training.

use core::ops::Range;

use anyhow::{Context, anyhow, bail};
use chainrule::{Examples, Features, Split, Task, TrainingConfig};
use chainrule_data as data;
use chainrule_data::csv::{Layout, TargetReading};
use chainrule_data::infer::Decision;
use chainrule_data::preparation::{Encoding, Rule};
use chainrule_data::{Dataset, Image, Preparation, Scaling, Target};

use super::arguments::Arguments;
use super::holding::Holding;
use super::settings::{self, Settings};
use super::table::{self, Understood};
use super::task::{self, Wish};
use crate::choices::{Part, Precision};
use crate::failure::explain;
use crate::prepare::{self, Inputs, Raw};
use crate::source::{Answers, Needs, Request, Source};

/// Rows from which on some are held out if nothing else is said.
const ROWS_TO_HOLD_OUT_OF: usize = 50;
/// The share that is then held out.
const HELD_OUT: f64 = 0.1;

/// Data ready for training.
#[derive(Clone, Debug)]
pub(super) struct TrainingData {
    /// Their name.
    pub(super) name: String,
    /// All rows, raw.
    pub(super) raw: Raw,
    /// The size of the pictures, if the rows are some.
    pub(super) image: Option<Image>,
    /// What a table was read as.
    pub(super) format: Option<String>,
    /// What was decided about the columns of a table.
    pub(super) columns: Vec<Decision>,
    /// The answers.
    pub(super) target: Target,
    /// How much each row counts.
    pub(super) weights: Option<Vec<f64>>,
    /// Which rows are held out together.
    pub(super) holding: Holding,
    /// The kind of prediction.
    pub(super) task: Task,
    /// Which rows are learnt from and which are held out.
    pub(super) split: Split,
    /// Rows of their own to judge the result by.
    pub(super) test: Option<(Raw, Target)>,
    /// What looks odd and what was decided.
    pub(super) notes: Vec<String>,
}

/// The rows of data with the preparation that some of them ask for: what one network learns from.
#[derive(Clone, Debug)]
pub(super) struct Prepared<'a> {
    /// All rows.
    pub(super) data: &'a TrainingData,
    /// Which rows are learnt from and which are held out.
    pub(super) split: Split,
    /// How features become inputs, by the training rows alone.
    pub(super) inputs: Inputs,
    /// How the target of a regression is scaled.
    pub(super) outputs: Option<Scaling>,
    features: Features<'a>,
}

impl TrainingData {
    /// Reads data and divides them.
    ///
    /// # Errors
    /// What is wrong with the files, or with the arguments about them.
    pub(super) fn load(arguments: &Arguments, source: &Source) -> anyhow::Result<Self> {
        let (mut data, reading) = if source.is_table() {
            of_table(table::read(arguments, source)?, source)
        } else {
            of_dataset(arguments, source)?
        };
        let wish = Wish { network: arguments.spec.as_ref(), loss: arguments.loss() };
        let (task, target, why) = task::resolve(arguments.task, data.target, reading, &wish)
            .with_context(|| arguments.data.clone())?;
        (data.task, data.target) = (task, target);
        data.notes.extend(why);
        data.split = data.divide(arguments, source)?;
        data.test = data.test_rows(arguments)?.or(data.test);
        data.notes.extend(arguments.weight.iter().map(|column| {
            format!(
                "rows count by `{column}` in the losses of epochs, and once each in results, as in `evaluate`"
            )
        }));
        Ok(data)
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.target.rows()
    }

    /// Some rows with their answers.
    ///
    /// # Errors
    /// If a row does not exist.
    pub(super) fn select(&self, rows: &[usize]) -> Result<(Raw, Target), data::Error> {
        Ok((self.raw.select(rows)?, self.target.select(rows)?))
    }

    /// How features become inputs, by these rows alone.
    ///
    /// # Errors
    /// If the values of a column are too large to be scaled.
    fn fit(&self, rows: &[usize]) -> Result<Inputs, data::Error> {
        match &self.raw {
            Raw::Matrix { features, .. } => Inputs::fit(features, rows),
            Raw::Table(frame) => {
                Preparation::fit(frame, &self.columns, rows, Encoding::OneHot).map(Inputs::Prepared)
            }
            Raw::Stored(stored) => stored.fit(&self.columns, rows, Encoding::OneHot).map(Inputs::Prepared),
        }
    }

    /// What one network learns from, and is judged by, in the precision that it computes with.
    ///
    /// # Errors
    /// If the values of a column are too large to be scaled.
    pub(super) fn prepare(&self, split: Split, precision: Precision) -> anyhow::Result<Prepared<'_>> {
        let inputs = self.fit(&split.training).with_context(|| self.name.clone())?;
        let features =
            inputs.apply(&self.raw, &self.raw.names(), precision).with_context(|| self.name.clone())?;
        Ok(Prepared { data: self, split, inputs, outputs: None, features })
    }

    /// The answers, with as many features as rows, to divide them by.
    ///
    /// # Errors
    /// If an answer is not finite, which the readers refuse before.
    pub(super) fn answers(&self) -> Result<Examples<'_>, chainrule::Error> {
        let features = Features::Bytes { width: 1, values: vec![0; self.rows()].into(), divisor: 1.0 };
        Examples::new(features, prepare::targets(&self.target, None))
    }

    /// The rows to learn from and those held out.
    fn divide(&mut self, arguments: &Arguments, source: &Source) -> anyhow::Result<Split> {
        let has_test = self.test.is_some() || arguments.test.is_some();
        let share = share_held_out(arguments, self.rows(), has_test)?;
        let place = || source.place();
        let split = self.holding.split(&self.answers()?, share, arguments.seed).with_context(place)?;
        if split.validation.is_empty() && share > 0.0 {
            self.notes.push(self.holding.why_none(self.rows(), share));
        }
        Ok(split)
    }

    /// The rows of the test file, read as the model will read others.
    fn test_rows(&mut self, arguments: &Arguments) -> anyhow::Result<Option<(Raw, Target)>> {
        let Some(text) = &arguments.test else { return Ok(None) };
        let source = Source::find(text).context("--test")?;
        let part = source.has_test().then_some(Part::Test);
        let inputs = self.fit(&self.split.training).with_context(|| self.name.clone())?;
        let rules = inputs.rules(&self.raw.names())?;
        let layout = Layout {
            features: rules.columns().iter().map(|prepared| prepared.column.clone()).collect(),
            targets: self.target.columns().into_iter().map(str::to_owned).collect(),
            classes: self.target.class_names().map(<[String]>::to_vec),
        };
        let needs = Needs { preparation: &rules, layout: &layout, keep: &[], answers: Answers::Read };
        let matched = source.load_matching(&needs, &arguments.table, part).context("--test")?;
        // Columns that this table has as well and that are not learnt from need no word.
        self.notes.extend(matched.notes.into_iter().filter(|note| !note.contains("not used by the model")));
        let missing =
            || anyhow!("--test: {text}: no answers; expected the target `{}`", layout.targets.join("`, `"));
        Ok(Some((matched.raw, matched.target.ok_or_else(missing)?)))
    }
}

impl Prepared<'_> {
    /// Scales the target of a regression by the training rows.
    ///
    /// # Errors
    /// If the values are too large to be scaled.
    pub(super) fn scale_targets(&mut self) -> Result<(), data::Error> {
        if self.data.task == Task::Regression {
            self.outputs = prepare::fit_targets(&self.data.target, &self.split.training)?;
        }
        Ok(())
    }

    /// The inputs of each category that has one for each level.
    pub(super) fn categories(&self) -> Vec<Range<usize>> {
        let Inputs::Prepared(preparation) = &self.inputs else { return Vec::new() };
        let rules = preparation.columns().iter().zip(preparation.inputs());
        let one_hot = rules.filter(|(prepared, _)| matches!(&prepared.rule, Rule::Category(category) if category.encoding == Encoding::OneHot));
        one_hot.map(|(_, group)| group.range).collect()
    }

    /// The network and the settings of its training.
    ///
    /// # Errors
    /// If arguments contradict each other or a setting is out of range.
    pub(super) fn settings(&mut self, arguments: &Arguments) -> anyhow::Result<Settings> {
        let mut settings =
            settings::resolve(arguments, self.data.task, &self.examples()?, &self.categories())?;
        // A step of the recipe takes no more rows than there are, as one that is asked for.
        settings.config.batch_size = settings.config.batch_size.min(self.split.training.len()).max(1);
        if settings.is_free() {
            self.scale_targets()?;
        }
        Ok(settings)
    }

    /// The rows as the library takes them.
    ///
    /// # Errors
    /// If a number is not finite, which the readers refuse before.
    pub(super) fn examples(&self) -> Result<Examples<'_>, chainrule::Error> {
        let targets = prepare::targets(&self.data.target, self.outputs.as_ref());
        let examples = Examples::new(self.features.view(), targets)?;
        match &self.data.weights {
            Some(weights) => examples.with_weights(&weights[..]),
            None => Ok(examples),
        }
    }
}

fn of_table(table: Understood, source: &Source) -> (TrainingData, Option<TargetReading>) {
    let data = TrainingData {
        name: source.name(),
        raw: table.raw,
        format: Some(table.format),
        columns: table.columns,
        target: table.target,
        weights: table.weights,
        holding: table.holding,
        notes: table.notes,
        ..TrainingData::empty()
    };
    (data, Some(table.reading))
}

fn of_dataset(
    arguments: &Arguments,
    source: &Source,
) -> anyhow::Result<(TrainingData, Option<TargetReading>)> {
    let named: [(&str, bool); 7] = [
        ("--drop", !arguments.drop.is_empty()),
        ("--features", !arguments.features.is_empty()),
        ("--categorical", !arguments.categorical.is_empty()),
        ("--numeric", !arguments.numeric.is_empty()),
        ("--weight", arguments.weight.is_some()),
        ("--group", arguments.group.is_some()),
        ("--time", arguments.time.is_some()),
    ];
    if let Some((option, _)) = named.iter().find(|(_, given)| *given) {
        bail!("{option}: only tables have columns to choose from; `{}` is none", source.name());
    }
    // A file of test rows may be a table all the same.
    if let Some(option) = arguments.table.given().next().filter(|_| arguments.test.is_none()) {
        bail!("{option}: says how a table is read; `{}` is none", source.name());
    }
    let request = Request {
        table: arguments.table.clone(),
        target: arguments.target.clone(),
        kind: task::target_kind(arguments.task),
    };
    let loaded = source.load(&request)?;
    let dataset = loaded.split.train;
    let (name, image) = (dataset.name().to_owned(), dataset.image());
    let (raw, target) = parts(dataset);
    let test = loaded.split.test.map(parts);
    let notes = loaded.warnings;
    Ok((TrainingData { name, raw, image, target, test, notes, ..TrainingData::empty() }, loaded.reading))
}

fn parts(dataset: Dataset) -> (Raw, Target) {
    let names = dataset.feature_names().to_vec();
    let (features, target) = dataset.into_parts();
    (Raw::Matrix { names, features }, target)
}

impl TrainingData {
    /// Nothing yet, to be filled.
    fn empty() -> Self {
        TrainingData {
            name: String::new(),
            raw: Raw::Table(data::Frame::default()),
            image: None,
            format: None,
            columns: Vec::new(),
            target: Target::Values { names: Vec::new(), values: Vec::new() },
            weights: None,
            holding: Holding::Random,
            task: Task::Regression,
            split: Split::default(),
            test: None,
            notes: Vec::new(),
        }
    }
}

/// The share of the rows that is held out.
///
/// # Errors
/// If it is no share.
pub(super) fn share_held_out(arguments: &Arguments, rows: usize, has_test: bool) -> anyhow::Result<f64> {
    let needed = (!has_test || arguments.patience.is_some()) && arguments.folds.is_none();
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
