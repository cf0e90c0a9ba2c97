//! The arguments of `train`: a table.

use std::path::PathBuf;

use chainrule::optimizers::Optimizer;
use chainrule::schedules::Schedule;
use chainrule::{Activation, Initializer, Loss, Network, Reduction};

use crate::arguments::TableArguments;
use crate::checkpoint::CheckpointArguments;
use crate::choices::{CategoryChoice, ClassWeightChoice, Precision, TaskChoice};
use crate::failure::named;
use crate::logs::LogArguments;
use crate::memory::Size;

/// The heading of what is said about the columns of a table.
const COLUMNS: &str = "Columns of a table";

/// The arguments of `train`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A built-in data set (`chainrule data list`), a table (CSV, TSV, Parquet, Arrow, npy ...; `-`: from the standard input), IDX images, or a folder of them
    #[arg(required_unless_present_any = ["config", "resume"], default_value = "", hide_default_value = true)]
    pub(super) data: String,

    /// The column to predict, or several with commas between them [default: the last]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) target: Vec<String>,
    /// The kind of prediction
    #[arg(long, value_enum, default_value_t)]
    pub(super) task: TaskChoice,
    /// The share of rows held out to judge by [default: 0.1 of 50 rows and more without a test part]
    #[arg(long, value_name = "SHARE")]
    pub(super) validation: Option<f64>,
    /// Judge by so many parts, each held out once from a network of its own; then train on all rows
    #[arg(long, value_name = "K", conflicts_with_all = ["validation", "patience", "weights"])]
    pub(super) folds: Option<usize>,
    /// Rows to judge the result by, in a file of their own
    #[arg(long, value_name = "FILE")]
    pub(super) test: Option<String>,
    /// How much each class counts
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pub(super) class_weight: ClassWeightChoice,

    /// Columns to leave out, such as identifiers
    #[arg(long, visible_alias = "ignore", value_name = "COLUMNS", value_delimiter = ',', help_heading = COLUMNS)]
    pub(super) drop: Vec<String>,
    /// The only columns to learn from
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', help_heading = COLUMNS)]
    pub(super) features: Vec<String>,
    /// Columns of categories, such as codes that look like numbers
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', help_heading = COLUMNS)]
    pub(super) categorical: Vec<String>,
    /// Columns of numbers
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', help_heading = COLUMNS)]
    pub(super) numeric: Vec<String>,
    /// How categories become inputs, where no --spec says it
    #[arg(long, value_name = "HOW", value_enum, default_value_t, help_heading = COLUMNS)]
    pub(super) categories: CategoryChoice,
    /// The column that says how much each row counts
    #[arg(long, value_name = "COLUMN", help_heading = COLUMNS)]
    pub(super) weight: Option<String>,
    /// Rows that are equal in this column are held out together or not at all
    #[arg(long, value_name = "COLUMN", conflicts_with = "time", help_heading = COLUMNS)]
    pub(super) group: Option<String>,
    /// The latest rows by this column are held out; --folds judges each part by what came before it
    #[arg(long, value_name = "COLUMN", help_heading = COLUMNS)]
    pub(super) time: Option<String>,

    /// The whole network, such as identity:4,relu:16,dropout(0.1),softmax:3
    #[arg(long, value_name = "SPEC", value_parser = named::<Network>, help_heading = "Network")]
    pub(super) spec: Option<Network>,
    /// Widths of the hidden layers, or `none` [default: by the data]
    #[arg(long, value_name = "WIDTHS", conflicts_with = "spec", value_parser = widths, help_heading = "Network")]
    pub(super) hidden: Option<Widths>,
    /// The hidden layers' activation [default: relu]
    #[arg(long, value_name = "NAME", conflicts_with = "spec", value_parser = named::<Activation>, help_heading = "Network")]
    pub(super) activation: Option<Activation>,
    /// The share of hidden values that are dropped in a training step
    #[arg(long, value_name = "RATE", conflicts_with = "spec", help_heading = "Network")]
    pub(super) dropout: Option<f64>,
    /// The rule for initial weights [default: by the activation]
    #[arg(long, value_name = "NAME", value_parser = named::<Initializer>, help_heading = "Network")]
    pub(super) init: Option<Initializer>,
    /// Start from the weights of a model file or a checkpoint instead of random ones
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub(super) weights: Option<PathBuf>,
    /// The type of numbers
    #[arg(long, value_enum, default_value_t, help_heading = "Network")]
    pub(super) precision: Precision,

    /// What is made small: `auto` or a name, such as huber(2) [default: auto, by the task]
    #[arg(long, value_name = "NAME", value_parser = loss, help_heading = "Training")]
    pub(super) loss: Option<LossChoice>,
    /// How the losses of a step become one: mean, mean_over_examples or sum
    #[arg(long, value_name = "NAME", value_parser = named::<Reduction>, help_heading = "Training")]
    pub(super) reduction: Option<Reduction>,
    /// How the weights follow the gradient: adam, adamw, sgd, momentum, lbfgs ... [default: by the data]
    #[arg(long, value_name = "NAME", value_parser = named::<Optimizer>, help_heading = "Training")]
    pub(super) optimizer: Option<Optimizer>,
    /// The highest learning rate [default: by the data, or the chosen optimizer's own]
    #[arg(long, value_name = "RATE", help_heading = "Training")]
    pub(super) learning_rate: Option<f64>,
    /// How the learning rate changes: constant, one_cycle, cosine, warmup+cosine ...
    #[arg(long, value_name = "NAME", value_parser = named::<Schedule>, help_heading = "Training")]
    pub(super) schedule: Option<Schedule>,
    /// Rows in a step [default: by the data]
    #[arg(long, value_name = "N", help_heading = "Training")]
    pub(super) batch_size: Option<usize>,
    /// How often every row is used [default: by the data]
    #[arg(long, value_name = "N", help_heading = "Training")]
    pub(super) epochs: Option<usize>,
    /// The same seed gives the same file, bit for bit
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Training")]
    pub(super) seed: u64,
    /// The most threads; the result has the same bits for any number [default: as many as the machine has for this program]
    #[arg(long, value_name = "N", value_parser = crate::arguments::threads, help_heading = "Training")]
    pub(super) threads: Option<usize>,
    /// Stop after so many epochs without a better loss, and go back to the best
    #[arg(long, value_name = "EPOCHS", help_heading = "Training")]
    pub(super) patience: Option<usize>,

    /// Penalty on the magnitudes of weights
    #[arg(long, value_name = "FACTOR", help_heading = "Against overfitting and divergence")]
    pub(super) l1: Option<f64>,
    /// Penalty on half the squares of weights
    #[arg(long, value_name = "FACTOR", help_heading = "Against overfitting and divergence")]
    pub(super) l2: Option<f64>,
    /// Decoupled weight decay
    #[arg(long, value_name = "FACTOR", help_heading = "Against overfitting and divergence")]
    pub(super) weight_decay: Option<f64>,
    /// The largest norm of a step's gradient
    #[arg(long, value_name = "NORM", help_heading = "Against overfitting and divergence")]
    pub(super) clip_norm: Option<f64>,
    /// The largest element of a step's gradient
    #[arg(long, value_name = "VALUE", help_heading = "Against overfitting and divergence")]
    pub(super) clip_value: Option<f64>,
    /// The largest norm of the weights into one unit
    #[arg(long, value_name = "NORM", help_heading = "Against overfitting and divergence")]
    pub(super) max_norm: Option<f64>,
    /// Keep a moving average of the weights with this decay
    #[arg(long, value_name = "DECAY", help_heading = "Against overfitting and divergence")]
    pub(super) averaging: Option<f64>,
    /// The share of the target that goes to all classes alike
    #[arg(long, value_name = "SHARE", help_heading = "Against overfitting and divergence")]
    pub(super) label_smoothing: Option<f64>,

    /// Checkpoints.
    #[command(flatten)]
    pub(crate) checkpoints: CheckpointArguments,

    /// Where the model is saved [default: the name of the data with .safetensors]
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// Write a page about the result: one HTML file with curves, mistakes, columns that matter and settings
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) report: Option<PathBuf>,
    /// End with exit code 1 if the accuracy is lower
    #[arg(long, value_name = "SHARE", help_heading = "Output")]
    pub(super) min_accuracy: Option<f64>,
    /// Print one JSON object and nothing else on the standard output
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
    /// Tell only the result: neither what was understood nor the progress
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,

    /// Take settings from a file in TOML or JSON; what is typed wins
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,
    /// Print all settings as such a file, those that follow from the data too, and do not train
    #[arg(long, help_heading = "Configuration")]
    pub(super) print_config: bool,
    /// What was given, as text.
    #[arg(skip)]
    pub(crate) given: crate::config::Given,

    /// What is written down meanwhile.
    #[command(flatten)]
    pub(super) logs: LogArguments,
    /// How a table is read.
    #[command(flatten)]
    pub(super) table: TableArguments,
    /// Memory for the table, such as 500M; one that needs more lies in a file meanwhile [default: half of what is free]
    #[arg(long, value_name = "SIZE", value_parser = crate::memory::size, help_heading = "How a table is read")]
    pub(super) memory: Option<Size>,
}

const EXAMPLES: &str = "\
Examples:
  chainrule train mnist
  chainrule train iris --hidden 16 --activation tanh --epochs 200
  chainrule train houses.csv --target price --drop id --patience 20
  chainrule train customers.csv --target churn --categorical zip --folds 5
  chainrule train visits.csv --target outcome --group patient --class-weight balanced
  chainrule train flowers.csv --spec identity:4,sigmoid:5,sigmoid:3 --loss squared_error
  chainrule train wine --report report.html
  chainrule train iris --seed 7 --min-accuracy 0.9 --json
  chainrule train mnist --epochs 500 --checkpoint run   then, after a kill: chainrule train --resume run

Every setting that is not given follows from the size of the data. Ctrl-C finishes the step and saves.";

/// A list of widths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Widths(pub(super) Vec<usize>);

/// Reads `128,64`, or `none` for no hidden layer.
fn widths(text: &str) -> Result<Widths, String> {
    if text == "none" {
        return Ok(Widths(Vec::new()));
    }
    let width = |part: &str| match part.trim().parse() {
        Ok(0) | Err(_) => {
            Err(format!("expected whole numbers above 0 such as 128,64, or none, got `{part}`"))
        }
        Ok(width) => Ok(width),
    };
    text.split(',').map(width).collect::<Result<_, _>>().map(Widths)
}

/// A loss, or the one that suits the task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LossChoice {
    /// By the task and the network's last activation.
    Auto,
    /// This one.
    Given(Loss),
}

fn loss(text: &str) -> Result<LossChoice, String> {
    if text == "auto" { Ok(LossChoice::Auto) } else { named(text).map(LossChoice::Given) }
}

impl Arguments {
    /// The loss, if one was named.
    pub(super) fn loss(&self) -> Option<Loss> {
        match self.loss {
            Some(LossChoice::Given(loss)) => Some(loss),
            Some(LossChoice::Auto) | None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::widths;

    #[test]
    fn widths_are_numbers_above_zero() {
        assert_eq!(widths("128, 64").unwrap().0, [128, 64]);
        assert_eq!(widths("none").unwrap().0, [0; 0]);
        assert_eq!(
            widths("12,0").unwrap_err(),
            "expected whole numbers above 0 such as 128,64, or none, got `0`"
        );
    }
}
