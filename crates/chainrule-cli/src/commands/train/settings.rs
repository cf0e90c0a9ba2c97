//! From arguments and data to a network and the settings of its training: the library's recipe, then what was asked for.
//!
//! Must not know: files, the terminal.

use core::ops::Range;

use anyhow::bail;
use chainrule::layers::Embed;
use chainrule::{
    Activation, ClassWeights, Clipping, Examples, Loss, Network, Objective, Penalty, Recipe, Targets, Task,
    TrainingConfig,
};

use super::arguments::Arguments;
use crate::choices::{CategoryChoice, ClassWeightChoice};
use crate::failure::explain;

/// Inputs of a category from which on it is embedded: more than 9 levels. RealMLP's choice (Holzmüller, Grinsztajn and
/// Steinwart, "Better by default", NeurIPS 2024).
const LEAST_EMBEDDED: usize = 10;
/// Numbers that an embedded category becomes, also theirs; half of its levels where these are few.
const EMBEDDED: usize = 8;

/// What is trained and how.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// The network.
    pub(super) network: Network,
    /// The training.
    pub(super) config: TrainingConfig,
}

/// The network and the settings for these examples; `categories` are the inputs of each category.
///
/// # Errors
/// If arguments contradict each other or a setting is out of range.
pub(super) fn resolve(
    arguments: &Arguments,
    task: Task,
    examples: &Examples<'_>,
    categories: &[Range<usize>],
) -> anyhow::Result<Settings> {
    let recipe = Recipe::for_task(task, examples);
    let network = match &arguments.spec {
        Some(network) => network.clone(),
        None => network(arguments, task, embedding(arguments.categories, categories), &recipe),
    };
    let network = match arguments.init {
        Some(rule) => network.with_initializer(rule),
        None => network,
    };
    network.check().map_err(explain)?;
    if arguments.spec.is_some() {
        check_ends(&network, examples)?;
    }
    let config = config(arguments, task, &network, recipe.config)?;
    config.validate().map_err(explain)?;
    Objective::new(config.loss).check(&network).map_err(explain)?;
    check_targets(config.loss, examples)?;
    Ok(Settings { network, config })
}

impl Settings {
    /// Whether the network's last numbers may have any size, so that a target of numbers can be scaled.
    pub(super) fn is_free(&self) -> bool {
        let ends_free = self.network.output_activation() == Activation::Identity;
        ends_free && self.config.loss.link() == Activation::Identity
    }
}

/// Whether a network in text fits the data at both ends.
fn check_ends(network: &Network, examples: &Examples<'_>) -> anyhow::Result<()> {
    let (inputs, width) = (network.inputs(), examples.features().width());
    if inputs != width {
        bail!(
            "--spec: its input does not fit the data; expected `identity:{width}`, got `identity:{inputs}`"
        );
    }
    let outputs = network.outputs();
    let (fits, expected) = match examples.targets() {
        Targets::Classes { count: 2, .. } => (outputs == 1 || outputs == 2, "1 or 2 for two classes".into()),
        Targets::Classes { count, .. } => (outputs == *count, format!("{count}, one for each class")),
        Targets::Values { width, .. } => (outputs == *width, format!("{width}, one for each target column")),
    };
    if fits {
        Ok(())
    } else {
        bail!("--spec: its outputs do not fit the data; expected {expected}, got {outputs}")
    }
}

/// Whether the loss has a meaning for the numbers of the target.
fn check_targets(loss: Loss, examples: &Examples<'_>) -> anyhow::Result<()> {
    let Targets::Values { values, .. } = examples.targets() else { return Ok(()) };
    let (holds, expected): (fn(f64) -> bool, _) = match loss {
        Loss::Poisson => (|value| value >= 0.0, "counts, at least 0"),
        loss if loss.is_binary() => (|value| (0.0..=1.0).contains(&value), "0, 1 or shares between them"),
        _ => return Ok(()),
    };
    match values.iter().copied().find(|value| !holds(*value)) {
        Some(value) => {
            bail!("--loss {loss}: the target does not go with it; expected {expected}, got {value}")
        }
        None => Ok(()),
    }
}

/// The layer that embeds categories, each given with its inputs, if there is one to embed.
fn embedding(choice: CategoryChoice, categories: &[Range<usize>]) -> Option<Embed> {
    let least = match choice {
        CategoryChoice::Auto => LEAST_EMBEDDED,
        CategoryChoice::Embedding => 1,
        CategoryChoice::OneHot => usize::MAX,
    };
    let width = |levels: usize| EMBEDDED.min(levels.div_ceil(2));
    let embedded = categories.iter().filter(|inputs| inputs.len() >= least);
    let blocks: Vec<(Range<usize>, usize)> =
        embedded.map(|inputs| (inputs.clone(), width(inputs.len()))).collect();
    (!blocks.is_empty()).then(|| Embed::new(blocks))
}

/// The network with the hidden layers asked for, or those of the recipe, behind an embedding of categories.
fn network(arguments: &Arguments, task: Task, embedding: Option<Embed>, recipe: &Recipe) -> Network {
    let hidden = arguments.hidden.as_ref().map_or(&recipe.hidden, |widths| &widths.0);
    let activation = arguments.activation.unwrap_or(recipe.activation);
    let add = |network: Network, width: &usize| {
        let network = network.dense(*width, activation);
        arguments.dropout.map_or(network.clone(), |rate| network.dropout(rate))
    };
    let last = arguments.loss().map_or(task.activation(), |loss| last_activation(task, loss));
    let inputs = Network::new(recipe.inputs);
    let inputs = match embedding {
        Some(layer) => inputs.layer(layer),
        None => inputs,
    };
    hidden.iter().fold(inputs, add).dense(recipe.outputs, last)
}

/// The last activation that goes with a task and a loss.
fn last_activation(task: Task, loss: Loss) -> Activation {
    match (loss, loss.link()) {
        // Scores, which the hinge wants beyond 1 and below -1.
        (Loss::Hinge | Loss::MulticlassHinge, _) => Activation::Identity,
        (_, Activation::Identity) => task.activation(),
        (_, link) => link,
    }
}

/// The loss that goes with a task and a network's last activation.
fn default_loss(task: Task, last: Activation) -> Loss {
    match (task, last) {
        (Task::Regression, _) => Loss::SquaredError,
        (_, Activation::Sigmoid) => Loss::BinaryCrossEntropy,
        (Task::Multiclass, Activation::Softmax | Activation::LogSoftmax | Activation::Identity) => {
            task.loss()
        }
        (_, Activation::Identity) => task.loss(),
        _ => Loss::SquaredError,
    }
}

fn config(
    arguments: &Arguments,
    task: Task,
    network: &Network,
    recipe: TrainingConfig,
) -> anyhow::Result<TrainingConfig> {
    let recipe = match arguments.optimizer {
        Some(optimizer) => recipe.with_optimizer(optimizer),
        None => recipe,
    };
    let loss = arguments.loss().unwrap_or_else(|| default_loss(task, network.output_activation()));
    Ok(TrainingConfig {
        loss: smoothed(loss, arguments.label_smoothing)?,
        reduction: arguments.reduction.unwrap_or(recipe.reduction),
        learning_rate: arguments.learning_rate.or(recipe.learning_rate),
        schedule: arguments.schedule.clone().unwrap_or_else(|| recipe.schedule.clone()),
        epochs: arguments.epochs.unwrap_or(recipe.epochs),
        batch_size: arguments.batch_size.unwrap_or(recipe.batch_size),
        patience: arguments.patience.or(recipe.patience),
        penalty: Penalty {
            l1: arguments.l1.unwrap_or(recipe.penalty.l1),
            l2: arguments.l2.unwrap_or(recipe.penalty.l2),
        },
        weight_decay: arguments.weight_decay.or(recipe.weight_decay),
        clipping: Clipping {
            norm: arguments.clip_norm.or(recipe.clipping.norm),
            value: arguments.clip_value.or(recipe.clipping.value),
        },
        max_norm: arguments.max_norm.or(recipe.max_norm),
        averaging: arguments.averaging.or(recipe.averaging),
        class_weights: match arguments.class_weight {
            ClassWeightChoice::Uniform => recipe.class_weights.clone(),
            ClassWeightChoice::Balanced => ClassWeights::Balanced,
        },
        seed: arguments.seed,
        ..recipe
    })
}

/// The loss with the label smoothing asked for.
fn smoothed(loss: Loss, share: Option<f64>) -> anyhow::Result<Loss> {
    match (loss, share) {
        (loss, None) => Ok(loss),
        (Loss::CrossEntropy { .. }, Some(label_smoothing)) => Ok(Loss::CrossEntropy { label_smoothing }),
        (loss, Some(_)) => bail!(
            "--label-smoothing: only with the loss `cross_entropy`, got `{loss}`\n\
             help: --loss cross_entropy, which takes two classes as well"
        ),
    }
}
