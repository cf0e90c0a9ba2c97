//! `chainrule inspect`: what a model file holds.

mod columns;

use std::path::PathBuf;

use chainrule_files::{ModelRecord, Outputs, Scaling, Tensor, Values};
use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::model::Model;
use crate::output;
use crate::record;
use crate::table::{align, counted, labelled};

/// The arguments of `inspect`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A model file
    model: PathBuf,
    /// Print one JSON object and nothing else on the standard output
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  chainrule inspect mnist.safetensors
  chainrule inspect mnist.safetensors --json";

/// The most features that are listed.
const LISTED: usize = 20;

/// Reads the model and prints what it holds.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let model = Model::read(&arguments.model)?;
    if arguments.json {
        output::json(&as_json(&model))?;
    } else {
        output::result(&as_text(&model))?;
    }
    Ok(Outcome::Done)
}

fn as_text(model: &Model) -> String {
    let record = &model.record;
    let head = labelled(&[
        ("task", format!("{}, loss {}", model.task, record.loss)),
        ("target", describe_target(record)),
        ("inputs", describe_inputs(record)),
        ("training", describe_training(record)),
        (
            "data",
            if record.data_fingerprint.is_empty() {
                "unknown".into()
            } else {
                record.data_fingerprint.clone()
            },
        ),
        ("written by", format!("chainrule {}", record.written_by)),
    ]);
    [head, model.network.to_string(), parameters(model), features(record)].join("\n\n").trim_end().to_owned()
}

fn describe_target(record: &ModelRecord) -> String {
    match record.target.as_ref().map(|target| (&target.name, &target.outputs)) {
        None => "without names".into(),
        Some((name, Outputs::Classes { names })) => format!("`{name}`: {}", names.join(", ")),
        Some((_, Outputs::Values { names, scaling })) => {
            format!("`{}`, {}", names.join("`, `"), describe_scaling(scaling))
        }
    }
}

fn describe_inputs(record: &ModelRecord) -> String {
    if let Some(preparation) = &record.preparation {
        let columns = counted(preparation.columns.len() as u64, "column");
        let inputs = preparation.width().map_or("many inputs".into(), |width| counted(width as u64, "input"));
        return format!("{columns} of a table, prepared as {inputs}");
    }
    let columns = record.input_width().map_or("without names".to_owned(), |width| format!("{width} columns"));
    let image = record.extras.get(record::IMAGE).map(|size| format!(", images of {size} pixels"));
    format!("{columns}{}, {}", image.unwrap_or_default(), describe_scaling(&record.scaling))
}

fn describe_scaling(scaling: &Scaling) -> String {
    match scaling {
        Scaling::None => "as given".into(),
        Scaling::Divide { divisor } => format!("divided by {divisor}"),
        Scaling::Standard { .. } => "centred and scaled".into(),
    }
}

fn describe_training(record: &ModelRecord) -> String {
    let Some(training) = &record.training else { return "none".into() };
    let metrics = training.metrics.iter().map(|(name, value)| format!("\n{name} {value:.4}"));
    format!(
        "{} epochs, {} steps of {} rows, {} at {}, seed {}, last loss {:.4}{}",
        training.epochs,
        training.steps,
        training.batch_size,
        training.optimizer,
        training.learning_rate,
        training.seed,
        training.final_loss,
        metrics.collect::<String>()
    )
}

/// What the numbers of a tensor are like.
struct Summary {
    mean: f64,
    deviation: f64,
    lowest: f64,
    highest: f64,
}

impl Summary {
    fn of(tensor: &Tensor) -> Self {
        let values: Vec<f64> = match &tensor.values {
            Values::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::F64(values) => values.clone(),
        };
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        Summary {
            mean,
            deviation: (squares / count).sqrt(),
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

fn parameters(model: &Model) -> String {
    let heading = ["parameter", "shape", "type", "mean", "deviation", "lowest", "highest"];
    let row = |tensor: Tensor| {
        let Summary { mean, deviation, lowest, highest } = Summary::of(&tensor);
        let numbers = [mean, deviation, lowest, highest].map(|number| format!("{number:.4}"));
        let shape = format!("{:?}", tensor.shape);
        [tensor.name.clone(), shape, kind(&tensor).to_owned()].into_iter().chain(numbers).collect()
    };
    let rows: Vec<Vec<String>> = [heading.map(str::to_owned).to_vec()]
        .into_iter()
        .chain(model.tensors().into_iter().map(row))
        .collect();
    align(&rows)
}

fn kind(tensor: &Tensor) -> &'static str {
    match &tensor.values {
        Values::F32(_) => "f32",
        Values::F64(_) => "f64",
    }
}

/// Each column with what becomes of it, where that was learnt from the training rows.
fn features(record: &ModelRecord) -> String {
    if let Some(preparation) = &record.preparation {
        return columns::describe(preparation);
    }
    let Scaling::Standard { mean, deviation } = &record.scaling else { return String::new() };
    let names = record::feature_names(record);
    let heading = ["feature", "mean", "deviation"].map(str::to_owned).to_vec();
    let numbers = mean.iter().zip(deviation);
    let row = |(name, (mean, deviation)): (&String, (&f64, &f64))| {
        vec![name.clone(), format!("{mean:.4}"), format!("{deviation:.4}")]
    };
    let rows: Vec<Vec<String>> =
        [heading].into_iter().chain(names.iter().zip(numbers).map(row).take(LISTED)).collect();
    let rest = names.len().saturating_sub(LISTED);
    let more = if rest == 0 { String::new() } else { format!("\n... and {rest} more") };
    align(&rows) + &more
}

fn as_json(model: &Model) -> Value {
    let tensor = |tensor: Tensor| {
        let Summary { mean, deviation, lowest, highest } = Summary::of(&tensor);
        json!({ "name": tensor.name, "shape": tensor.shape, "type": kind(&tensor), "trainable": tensor.trainable,
                "mean": mean, "deviation": deviation, "lowest": lowest, "highest": highest })
    };
    json!({
        "written_by": model.record.written_by,
        "record": model.record,
        "parameters": model.tensors().into_iter().map(tensor).collect::<Vec<_>>(),
    })
}
