//! The rows at which gradients are checked: of data, or random.

use anyhow::{anyhow, bail};
use chainrule::engine::Shape;
use chainrule::engine::random::{Purpose, Stream};
use chainrule::{Loss, Targets};
use chainrule_data::{Scaling, Target, describe};

use super::Arguments;
use crate::choices::Precision;
use crate::commands::subject::Subject;
use crate::model::Model;
use crate::output;
use crate::prepare::{self, Inputs, Raw};
use crate::source::{Answers, Needs, Request, Source};

/// The rows at which is checked.
pub(super) struct Rows {
    pub(super) count: usize,
    pub(super) features: Vec<f64>,
    pub(super) targets: Vec<f64>,
}

/// How many numbers a target has in the form that the loss takes; 0 for one class number.
fn target_width(subject: &Subject) -> usize {
    let takes_index = subject.loss.target_shape(subject.network.outputs()) == Shape::BATCH;
    if takes_index { 0 } else { subject.network.outputs() }
}

/// Raw rows with answers, and how they are prepared.
struct Prepared {
    raw: Raw,
    /// The columns in the order of the network.
    names: Vec<String>,
    target: Target,
    inputs: Inputs,
    outputs: Option<Scaling>,
}

/// Rows spread evenly over the data, prepared as the model has it, or as training would for a network in text.
pub(super) fn rows_of_data(arguments: &Arguments, subject: &Subject, data: &str) -> anyhow::Result<Rows> {
    let source = Source::find(data)?;
    let Prepared { raw, names, target, inputs, outputs } = match &subject.model {
        Some(model) => of_model(arguments, model, &source)?,
        None => of_text(arguments, subject, &source)?,
    };
    let rows = describe::spread(target.rows(), usize::from(arguments.rows));
    if rows.is_empty() {
        bail!("{data}: no rows; expected at least one");
    }
    let features = inputs.apply(&raw, &names, Precision::F64)?;
    if features.width() != subject.network.inputs() {
        bail!("{data}: expected {} features, got {}", subject.network.inputs(), features.width());
    }
    let mut values = vec![0.0; rows.len() * features.width()];
    features.gather(&rows, &mut values);
    let targets = gather_targets(subject, &prepare::targets(&target, outputs.as_ref()), &rows)?;
    Ok(Rows { count: rows.len(), features: values, targets })
}

fn of_model(arguments: &Arguments, model: &Model, source: &Source) -> anyhow::Result<Prepared> {
    let (layout, rules) = (model.layout(), model.rules()?);
    let needs = Needs { preparation: &rules, layout: &layout, keep: &[], answers: Answers::Read };
    let table = arguments.table.clone().with_markers_of(&model.record);
    let matched = source.load_matching(&needs, &table, None)?;
    matched.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let targets = layout.targets.join("`, `");
    let missing = || anyhow!("{}: no answers; expected the target `{targets}`", source.name());
    Ok(Prepared {
        raw: matched.raw,
        names: layout.features.clone(),
        target: matched.target.ok_or_else(missing)?,
        inputs: model.inputs.clone(),
        outputs: model.outputs.clone(),
    })
}

fn of_text(arguments: &Arguments, subject: &Subject, source: &Source) -> anyhow::Result<Prepared> {
    let request = Request { table: arguments.table.clone(), ..Request::default() };
    let dataset = source.load(&request)?.split.train;
    let names = dataset.feature_names().to_vec();
    let (features, target) = dataset.into_parts();
    let all: Vec<usize> = (0..target.rows()).collect();
    let inputs = Inputs::fit(&features, &all)?;
    let target = if target_width(subject) == 0 { target.into_classes()? } else { target };
    let raw = Raw::Matrix { names: names.clone(), features };
    Ok(Prepared { raw, names, target, inputs, outputs: None })
}

/// The answers of some rows in the form that the loss takes.
fn gather_targets(subject: &Subject, answers: &Targets<'_>, rows: &[usize]) -> anyhow::Result<Vec<f64>> {
    let (width, outputs) = (target_width(subject), subject.network.outputs());
    let (fits, got) = match answers {
        Targets::Values { width: got, .. } => (*got == width, format!("{got} numbers")),
        Targets::Classes { count, .. } => {
            (*count == outputs || *count == 2 && width == 1, format!("{count} classes"))
        }
    };
    if !fits {
        bail!("check: the answers do not fit the network; expected {outputs} outputs, got {got}");
    }
    let mut targets = vec![0.0; rows.len() * width.max(1)];
    answers.gather(rows, width, &mut targets);
    Ok(targets)
}

/// Normal features, and targets of the kind that the loss takes.
pub(super) fn random_rows(arguments: &Arguments, subject: &Subject) -> Rows {
    let count = usize::from(arguments.rows);
    let (inputs, outputs) = (subject.network.inputs(), subject.network.outputs());
    // The engine's check draws from low and from high numbers of this purpose's streams.
    let mut stream = Stream::new(arguments.subject.seed, Purpose::Check, 1 << 32);
    let features: Vec<f64> = (0..count * inputs).map(|_| stream.next_normal()).collect();
    let classes: Vec<u32> = (0..count).map(|_| stream.next_below(outputs as u64) as u32).collect();
    let width = target_width(subject);
    let mut targets = vec![0.0; count * width.max(1)];
    let all: Vec<usize> = (0..count).collect();
    if subject.loss.is_over_classes() {
        Targets::Classes { count: outputs, labels: classes.into() }.gather(&all, width, &mut targets);
    } else {
        targets.fill_with(|| target_of(subject.loss, &mut stream));
    }
    Rows { count, features, targets }
}

fn target_of(loss: Loss, stream: &mut Stream) -> f64 {
    match loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => stream.next_below(2) as f64,
        Loss::Poisson => stream.next_below(5) as f64,
        _ => stream.next_normal(),
    }
}
