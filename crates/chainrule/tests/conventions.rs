//! The documents scale the same gradient differently: by 2/N, by 1/N, not at all. Each convention is one choice of loss and
//! reduction of the library, with gradients that agree with differences; what separates them are whole factors.

use crate::support;

use chainrule::engine::{Feed, Shape};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::{Initializer, Loss, Network, Reduction};
use support::{ROUNDING, RecordedLoss, assert_close, numbers};

const N: usize = 5;

/// A convention: who uses it, the network and its objective.
struct Convention {
    document: &'static str,
    network: &'static str,
    loss: Loss,
    reduction: Reduction,
}

const CONVENTIONS: [Convention; 5] = [
    // 1/N sum (phi - y)^2 of one output: 2/N in the first equation.
    Convention {
        document: "000",
        network: "3,tanh:4,tanh:1",
        loss: Loss::SquaredError,
        reduction: Reduction::Mean,
    },
    // Mean over examples of the sum over labels: 1/N outside.
    Convention {
        document: "001",
        network: "3,sigmoid:2,sigmoid:3",
        loss: Loss::BinaryCrossEntropy,
        reduction: Reduction::MeanOverExamples,
    },
    // Sum over a batch, then the learning rate over the batch size.
    Convention {
        document: "002",
        network: "3,sigmoid:4,softmax:3",
        loss: Loss::CrossEntropy { label_smoothing: 0.03 },
        reduction: Reduction::MeanOverExamples,
    },
    // Half of the squares of one example, then the mean over examples.
    Convention {
        document: "003",
        network: "3,sigmoid:5,sigmoid:3",
        loss: Loss::HalfSquaredError,
        reduction: Reduction::MeanOverExamples,
    },
    // The sum over examples, no biases.
    Convention {
        document: "004",
        network: "3,relu:3:no_bias,sigmoid:1:no_bias",
        loss: Loss::BinaryCrossEntropy,
        reduction: Reduction::Sum,
    },
];

fn network(text: &str) -> Network {
    text.parse::<Network>().unwrap().with_bias_initializer(Initializer::Uniform { bound: 0.5 })
}

fn recorded(text: &str, objective: Objective) -> RecordedLoss {
    let network = network(text);
    let target = objective.loss.target_shape(network.outputs());
    RecordedLoss::new(move |tape| {
        let forward = network.forward(tape, tape.input("x", Shape::rows(3)), Mode::Train).unwrap();
        objective.build(&forward, tape.input("y", target), Weights::default()).unwrap()
    })
}

/// Targets between 0 and 1, or class numbers.
fn targets(loss: Loss, outputs: usize) -> Vec<f64> {
    if loss.is_over_classes() {
        return (0..N).map(|row| (row % outputs) as f64).collect();
    }
    numbers(7, N * outputs).into_iter().map(|x| f64::from(u8::from(x > 0.0))).collect()
}

/// The loss and its gradients at the library's own first parameters.
fn evaluate(text: &str, objective: Objective) -> (f64, Vec<f64>) {
    let (x, y) = (numbers(6, N * 3), targets(objective.loss, network(text).outputs()));
    let parameters = network(text).initialise::<f64>(4).unwrap();
    let inputs = [&x[..], &y];
    let feed = Feed::new(N, &inputs, parameters.values());
    let recorded = recorded(text, objective);
    recorded.assert_gradients(&feed);
    let (loss, gradients) = recorded.evaluate(&feed);
    (loss, gradients.concat())
}

#[test]
fn every_document_s_convention_passes_the_gradient_check() {
    for Convention { document, network, loss, reduction } in CONVENTIONS {
        let (value, gradient) = evaluate(network, Objective { loss, reduction });
        assert!(value > 0.0 && gradient.iter().any(|g| *g != 0.0), "document {document}");
    }
}

/// With three outputs, the mean over all elements is a third of the mean over examples of the sum over outputs, in the loss
/// and in every gradient: a learning rate of one has to be tripled for the other.
#[test]
fn with_three_outputs_the_two_means_differ_by_three() {
    for loss in [Loss::BinaryCrossEntropy, Loss::HalfSquaredError, Loss::SquaredError] {
        let [of_all, of_examples, sum] = [Reduction::Mean, Reduction::MeanOverExamples, Reduction::Sum]
            .map(|reduction| evaluate("3,sigmoid:2,sigmoid:3", Objective { loss, reduction }));
        assert_close(&[of_all.0 * 3.0, sum.0 / N as f64], &[of_examples.0; 2], ROUNDING);
        let scaled = |gradient: &[f64], by: f64| gradient.iter().map(|g| g * by).collect::<Vec<_>>();
        assert_close(&scaled(&of_all.1, 3.0), &of_examples.1, 1e-11);
        assert_close(&scaled(&sum.1, 1.0 / N as f64), &of_examples.1, 1e-11);
    }
}

#[test]
fn half_the_squares_have_half_the_gradient() {
    let [whole, half] = [Loss::SquaredError, Loss::HalfSquaredError]
        .map(|loss| evaluate("3,tanh:4,identity:2", Objective { loss, reduction: Reduction::Mean }));
    assert_close(&half.1.iter().map(|g| g * 2.0).collect::<Vec<_>>(), &whole.1, ROUNDING);
}
