//! [`Task`]: the defaults for a kind of prediction.

use core::fmt;
use core::str::FromStr;

use super::Network;
use crate::Error;
use crate::activations::Activation;
use crate::losses::Loss;
use crate::named::Call;

/// A kind of prediction, with its usual output activation and loss.
///
/// | task | outputs | activation | loss |
/// |---|---|---|---|
/// | regression | one for each number | identity | squared error |
/// | binary | one | sigmoid | binary cross-entropy |
/// | multiclass | one for each class | softmax | cross-entropy |
/// | multilabel | one for each label | sigmoid | binary cross-entropy |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Numbers.
    Regression,
    /// One question, yes or no.
    Binary,
    /// One of several classes.
    Multiclass,
    /// Several questions, each yes or no.
    Multilabel,
}

impl Task {
    /// The names that [`FromStr`] knows.
    pub const NAMES: &'static [&'static str] = &["regression", "binary", "multiclass", "multilabel"];

    /// The output activation.
    pub fn activation(self) -> Activation {
        match self {
            Self::Regression => Activation::Identity,
            Self::Binary | Self::Multilabel => Activation::Sigmoid,
            Self::Multiclass => Activation::Softmax,
        }
    }

    /// The loss.
    pub fn loss(self) -> Loss {
        match self {
            Self::Regression => Loss::SquaredError,
            Self::Binary | Self::Multilabel => Loss::BinaryCrossEntropy,
            Self::Multiclass => Loss::CrossEntropy { label_smoothing: 0.0 },
        }
    }
}

impl FromStr for Task {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::parse("task", text)?;
        match call.name {
            "regression" => call.plain(Self::Regression),
            "binary" => call.plain(Self::Binary),
            "multiclass" => call.plain(Self::Multiclass),
            "multilabel" => call.plain(Self::Multilabel),
            _ => Err(call.unknown(Self::NAMES)),
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Regression => "regression",
            Self::Binary => "binary",
            Self::Multiclass => "multiclass",
            Self::Multilabel => "multilabel",
        })
    }
}

impl Network {
    /// A network with the task's defaults: ReLU layers of the `hidden` widths, then the task's outputs.
    ///
    /// ```
    /// use chainrule::network::{Network, Task};
    /// let network = Network::for_task(Task::Multiclass, 784, &[128, 64], 10);
    /// assert_eq!(network.spec(), "identity:784,relu:128,relu:64,softmax:10");
    /// ```
    pub fn for_task(task: Task, inputs: usize, hidden: &[usize], outputs: usize) -> Self {
        Network::new(inputs).hidden(hidden, Activation::Relu).dense(outputs, task.activation())
    }
}

#[cfg(test)]
mod tests {
    use super::Task;

    const ALL: [Task; 4] = [Task::Regression, Task::Binary, Task::Multiclass, Task::Multilabel];

    #[test]
    fn names_are_written_and_read() {
        for (name, task) in Task::NAMES.iter().zip(ALL) {
            assert_eq!((name.parse(), task.to_string().as_str()), (Ok(task), *name));
        }
        assert!("classify".parse::<Task>().is_err());
    }

    #[test]
    fn the_activation_is_the_losses_link() {
        for task in ALL {
            assert_eq!(task.loss().link(), task.activation());
        }
    }
}
