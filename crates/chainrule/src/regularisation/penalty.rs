//! L1 and L2 penalties on the weights.
//!
//! `penalty = l1 Σ|w| + l2/2 Σ w²` over the weights, not over biases and scales, so its gradient is
//! `l1 sign(w) + l2 w`. With SGD, L2 is weight decay; with Adam it is not: use decoupled decay there.
//!
//! Sources: Nielsen, "Neural Networks and Deep Learning", chapter 3 (with `l2 = lambda / n`); Krogh and Hertz, "A simple
//! weight decay can improve generalization", NIPS 1991.

use chainrule_engine::Tensor;

use crate::Error;

/// Strengths of the penalties; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Penalty {
    /// Factor of the sum of magnitudes; at least 0.
    pub l1: f64,
    /// Factor of half the sum of squares; at least 0.
    pub l2: f64,
}

impl Penalty {
    /// Whether both strengths are finite and at least 0.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for the first that is not.
    pub fn validate(&self) -> Result<(), Error> {
        for (setting, got) in [("l1", self.l1), ("l2", self.l2)] {
            if !(got.is_finite() && got >= 0.0) {
                let expected = "a finite number of at least 0";
                return Err(Error::InvalidSetting { owner: "penalty", setting, expected, got });
            }
        }
        Ok(())
    }

    /// `objective` plus the penalty of `weights`; the objective itself where both strengths are 0.
    pub fn add_to<'t>(&self, objective: Tensor<'t>, weights: &[Tensor<'t>]) -> Tensor<'t> {
        weights.iter().fold(objective, |mut total, weight| {
            if self.l1 > 0.0 {
                total = total + weight.abs().sum() * self.l1;
            }
            if self.l2 > 0.0 {
                total = total + weight.square().sum() * (self.l2 / 2.0);
            }
            total
        })
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Array, Tape};

    use super::Penalty;

    #[test]
    fn the_gradient_is_the_sign_and_the_weight() {
        let tape = Tape::eager();
        let weight = tape.array(&Array::new([2], &[3.0, -2.0]).unwrap());
        let penalty = Penalty { l1: 0.5, l2: 0.1 }.add_to(tape.scalar(0.0), &[weight]);
        let gradient = tape.grad(penalty, &[weight]).unwrap()[0];
        assert_eq!(penalty.value().unwrap().values(), [0.5 * 5.0 + 0.05 * 13.0]);
        assert_eq!(gradient.value().unwrap().values(), [0.5 + 0.1 * 3.0, -0.5 - 0.1 * 2.0]);
        assert!(Penalty { l1: -1.0, l2: 0.0 }.validate().is_err());
    }
}
