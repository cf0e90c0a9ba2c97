//! Networks of the documents that describe the system: their printed numbers come out of layers, losses and the chain
//! rule.

use chainrule::layers::Mode;
use chainrule::network::{FanRule, Network, Objective};
use chainrule::{Initializer, Loss, Reduction, Weights};
use chainrule_engine::random::NumpyRandom;
use chainrule_engine::{Feed, Shape, Tape, reference};

/// Another order of the same sums and another exponential change the last digits only.
const PUBLISHED_TOLERANCE: f64 = 1e-12;

fn assert_published(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (a, b) in ours.iter().zip(theirs) {
        assert!((a - b).abs() <= PUBLISHED_TOLERANCE * b.abs(), "{what}: {a} and {b}");
    }
}

/// The loss, then for each layer the gradients by its pre-activation and by its weight.
fn differentiate(
    network: &Network,
    objective: Objective,
    parameters: &[f64],
    (rows, targets): (&[f64], &[f64]),
) -> Vec<Vec<f64>> {
    let tape = Tape::new();
    let x = tape.input("x", Shape::rows(network.inputs()));
    let target = tape.input("target", objective.loss.target_shape(network.outputs()));
    let forward = network.forward(&tape, x, Mode::Train).unwrap();
    let loss = objective.build(&forward, target, Weights::default()).unwrap();
    let layout = network.layout().unwrap();
    let is_weight = |number: &usize| layout.entries()[*number].name.ends_with("weight");
    let weights = (0..forward.parameters.len()).filter(is_weight).map(|number| forward.parameters[number]);
    let variables: Vec<_> = forward
        .layers
        .iter()
        .zip(weights)
        .flat_map(|(layer, weight)| [layer.pre_activation.unwrap(), weight])
        .collect();
    let gradients = tape.grad(loss, &variables).unwrap();
    let outputs: Vec<_> = [loss].into_iter().chain(gradients).map(|tensor| tensor.id()).collect();
    let graph = tape.finish().unwrap().graph;
    let inputs = [rows, targets];
    let feed = Feed::new(rows.len() / network.inputs(), &inputs, parameters);
    let values = reference::evaluate(&graph, &outputs, &feed).unwrap();
    values.into_iter().map(|array| array.into_values()).collect()
}

#[test]
fn document_003_error_vectors() {
    let network: Network = "identity:4,sigmoid:5,sigmoid:3".parse().unwrap();
    let network = network.with_initializer(Initializer::Ones);
    let objective = Objective { loss: Loss::HalfSquaredError, reduction: Reduction::MeanOverExamples };
    let parameters = network.initialise::<f64>(0).unwrap();
    let example = (&[5.1, 3.5, 1.4, 0.2][..], &[1.0, 0.0, 0.0][..]);
    let values = differentiate(&network, objective, parameters.values(), example);
    let row1 = [2.4954890370524225e-06, 1.7125905156242115e-06, 6.850362062496846e-07, 9.786231517852638e-08];
    let rows2 = [-4.450917289506993e-05, 0.006604519429502432, 0.006604519429502432];
    assert_published("C_x", &values[0], &[0.9866790431048544]);
    assert_published("delta_1", &values[1], &[4.893115758926319e-07; 5]);
    assert_published("dC/dW1", &values[2], &[row1; 5].concat());
    assert_published(
        "delta_2",
        &values[3],
        &[-4.4510827315210804e-05, 0.006604764921594382, 0.006604764921594382],
    );
    assert_published("dC/dW2", &values[4], &rows2.map(|value| [value; 5]).concat());
}

#[test]
fn document_004_losses_and_gradients() {
    let network: Network = "identity:2,relu:3:no_bias,sigmoid:1:no_bias".parse().unwrap();
    let network = network.with_initializer("glorot_uniform".parse().unwrap());
    let parameters =
        network.initialise_with_numpy::<f64>(&mut NumpyRandom::seed(0), FanRule::Network).unwrap();
    let xor = (&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0][..], &[0.0, 1.0, 1.0, 0.0][..]);
    let objective = Objective { loss: Loss::BinaryCrossEntropy, reduction: Reduction::Sum };
    let values = differentiate(&network, objective, parameters.values(), xor);
    let by_column =
        |[first, second]: [[f64; 3]; 2]| (0..3).flat_map(|j| [first[j], second[j]]).collect::<Vec<_>>();
    let by_weights1 = by_column([
        [-0.09264170695817991, 0.5815237592625794, 0.6882324993768605],
        [-0.07317014479609875, 0.8727789950410431, 0.5435788403112902],
    ]);
    assert_published("sum", &values[0], &[3.0145841650103384]);
    assert_published("dJ/dW1", &values[2], &by_weights1);
    assert_published(
        "delta2",
        &values[3],
        &[0.5, -0.3731433881831574, -0.26284168621103554, 0.7876346055480028],
    );
    assert_published("dJ/dW2", &values[4], &[0.1250749322880952, 0.14933454235037338, 0.3235757984641424]);
    let mean = differentiate(&network, Objective::new(Loss::BinaryCrossEntropy), parameters.values(), xor);
    assert_published("mean", &mean[0], &[0.7536460412525846]);
}
