//! Every activation with every loss after every layer: the gradients agree with differences and with forward mode.

use chainrule::Initializer;
use chainrule::activations::Activation;
use chainrule::layers::Mode;
use chainrule::losses::{Loss, Reduction, Weights};
use chainrule::network::{Network, Objective};
use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{CheckConfig, CheckReport, Feed, NodeId, Recorded, Shape, Tape, check};

const BATCH: usize = 4;
const OUTPUTS: usize = 3;

/// What can stand between the input and the layer with the activation.
const LAYERS: [&str; 8] = [
    "identity:5",
    "dropout(0.4)",
    "layer_norm",
    "batch_norm",
    "prelu",
    "prelu:5:no_bias",
    "softsign",
    "embed(1..3:4)",
];

/// Tighter than the engine's default: the values are of size 1.
const CHECK: CheckConfig =
    CheckConfig { step: 1e-5, absolute: 1e-6, relative: 1e-5, elements: 6, directions: 1, seed: 0 };

/// A network with an objective, recorded.
struct Case {
    recorded: Recorded,
    loss: NodeId,
    variables: Vec<NodeId>,
}

/// `activation` is hidden or last; a last one before a loss with another link is refused, which gives `None`.
fn record(network: &Network, objective: Objective, weighted: bool) -> Option<Case> {
    objective.check(network).ok()?;
    let tape = Tape::new();
    let x = tape.input("x", Shape::rows(network.inputs()));
    let target = tape.input("target", objective.loss.target_shape(network.outputs()));
    let examples = tape.input("weights", Shape::BATCH);
    let forward = network.forward(&tape, x, Mode::Train).unwrap();
    let weights = Weights { examples: weighted.then_some(examples), classes: None };
    let loss = objective.build(&forward, target, weights).unwrap().id();
    let variables = forward.trainable().chain([x]).map(|tensor| tensor.id()).collect();
    Some(Case { recorded: tape.finish().unwrap(), loss, variables })
}

/// Numbers in (low, high) of a stream of their own.
fn numbers(index: u64, count: usize, [low, high]: [f64; 2]) -> Vec<f64> {
    let mut stream = Stream::new(1, Purpose::Check, index);
    (0..count).map(|_| low + (high - low) * stream.next_uniform()).collect()
}

/// Targets that mean something to the loss.
fn targets(loss: Loss) -> Vec<f64> {
    match loss {
        Loss::CrossEntropy { .. } | Loss::MulticlassHinge => vec![2.0, 0.0, 1.0, 2.0],
        Loss::Hinge => numbers(3, BATCH * OUTPUTS, [0.0, 2.0]).into_iter().map(f64::floor).collect(),
        Loss::KlDivergence => [[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.1, 0.1, 0.8], [0.0, 0.5, 0.5]].concat(),
        _ => numbers(3, BATCH * OUTPUTS, [0.05, 0.95]),
    }
}

fn run(network: &Network, objective: Objective, weighted: bool) -> Option<CheckReport> {
    let case = record(network, objective, weighted)?;
    let rows = numbers(2, BATCH * network.inputs(), [-1.5, 1.5]);
    let (targets, weights) = (targets(objective.loss), [0.5, 1.0, 2.0, 0.25]);
    let parameters = network.initialise::<f64>(3).unwrap();
    let inputs = [&rows[..], &targets, &weights];
    let feed = Feed::new(BATCH, &inputs, parameters.values());
    Some(check(&case.recorded, case.loss, &case.variables, &feed, &CHECK).unwrap())
}

/// A network with biases that are not 0, so that no unit sits at a kink.
fn network(text: &str) -> Network {
    text.parse::<Network>().unwrap().with_bias_initializer(Initializer::Uniform { bound: 0.5 })
}

#[test]
fn every_activation_loss_and_layer_passes_the_gradient_check() {
    let mut checked = 0;
    for layer in LAYERS {
        for activation in Activation::ALL {
            for loss in Loss::ALL {
                let objective = Objective { loss, reduction: Reduction::MeanOverExamples };
                for ends in [format!("{activation}:{OUTPUTS}"), format!("{activation}:4,identity:{OUTPUTS}")]
                {
                    let network = network(&format!("4,{layer},{ends}"));
                    let Some(report) = run(&network, objective, true) else { continue };
                    assert!(report.passed(), "{} with {loss}:\n{report}", network.spec());
                    checked += 1;
                }
            }
        }
    }
    // Hidden: all. Last: all before the 8 losses without link, and the identity and the link before the others, of which
    // those over classes take log-softmax as well.
    assert_eq!(checked, LAYERS.len() * (18 * 12 + 18 * 8 + 2 + 2 + 3 + 3));
}

#[test]
fn every_loss_and_reduction_passes_with_and_without_weights() {
    let settings = [
        Loss::Huber { delta: 0.1 },
        Loss::Quantile { level: 0.9 },
        Loss::CrossEntropy { label_smoothing: 0.2 },
    ];
    let network = network("4,tanh:3,identity:3");
    for loss in Loss::ALL.into_iter().chain(settings) {
        for reduction in [Reduction::Mean, Reduction::MeanOverExamples, Reduction::Sum] {
            for weighted in [false, true] {
                let report = run(&network, Objective { loss, reduction }, weighted).unwrap();
                assert!(report.passed(), "{loss}, {reduction}:\n{report}");
            }
        }
    }
}
