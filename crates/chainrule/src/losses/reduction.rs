//! [`Reduction`]: from a loss's terms to one number. The only place where terms are added or averaged.

use core::fmt;
use core::str::FromStr;

use chainrule_engine::{Axes, Dim, Tensor};

use crate::Error;
use crate::named::Call;

/// How the terms of a loss become one number.
///
/// For `B` examples with `m` terms each (`m = 1` where a loss has one term for each example), the three differ by the
/// factors `m` and `B`, in the loss and in every gradient, which a learning rate has to follow:
///
/// ```text
/// mean               = sum_ij l_ij / (B m)
/// mean_over_examples = sum_ij l_ij / B
/// sum                = sum_ij l_ij
/// ```
///
/// ```
/// use chainrule::losses::Reduction;
/// assert_eq!("mean_over_examples".parse::<Reduction>()?, Reduction::MeanOverExamples);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reduction {
    /// The mean over all terms, as in PyTorch's `mean`.
    #[default]
    Mean,
    /// The mean over examples of the sum over an example's terms, as in most books.
    MeanOverExamples,
    /// The sum over all terms.
    Sum,
}

impl Reduction {
    /// The names that [`FromStr`] knows.
    pub const NAMES: &'static [&'static str] = &["mean", "mean_over_examples", "sum"];
}

impl FromStr for Reduction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::parse("reduction", text)?;
        match call.name {
            "mean" => call.plain(Self::Mean),
            "mean_over_examples" => call.plain(Self::MeanOverExamples),
            "sum" => call.plain(Self::Sum),
            _ => Err(call.unknown(Self::NAMES)),
        }
    }
}

impl fmt::Display for Reduction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Mean => "mean",
            Self::MeanOverExamples => "mean_over_examples",
            Self::Sum => "sum",
        })
    }
}

/// The reduction of `terms: [batch]` or `[batch, m]` to `[]`, where example `i` counts `weights[i]`.
///
/// `weights: [batch]`, at least 0; without them each example counts 1. Where weights are given, `B` in the formulas of
/// [`Reduction`] is the sum of the weights, so doubling all of them changes no mean. No example at all, or only weights
/// of 0, gives loss 0 and gradient 0 and not `0 / 0`; a total weight below [`LEAST_WEIGHT`] counts as that.
#[track_caller]
pub fn reduce<'t>(terms: Tensor<'t>, reduction: Reduction, weights: Option<Tensor<'t>>) -> Tensor<'t> {
    let inner: Vec<usize> = (1..terms.shape().rank()).collect();
    let of_example = if inner.is_empty() { terms } else { terms.sum_over(Axes::of(&inner)) };
    let total = weights.map_or(of_example, |weights| of_example * weights).sum();
    let count = || match weights {
        Some(weights) => weights.sum().max(LEAST_WEIGHT),
        None => terms.tape().batch_size().max(1.0),
    };
    match reduction {
        Reduction::Sum => total,
        Reduction::MeanOverExamples => total / count(),
        Reduction::Mean => total / (count() * terms_per_example(terms)),
    }
}

/// The least total weight that a mean is divided by; a normal number in `f32` as well.
pub const LEAST_WEIGHT: f64 = 1e-30;

fn terms_per_example(terms: Tensor<'_>) -> f64 {
    let shape = terms.shape();
    let sizes = shape.dims().iter().skip(1).map(|dim| match dim {
        Dim::Fixed(size) => *size as f64,
        Dim::Batch => 1.0,
    });
    sizes.product::<f64>().max(1.0)
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Feed, Shape, Tape, reference};

    use super::{Reduction, reduce};

    /// The value and the gradient of the reduction of rows of three terms.
    fn reduced(reduction: Reduction, terms: &[f64], weights: Option<&[f64]>) -> (f64, Vec<f64>) {
        let tape = Tape::new();
        let x = tape.input("terms", Shape::rows(3));
        let w = tape.input("weights", Shape::BATCH);
        let loss = reduce(x, reduction, weights.map(|_| w));
        let outputs = [loss.id(), tape.grad(loss, &[x]).unwrap()[0].id()];
        let batch = terms.len() / 3;
        let ones = vec![1.0; batch];
        let inputs = [terms, weights.unwrap_or(&ones)];
        let graph = tape.finish().unwrap().graph;
        let values = reference::evaluate(&graph, &outputs, &Feed::new(batch, &inputs, &[])).unwrap();
        (values[0].values()[0], values[1].values().to_vec())
    }

    const TERMS: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 9.0];

    #[test]
    fn with_three_outputs_the_means_differ_by_three() {
        assert_eq!(reduced(Reduction::Sum, &TERMS, None), (24.0, vec![1.0; 6]));
        assert_eq!(reduced(Reduction::MeanOverExamples, &TERMS, None), (12.0, vec![0.5; 6]));
        assert_eq!(reduced(Reduction::Mean, &TERMS, None), (4.0, vec![1.0 / 6.0; 6]));
    }

    #[test]
    fn weights_count_examples() {
        let weights = Some(&[3.0, 1.0][..]);
        assert_eq!(reduced(Reduction::Sum, &TERMS, weights).0, 36.0);
        assert_eq!(reduced(Reduction::MeanOverExamples, &TERMS, weights).0, 9.0);
        assert_eq!(reduced(Reduction::Mean, &TERMS, weights).0, 3.0);
        assert_eq!(reduced(Reduction::Mean, &TERMS, Some(&[0.0, 0.25])).0, 6.0);
    }

    #[test]
    fn equal_weights_change_no_mean() {
        for reduction in [Reduction::Mean, Reduction::MeanOverExamples] {
            assert_eq!(reduced(reduction, &TERMS, Some(&[8.0, 8.0])), reduced(reduction, &TERMS, None));
        }
    }

    #[test]
    fn nothing_to_count_is_zero() {
        for reduction in [Reduction::Mean, Reduction::MeanOverExamples, Reduction::Sum] {
            assert_eq!(reduced(reduction, &TERMS, Some(&[0.0, 0.0])), (0.0, vec![0.0; 6]));
            assert_eq!(reduced(reduction, &[], None), (0.0, vec![]));
        }
    }

    #[test]
    fn names_are_written_and_read() {
        for (name, reduction) in
            Reduction::NAMES.iter().zip([Reduction::Mean, Reduction::MeanOverExamples, Reduction::Sum])
        {
            assert_eq!((name.parse(), reduction.to_string().as_str()), (Ok(reduction), *name));
        }
        assert!("average".parse::<Reduction>().is_err());
    }
}
