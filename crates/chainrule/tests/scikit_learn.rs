//! The same weights in scikit-learn's multilayer perceptron and in ours give the same loss and the same gradients.
//!
//! Golden numbers: `tests/golden/scripts/scikit_learn_gradients.py`. scikit-learn keeps weights as `[inputs, outputs]` and adds
//! `alpha / (2 n) |W|^2` to the mean loss over examples.

use crate::support;

use chainrule::engine::{Feed, Shape};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::{Loss, Network, Penalty, Reduction};
use serde_json::Value;
use support::{Matrix, RecordedLoss, assert_close};

const GOLDEN: &str = include_str!("../../../tests/golden/networks/scikit_learn.json");

/// Sums in another order, and scikit-learn's probabilities clipped at 1e-16. Measured: below 1e-12.
const TOLERANCE: f64 = 1e-11;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn lists(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

/// A case of the file: the network, its loss, and the numbers.
struct Case<'a> {
    golden: &'a Value,
    rows: usize,
    l2: f64,
    widths: Vec<usize>,
    network: Network,
    loss: Loss,
}

impl<'a> Case<'a> {
    fn new(file: &'a Value, golden: &'a Value) -> Self {
        let number = |value: &Value| value.as_u64().unwrap() as usize;
        let (rows, inputs, outputs) =
            (number(&file["rows"]), number(&file["inputs"]), number(&golden["outputs"]));
        let ours = |name: &Value| name.as_str().unwrap().replace("logistic", "sigmoid");
        let (hidden, last) = (ours(&golden["activation"]), ours(&golden["output"]));
        let loss = match last.as_str() {
            "softmax" => Loss::CrossEntropy { label_smoothing: 0.0 },
            "sigmoid" => Loss::BinaryCrossEntropy,
            _ => Loss::HalfSquaredError,
        };
        let network = format!("{inputs},{hidden}:5,{hidden}:3,{last}:{outputs}").parse().unwrap();
        let l2 = file["alpha"].as_f64().unwrap() / rows as f64;
        Case { golden, rows, l2, widths: vec![inputs, 5, 3, outputs], network, loss }
    }

    /// The network's loss with the penalty. Cross-entropy takes distributions here.
    fn record(&self) -> RecordedLoss {
        let objective = Objective { loss: self.loss, reduction: Reduction::MeanOverExamples };
        RecordedLoss::new(|tape| {
            let x = tape.input("x", Shape::rows(self.network.inputs()));
            let forward = self.network.forward(tape, x, Mode::Train).unwrap();
            let y = tape.input("y", Shape::rows(self.network.outputs()));
            let loss = objective.build(&forward, y, Weights::default()).unwrap();
            let weights: Vec<_> = forward.parameters.iter().copied().step_by(2).collect();
            Penalty { l1: 0.0, l2: self.l2 }.add_to(loss, &weights)
        })
    }

    /// Weights and biases layer by layer as we have them: `[outputs, inputs]`.
    fn ours(&self, weights: &str, biases: &str) -> Vec<Vec<f64>> {
        let pairs = lists(&self.golden[weights]).into_iter().zip(lists(&self.golden[biases]));
        let layers = self.widths.windows(2).zip(pairs);
        layers
            .flat_map(|(width, (w, b))| [Matrix::new(width[0], width[1], &w).transposed().values, b])
            .collect()
    }
}

#[test]
fn loss_and_gradients_are_those_of_scikit_learn() {
    let file: Value = serde_json::from_str(GOLDEN).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for golden in cases {
        let case = Case::new(&file, golden);
        let parameters = case.ours("weights", "biases").concat();
        let (x, y) = (numbers(&golden["x"]), numbers(&golden["y"]));
        let (loss, gradients) = case.record().evaluate(&Feed::new(case.rows, &[&x, &y], &parameters));
        assert_close(&[loss], &[golden["loss"].as_f64().unwrap()], TOLERANCE);
        for (found, expected) in gradients.iter().zip(case.ours("weight_gradients", "bias_gradients")) {
            assert_close(found, &expected, TOLERANCE);
        }
    }
}
