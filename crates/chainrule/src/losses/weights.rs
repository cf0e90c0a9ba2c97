//! [`Weights`]: how much each example counts in a loss.
//!
//! Class weights become example weights, so that every loss has one rule for both.

use chainrule_engine::{Axes, Dim, Shape, Tensor};

use super::Loss;
use crate::Error;

/// How much each example and each class counts; everything counts 1 by default.
///
/// An example counts the product of its own weight and its class's weight. For targets between the classes, the class
/// weight is that of the mixture, `sum_c t_ic w_c`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weights<'t> {
    /// One weight for each example, at least 0: `[batch]`.
    pub examples: Option<Tensor<'t>>,
    /// One weight for each class, at least 0: `[classes]`; for one output with targets 0 and 1: `[2]`.
    pub classes: Option<Tensor<'t>>,
}

impl<'t> Weights<'t> {
    /// The weight of each example, `[batch]`; `None` if all are 1.
    pub(super) fn of_examples(
        self,
        loss: Loss,
        target: Tensor<'t>,
        outputs: usize,
    ) -> Result<Option<Tensor<'t>>, Error> {
        if let Some(examples) = self.examples {
            fits(loss, "example weights", examples, Shape::BATCH)?;
        }
        let classes = self.classes.map(|classes| of_classes(loss, classes, target, outputs)).transpose()?;
        Ok(match (self.examples, classes) {
            (Some(examples), Some(classes)) => Some(examples * classes),
            (examples, classes) => examples.or(classes),
        })
    }
}

fn fits(loss: Loss, what: &'static str, weights: Tensor<'_>, shape: Shape) -> Result<(), Error> {
    let got = weights.shape();
    if got == shape {
        return Ok(());
    }
    Err(Error::WeightShape { loss: loss.to_string(), what, expected: shape.to_string(), got })
}

/// The class weight of each example.
fn of_classes<'t>(
    loss: Loss,
    classes: Tensor<'t>,
    target: Tensor<'t>,
    outputs: usize,
) -> Result<Tensor<'t>, Error> {
    const WHAT: &str = "class weights";
    if loss.is_over_classes() {
        fits(loss, WHAT, classes, Shape::from([outputs]))?;
        return Ok(if target.shape() == Shape::BATCH {
            classes.broadcast_to(Shape::rows(outputs)).pick(target)
        } else {
            (target * classes).sum_over(Axes::of(&[1]))
        });
    }
    if !loss.is_binary() || outputs != 1 {
        let expected = "none, since its outputs are not classes".into();
        return Err(Error::WeightShape {
            loss: loss.to_string(),
            what: WHAT,
            expected,
            got: classes.shape(),
        });
    }
    fits(loss, WHAT, classes, Shape::from([2]))?;
    let weight = |class: usize| classes.slice(0, class..class + 1).reshape(Shape::SCALAR);
    let share = target.sum_over(Axes::of(&[1]));
    debug_assert_eq!(share.shape().dims(), [Dim::Batch]);
    Ok(share * weight(1) + (1.0 - share) * weight(0))
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Array, Feed, Shape, Tape, reference};

    use crate::losses::{Loss, Reduction, Weights};
    use crate::testing::{assert_close, golden, numbers};

    #[test]
    fn class_weights_agree_with_torch() {
        let file = golden("losses/class_weights");
        let [weights, prediction, target] =
            ["weights", "prediction", "target"].map(|key| numbers(&file[key]));
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(3));
        let y = tape.input("y", Shape::BATCH);
        let classes = Some(tape.array(&Array::new([3], &weights).unwrap()));
        let weights = Weights { classes, ..Weights::default() };
        let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
        let mean = loss.apply(x, y, Reduction::Mean, weights).unwrap();
        let outputs = [mean.id(), tape.grad(mean, &[x]).unwrap()[0].id()];
        let graph = tape.finish().unwrap().graph;
        let inputs: [&[f64]; 2] = [&prediction, &target];
        let values = reference::evaluate(&graph, &outputs, &Feed::new(4, &inputs, &[])).unwrap();
        assert_close("mean", values[0].values(), &numbers(&file["mean"]));
        assert_close("gradient", values[1].values(), &numbers(&file["gradient"]));
    }

    /// The weighted mean of a loss on four constant rows.
    fn mean(loss: Loss, (logits, width): (&[f64], usize), target: &[f64], weights: &[f64]) -> f64 {
        let tape = Tape::new();
        let [x, y] = [tape.input("x", Shape::rows(width)), tape.input("y", loss.target_shape(width))];
        let classes = tape.array(&Array::new([2], weights).unwrap());
        let weights = Weights { classes: Some(classes), examples: None };
        let mean = loss.apply(x, y, Reduction::Mean, weights).unwrap().id();
        let graph = tape.finish().unwrap().graph;
        let inputs = [logits, target];
        let feed = Feed::new(target.len(), &inputs, &[]);
        reference::evaluate(&graph, &[mean], &feed).unwrap()[0].values()[0]
    }

    #[test]
    fn one_output_and_two_outputs_weigh_the_same() {
        let one = [0.5, -1.0, 2.0];
        let two = [0.0, 0.5, 0.0, -1.0, 0.0, 2.0];
        let (classes, weights) = ([1.0, 0.0, 0.0], [0.25, 3.0]);
        let single = mean(Loss::BinaryCrossEntropy, (&one, 1), &classes, &weights);
        let double = mean(Loss::CrossEntropy { label_smoothing: 0.0 }, (&two, 2), &classes, &weights);
        assert!((single - double).abs() < 1e-15, "{single} {double}");
    }

    #[test]
    fn weights_that_do_not_fit_are_refused() {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(3));
        let column = Weights { examples: Some(tape.input("w", Shape::rows(1))), classes: None };
        let error = Loss::SquaredError.apply(x, x, Reduction::Mean, column).unwrap_err();
        insta::assert_snapshot!(error, @"loss `squared_error`: the example weights have the wrong shape; expected [batch], got [batch, 1]");
        let classes = Weights { classes: Some(tape.input("w", [3].into())), examples: None };
        let error = Loss::SquaredError.apply(x, x, Reduction::Mean, classes).unwrap_err();
        insta::assert_snapshot!(error, @"loss `squared_error`: the class weights have the wrong shape; expected none, since its outputs are not classes, got [3]");
        let classes = Weights { classes: Some(tape.input("w", [2].into())), examples: None };
        let error = Loss::KlDivergence.apply(x, x, Reduction::Mean, classes).unwrap_err();
        insta::assert_snapshot!(error, @"loss `kl_divergence`: the class weights have the wrong shape; expected [3], got [2]");
    }
}
