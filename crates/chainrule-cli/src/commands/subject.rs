//! MODEL or `--spec`: the network that `check` and `graph` look at.

use std::path::{Path, PathBuf};

use chainrule::engine::Params;
use chainrule::{Activation, Loss, Network, Objective};

use crate::failure::{explain, named};
use crate::model::Model;

/// The network to look at.
#[derive(clap::Args, Debug)]
pub(crate) struct SubjectArguments {
    /// A model file; not with --spec
    #[arg(required_unless_present = "spec")]
    pub(super) model: Option<PathBuf>,
    /// Instead of a model: a network in text, such as identity:4,tanh:5,softmax:3, with initial weights
    #[arg(long, value_name = "SPEC", value_parser = named::<Network>)]
    pub(super) spec: Option<Network>,
    /// The loss [default: the model's, or by the last activation]
    #[arg(long, value_name = "NAME", value_parser = named::<Loss>)]
    pub(super) loss: Option<Loss>,
    /// The seed of initial weights and random rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
}

/// A network with numbers and a loss.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// The network.
    pub(super) network: Network,
    /// What its gradient is of.
    pub(super) loss: Loss,
    /// Its numbers.
    pub(super) params: Params<f64>,
    /// The model, if it came from a file.
    pub(super) model: Option<Model>,
}

impl SubjectArguments {
    /// Reads the model, or initialises the network.
    ///
    /// # Errors
    /// What is wrong with the file; a loss that does not go with the network.
    pub(super) fn resolve(&self) -> anyhow::Result<Subject> {
        let subject = match (&self.model, &self.spec) {
            (Some(path), None) => self.of_model(path)?,
            (_, Some(network)) => Subject {
                loss: self.loss.unwrap_or_else(|| usual_loss(network.output_activation())),
                params: network.initialise(self.seed).map_err(explain)?,
                network: network.clone(),
                model: None,
            },
            (None, None) => anyhow::bail!("expected a model file or --spec"),
        };
        Objective::new(subject.loss).check(&subject.network).map_err(explain)?;
        Ok(subject)
    }

    fn of_model(&self, path: &Path) -> anyhow::Result<Subject> {
        let model = Model::read(path)?;
        Ok(Subject {
            network: model.network.clone(),
            loss: self.loss.unwrap_or(model.loss),
            params: model.weights.to_f64(),
            model: Some(model),
        })
    }
}

/// The loss whose link is a network's last activation.
pub(super) fn usual_loss(last: Activation) -> Loss {
    match last {
        Activation::Softmax | Activation::LogSoftmax => Loss::CrossEntropy { label_smoothing: 0.0 },
        Activation::Sigmoid => Loss::BinaryCrossEntropy,
        Activation::Exp => Loss::Poisson,
        _ => Loss::SquaredError,
    }
}
