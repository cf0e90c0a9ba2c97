//! Whether a network, a loss and examples go together.

use chainrule_engine::Shape;

use super::examples::{Examples, Targets};
use crate::network::{Network, Objective};
use crate::{Error, Loss};

/// Whether a network and a loss can work with examples.
pub(super) fn check_fit(network: &Network, loss: Loss, examples: &Examples<'_>) -> Result<(), Error> {
    Objective::new(loss).check(network)?;
    let inputs = network.inputs();
    if examples.features().width() != inputs {
        return problem(format!("expected {inputs} features, got {}", examples.features().width()));
    }
    if examples.rows() == 0 {
        return problem("expected at least one example, got 0".into());
    }
    check_targets(network.outputs(), loss, examples.targets())
}

fn check_targets(outputs: usize, loss: Loss, targets: &Targets<'_>) -> Result<(), Error> {
    let takes_index = loss.target_shape(outputs) == Shape::BATCH;
    match targets {
        Targets::Classes { count: 2, .. } if outputs == 1 && !takes_index => Ok(()),
        Targets::Classes { count, .. } if *count == outputs && !(outputs == 1 && takes_index) => Ok(()),
        Targets::Classes { count, .. } => {
            problem(format!("expected classes for {outputs} outputs with `{loss}`, got {count} classes"))
        }
        Targets::Values { .. } if takes_index => {
            problem(format!("expected classes for `{loss}`, got numbers"))
        }
        Targets::Values { width, values } if *width == outputs => check_range(loss, *width, values),
        Targets::Values { width, .. } => {
            problem(format!("expected {outputs} target numbers for each example, got {width}"))
        }
    }
}

/// Whether each target number lies where the loss has a meaning.
fn check_range(loss: Loss, width: usize, values: &[f64]) -> Result<(), Error> {
    let (expected, holds): (_, fn(f64) -> bool) = match loss {
        Loss::BinaryCrossEntropy => ("a target in [0, 1]", |y| (0.0..=1.0).contains(&y)),
        Loss::KlDivergence => ("a share in [0, 1]", |y| (0.0..=1.0).contains(&y)),
        Loss::Hinge => ("a target of 0 or 1", |y| y == 0.0 || y == 1.0),
        Loss::Poisson => ("a count of at least 0", |y| y >= 0.0),
        _ => return Ok(()),
    };
    match values.iter().position(|y| !holds(*y)) {
        Some(at) => {
            let (row, column, got) = (at / width, at % width, values[at]);
            problem(format!("row {row}, target {column}: expected {expected} for `{loss}`, got {got}"))
        }
        None => Ok(()),
    }
}

fn problem(detail: String) -> Result<(), Error> {
    Err(Error::Examples { detail })
}

#[cfg(test)]
mod tests {
    use super::check_fit;
    use crate::{Examples, Features, Loss, Network, Targets};

    #[test]
    fn targets_outside_the_range_of_a_loss_are_refused() {
        let message = |loss: Loss, target: f64| {
            let network = Network::new(1).dense(1, loss.link());
            let features = Features::Real { width: 1, values: vec![0.0, 1.0].into() };
            let targets = Targets::Values { width: 1, values: vec![1.0, target].into() };
            let examples = Examples::new(features, targets).unwrap();
            check_fit(&network, loss, &examples).map_err(|error| error.to_string())
        };
        insta::assert_snapshot!(message(Loss::BinaryCrossEntropy, 5.0).unwrap_err(),
            @"examples: row 1, target 0: expected a target in [0, 1] for `binary_cross_entropy`, got 5");
        insta::assert_snapshot!(message(Loss::Poisson, -1.0).unwrap_err(),
            @"examples: row 1, target 0: expected a count of at least 0 for `poisson`, got -1");
        assert!(message(Loss::Hinge, 0.5).is_err() && message(Loss::KlDivergence, 1.5).is_err());
        assert!(message(Loss::SquaredError, -5.0).is_ok() && message(Loss::Poisson, 7.0).is_ok());
    }
}
