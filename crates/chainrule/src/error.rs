//! Everything that can go wrong in the library crate.

use chainrule_engine::Shape;

/// What kept a setting, a name or a saved state from being used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A number outside the range in which it has a meaning.
    #[error("{owner}: `{setting}` is out of range; expected {expected}, got {got}")]
    InvalidSetting {
        /// The thing that is configured, by its name: `adam`.
        owner: &'static str,
        /// The setting's name: `beta1`.
        setting: &'static str,
        /// The range in words.
        expected: &'static str,
        /// The number given.
        got: f64,
    },
    /// A name that is not in the list of its kind.
    #[error("{kind}: unknown name; expected one of {}, got `{name}`", listed(.known))]
    UnknownName {
        /// What was to be named: `optimizer`.
        kind: &'static str,
        /// The name given.
        name: String,
        /// All names that exist.
        known: &'static [&'static str],
    },
    /// Saved numbers that do not fit the optimizer and the network.
    #[error("{owner}: the saved state does not fit; expected {expected} numbers, got {got}")]
    StateLength {
        /// The optimizer's name.
        owner: &'static str,
        /// How many numbers its moments have.
        expected: usize,
        /// How many were saved.
        got: usize,
    },
    /// The saved memory of another optimizer.
    #[error(
        "{expected}: the saved state is of another optimizer; expected `{expected}`, got `{got}`\nhelp: start again from the saved weights alone"
    )]
    OtherOptimizer {
        /// The optimizer that is to go on.
        expected: &'static str,
        /// The optimizer that was saved.
        got: String,
    },
    /// A snapshot of a run with other settings or rows.
    #[error("snapshot: `{setting}` differs; expected {expected}, as when the run began, got {got}")]
    OtherRun {
        /// What differs, by its name: `learning_rate`.
        setting: String,
        /// What the run of the snapshot had.
        expected: String,
        /// What was asked for now.
        got: String,
    },
    /// A snapshot whose parts do not fit each other or the network.
    #[error("snapshot: {detail}")]
    Snapshot {
        /// Where, what was expected and what was found.
        detail: String,
    },
    /// An argument in parentheses that a name cannot take, such as `relu(2)` or `dropout(x)`.
    #[error("{kind} `{text}`: not understood; expected {expected}")]
    Argument {
        /// What was to be named: `activation`.
        kind: &'static str,
        /// The text given.
        text: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// An entry of a network's text that cannot be read.
    #[error("network, entry {entry} `{text}`: {cause}")]
    SpecEntry {
        /// The entry's number, from 1.
        entry: usize,
        /// The entry as given.
        text: String,
        /// What is wrong with it.
        cause: Box<Error>,
    },
    /// A layer without units.
    #[error("{layer}: a width is zero; expected at least 1 unit, got 0")]
    ZeroWidth {
        /// The layer: `input`, `layer1`.
        layer: String,
    },
    /// More parameters than a network may have.
    #[error(
        "network: too many parameters; expected at most {limit}, got {parameters} ({} of memory as f32)",
        memory(*.parameters)
    )]
    TooManyParameters {
        /// The number asked for.
        parameters: u128,
        /// The number allowed.
        limit: u128,
    },
    /// Rows that the network cannot take.
    #[error("network: the rows have the wrong shape; expected {expected}, got {got}")]
    InputShape {
        /// The shape of rows as wide as the network's input.
        expected: Shape,
        /// The shape given.
        got: Shape,
    },
    /// A layer that asks for a parameter which it did not declare.
    #[error("layer `{layer}`: the parameter `{name}` was not declared; expected one of {known}")]
    UndeclaredParameter {
        /// The layer's name in its network.
        layer: String,
        /// The parameter's name within the layer.
        name: String,
        /// The names that the layer declared.
        known: String,
    },
    /// Predictions of a shape that a loss cannot take.
    #[error("loss `{loss}`: the prediction has the wrong shape; expected [batch, outputs], got {got}")]
    PredictionShape {
        /// The loss.
        loss: String,
        /// The prediction's shape.
        got: Shape,
    },
    /// Targets whose shape does not go with the predictions. Nothing is repeated silently.
    #[error(
        "loss `{loss}`: the target has the wrong shape; expected {expected} for predictions {prediction}, got {got}"
    )]
    TargetShape {
        /// The loss.
        loss: String,
        /// The shapes that fit.
        expected: String,
        /// The prediction's shape.
        prediction: Shape,
        /// The target's shape.
        got: Shape,
    },
    /// Weights of a shape that does not go with the batch or the classes.
    #[error("loss `{loss}`: the {what} have the wrong shape; expected {expected}, got {got}")]
    WeightShape {
        /// The loss.
        loss: String,
        /// `example weights` or `class weights`.
        what: &'static str,
        /// The shape that fits, in words.
        expected: String,
        /// The shape given.
        got: Shape,
    },
    /// A network whose last activation does not belong to the loss.
    #[error(
        "loss `{loss}`: the network ends in the wrong activation; expected `{link}` or `identity`, got `{activation}`\nhelp: end the network in `{link}`; the loss is then computed from the values before it, in the stable form"
    )]
    OutputActivation {
        /// The loss.
        loss: String,
        /// The activation that turns what the loss takes into predictions.
        link: String,
        /// The network's last activation.
        activation: String,
    },
    /// A setting of a training run that its optimizer cannot heed.
    #[error(
        "training: `{setting}` does not go with `{optimizer}`\nhelp: leave it out, or choose an optimizer that makes a step for each batch"
    )]
    NotForOptimizer {
        /// The setting.
        setting: &'static str,
        /// The optimizer's name.
        optimizer: &'static str,
    },
    /// Examples that cannot be used, or do not go with a network and its loss.
    #[error("examples: {detail}")]
    Examples {
        /// Where, what was expected and what was found.
        detail: String,
    },
    /// Parameters that do not go with a network.
    #[error("parameters: {detail}")]
    Parameters {
        /// What is wrong with them.
        detail: String,
    },
    /// An error of the engine.
    #[error(transparent)]
    Engine(#[from] chainrule_engine::Error),
}

/// The memory of that many `f32`, in the largest unit that leaves a whole part.
pub(crate) fn memory(parameters: u128) -> String {
    let bytes = parameters as f64 * 4.0;
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let above = |power: usize| bytes / 1024f64.powi(power as i32);
    match (1..=units.len()).rev().find(|power| above(*power) >= 1.0) {
        Some(power) if above(power) >= 1e6 => format!("{:.1e} {}", above(power), units[power - 1]),
        Some(power) => format!("{:.1} {}", above(power), units[power - 1]),
        None => format!("{bytes} bytes"),
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn messages_name_the_place_the_range_and_the_value() {
        let error = Error::InvalidSetting {
            owner: "adam",
            setting: "beta1",
            expected: "a number in [0, 1)",
            got: 1.0,
        };
        assert_eq!(error.to_string(), "adam: `beta1` is out of range; expected a number in [0, 1), got 1");
        let error = Error::UnknownName { kind: "optimizer", name: "adm".into(), known: &["sgd", "adam"] };
        assert_eq!(error.to_string(), "optimizer: unknown name; expected one of `sgd`, `adam`, got `adm`");
    }
}
