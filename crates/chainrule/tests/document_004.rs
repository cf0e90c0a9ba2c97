//! "Feed-Forward Neural Network": XOR with a 2-3-1 net without biases, rows times weights `[inputs, outputs]`, numpy's
//! weights from seed 0, and the derivation of its gradients for the sum over examples.
//!
//! ```text
//! Z1 = X W1,  X2 = ReLU(Z1),  Z2 = X2 W2,  Y_hat = sigmoid(Z2),  J = -sum y ln y_hat + (1 - y) ln(1 - y_hat)
//! delta_2 = Y_hat - Y        dJ/dW2 = X2^T delta_2
//! delta_1 = delta_2 W2^T * ReLU'(Z1)        dJ/dW1 = X^T delta_1          (* is elementwise)
//! ```

use crate::support;

use chainrule::engine::random::NumpyRandom;
use chainrule::engine::{Array, Feed, Params, Shape, Tape};
use chainrule::initializers::Scale;
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::{FanRule, Objective};
use chainrule::optimizers::Adam;
use chainrule::{Activation, Features, Initializer, Loss, Network, Predictor, Reduction};
use support::{Matrix, ROUNDING, RecordedLoss, assert_close, sigmoid, sigmoid_slope};

const X: [f64; 8] = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
const Y: [f64; 4] = [0.0, 1.0, 1.0, 0.0];

const W1: [f64; 6] = [
    0.13806543856194997,
    0.6086474408046969,
    0.29065872031153117,
    0.12694881223337018,
    -0.2159368363940326,
    0.4126508667385178,
];
const W2: [f64; 3] = [-0.17653002459565403, 1.108101382155245, 1.3114363285358077];
const Z2: [f64; 4] = [0.0, 0.5187550606967347, 1.0312507801580573, 1.3107259339883335];
const Y_HAT: [f64; 4] = [0.5, 0.6268566118168426, 0.7371583137889645, 0.7876346055480028];

// Not printed in the document; from its formulas.
const SUM: f64 = 3.0145841650103384;
const MEAN: f64 = 0.7536460412525846;
const DELTA_2: [f64; 4] = [0.5, -0.3731433881831574, -0.26284168621103554, 0.7876346055480028];
const D_W2: [f64; 3] = [0.1250749322880952, 0.14933454235037338, 0.3235757984641424];
const D_W1: [f64; 6] = [
    -0.09264170695817991,
    0.5815237592625794,
    0.6882324993768605,
    -0.07317014479609875,
    0.8727789950410431,
    0.5435788403112902,
];

/// What the document prints to eight digits, the last rounded.
const PRINTED: f64 = 5e-9;

fn network() -> Network {
    let network: Network = "identity:2,relu:3:no_bias,sigmoid:1:no_bias".parse().unwrap();
    network.with_initializer(Initializer::ScaledUniform(Scale::Glorot))
}

/// The library's weights from numpy's seed 0, as the document orders them: `W1`, `W2`.
fn weights(rule: FanRule) -> (Matrix, Matrix) {
    let params: Params<f64> = network().initialise_with_numpy(&mut NumpyRandom::seed(0), rule).unwrap();
    let w1 = Matrix::new(3, 2, params.get("layer1.weight").unwrap()).transposed();
    (w1, Matrix::new(3, 1, params.get("layer2.weight").unwrap()))
}

#[test]
fn numpy_s_seed_zero_gives_the_document_s_weights_bit_for_bit() {
    let bound = (6.0f64 / (2.0 + 1.0)).sqrt();
    assert_eq!(bound.to_bits(), core::f64::consts::SQRT_2.to_bits());
    let mut random = NumpyRandom::seed(0);
    let drawn: Vec<f64> = (0..9).map(|_| random.uniform(-bound, bound)).collect();
    assert_eq!(drawn, [&W1[..], &W2].concat());
    let (w1, w2) = weights(FanRule::Network);
    assert_eq!((&w1.values[..], &w2.values[..]), (&W1[..], &W2[..]));
    for (value, printed) in
        W1.iter().zip([0.13806544, 0.60864744, 0.29065872, 0.12694881, -0.21593684, 0.41265087])
    {
        assert!((value - printed).abs() < PRINTED);
    }
}

#[test]
fn glorot_s_bound_for_each_layer_scales_the_same_numbers() {
    let (w1, w2) = weights(FanRule::Layer);
    // sqrt(6 / 5) and sqrt(6 / 4) in place of sqrt(6 / 3) for both.
    assert_close(&w1.values, &W1.map(|w| w * 0.6f64.sqrt()), ROUNDING);
    assert_close(&w2.values, &W2.map(|w| w * 0.75f64.sqrt()), ROUNDING);
    let shown = [w1.at(0, 0), w1.at(1, 1), w2.at(2, 0)].map(|w| format!("{w:.5}"));
    assert_eq!(shown, ["0.10695", "-0.16726", "1.13574"]);
}

#[test]
fn the_forward_pass_and_the_gradients_are_the_document_s() {
    let (x, y) = (Matrix::new(4, 2, &X), Matrix::column(&Y));
    let (w1, w2) = (Matrix::new(2, 3, &W1), Matrix::column(&W2));
    let z1 = x.times(&w1);
    let x2 = z1.map(|z| z.max(0.0));
    let z2 = x2.times(&w2);
    let y_hat = z2.map(sigmoid);
    assert_close(z1.row(3), &[0.26501425, 0.3927106, 0.70330959], 1e-7);
    assert_eq!(x2.at(1, 1), 0.0, "the second neuron is silent for the second instance");
    assert_close(&z2.values, &Z2, 1e-15);
    assert_close(&y_hat.values, &Y_HAT, 1e-15);
    let delta_2 = y_hat.minus(&y);
    let delta_1 = delta_2.times(&w2.transposed()).masked(&z1.map(|z| f64::from(u8::from(z > 0.0))));
    assert_close(&delta_2.values, &DELTA_2, ROUNDING);
    assert_close(&x2.transposed().times(&delta_2).values, &D_W2, ROUNDING);
    assert_close(&x.transposed().times(&delta_1).values, &D_W1, ROUNDING);
}

/// Binary cross-entropy of a network on XOR.
fn recorded(network: Network, reduction: Reduction) -> RecordedLoss {
    let objective = Objective { loss: Loss::BinaryCrossEntropy, reduction };
    RecordedLoss::new(move |tape| {
        let forward = network.forward(tape, tape.input("x", Shape::rows(2)), Mode::Train).unwrap();
        objective.build(&forward, tape.input("y", Shape::rows(1)), Weights::default()).unwrap()
    })
}

#[test]
fn the_library_s_loss_and_gradients_are_the_document_s() {
    let params: Params<f64> =
        network().initialise_with_numpy(&mut NumpyRandom::seed(0), FanRule::Network).unwrap();
    let feed = Feed::new(4, &[&X, &Y], params.values());
    let (sum, gradients) = recorded(network(), Reduction::Sum).evaluate(&feed);
    assert_close(&[sum], &[SUM], ROUNDING);
    assert_close(&Matrix::new(3, 2, &gradients[0]).transposed().values, &D_W1, ROUNDING);
    assert_close(&gradients[1], &D_W2, ROUNDING);
    let (mean, quarters) = recorded(network(), Reduction::Mean).evaluate(&feed);
    assert_close(&[mean], &[MEAN], ROUNDING);
    assert_close(&quarters[1], &D_W2.map(|d| d / 4.0), ROUNDING);
}

/// The pattern of the derivation, which the document writes down for three layers, holds for each one more.
#[test]
fn three_layers_without_biases_have_the_derived_gradients() {
    let (x1, y) = (Matrix::new(4, 2, &X), Matrix::column(&Y));
    let [w1, w2, w3] = [(2, 5, 1), (5, 4, 2), (4, 1, 3)]
        .map(|(rows, columns, index)| Matrix::new(rows, columns, &support::numbers(index, rows * columns)));
    let relu = |z: f64| z.max(0.0);
    let relu_slope = |z: f64| f64::from(u8::from(z > 0.0));
    let z1 = x1.times(&w1);
    let x2 = z1.map(relu);
    let z2 = x2.times(&w2);
    let x3 = z2.map(relu);
    let delta_3 = x3.times(&w3).map(sigmoid).minus(&y);
    let delta_2 = delta_3.times(&w3.transposed()).masked(&z2.map(relu_slope));
    let delta_1 = delta_2.times(&w2.transposed()).masked(&z1.map(relu_slope));
    let by_hand =
        [x1.transposed().times(&delta_1), x2.transposed().times(&delta_2), x3.transposed().times(&delta_3)];

    let network: Network = "2,relu:5:no_bias,relu:4:no_bias,sigmoid:1:no_bias".parse().unwrap();
    let parameters = [w1, w2, w3].map(|w| w.transposed().values).concat();
    let (_, gradients) = recorded(network, Reduction::Sum).evaluate(&Feed::new(4, &[&X, &Y], &parameters));
    for (by_hand, gradient) in by_hand.iter().zip(&gradients) {
        assert_close(&by_hand.transposed().values, gradient, 1e-11);
    }
}

/// Trains on XOR from a seed; the mean loss and the answers at the end.
fn train(network: &Network, seed: u64) -> (f64, Vec<f64>) {
    train_from(network, network.initialise(seed).unwrap())
}

fn train_from(network: &Network, start: Params<f64>) -> (f64, Vec<f64>) {
    let mut parameters = start.values().to_vec();
    let recorded = recorded(network.clone(), Reduction::Mean);
    let losses = recorded.descend(&[&X, &Y], &mut parameters, (4, 4000), (Adam::default().into(), 0.02));
    let rows = Features::Real { width: 2, values: X.to_vec().into() };
    let mut predictor = Predictor::new(network, Loss::BinaryCrossEntropy).unwrap();
    (losses[3999], predictor.predict(&parameters, &rows).unwrap())
}

#[test]
fn without_biases_xor_is_stuck_at_a_quarter_of_ln_2() {
    let floor = 2f64.ln() / 4.0;
    assert_eq!(format!("{floor:.5}"), "0.17329");
    let runs: Vec<(f64, Vec<f64>)> = (0..8).map(|seed| train(&network(), seed)).collect();
    for (loss, answers) in &runs {
        assert_eq!(answers[0], 0.5, "nothing but 0 ever arrives from (0, 0)");
        assert!(*loss > floor, "{loss}");
    }
    let (loss, answers) = runs.iter().min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are eight runs");
    assert!(loss - floor < 1e-3, "the best run comes down to {loss}");
    assert!(answers.iter().zip([0.5, 1.0, 1.0, 0.0]).all(|(found, end)| (found - end).abs() < 0.01));
}

#[test]
fn the_document_s_own_weights_end_at_one_half_one_one_zero() {
    let start = network().initialise_with_numpy(&mut NumpyRandom::seed(0), FanRule::Network).unwrap();
    let (loss, answers) = train_from(&network(), start);
    assert!((loss - 2f64.ln() / 4.0).abs() < 1e-3, "{loss}");
    assert!(
        answers.iter().zip([0.5, 1.0, 1.0, 0.0]).all(|(found, end)| (found - end).abs() < 0.01),
        "{answers:?}"
    );
}

#[test]
fn with_biases_xor_is_solved() {
    let network: Network = "identity:2,tanh:3,sigmoid:1".parse().unwrap();
    let (loss, answers) = train(&network, 0);
    assert!(loss < 0.01, "{loss}");
    let classes = answers.iter().map(|p| f64::from(u8::from(*p > 0.5)));
    assert_eq!(classes.collect::<Vec<_>>(), Y);
}

/// In numpy, `y_hat - y` of `(4, 1)` and `(4,)` is silently `(4, 4)`.
#[test]
fn targets_of_shape_4_against_4_by_1_are_an_error() {
    let tape = Tape::eager();
    let y_hat = tape.array(&Array::new([4, 1], &Y_HAT).unwrap()).named("y_hat");
    let y = tape.array(&Array::new([4], &Y).unwrap()).named("y");
    let error = (y_hat - y).value().unwrap_err().to_string();
    assert!(error.contains("`sub` does not fit `y_hat` [4, 1] and `y` [4]"), "{error}");
    assert!(error.contains("document_004.rs"), "the message names the line: {error}");

    let tape = Tape::new();
    let forward = network().forward(&tape, tape.input("x", Shape::rows(2)), Mode::Train).unwrap();
    let target = tape.input("y", Shape::BATCH);
    let objective = Objective::new(Loss::BinaryCrossEntropy);
    let error = objective.build(&forward, target, Weights::default()).unwrap_err().to_string();
    assert!(error.contains("the target has the wrong shape"), "{error}");
}

/// "Forwarding X" prints four ones and "predictions" four zeros: no sigmoid does that, but a softmax over the one column
/// is always 1, and the place of the largest of one number is always 0.
#[test]
fn a_softmax_over_one_column_is_always_one_and_its_class_always_zero() {
    let network = Network::new(2).dense(3, Activation::Relu).dense(1, Activation::Softmax);
    let params = network.initialise::<f64>(5).unwrap();
    let rows = Features::Real { width: 2, values: X.to_vec().into() };
    let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
    let answers = Predictor::new(&network, loss).unwrap().predict(params.values(), &rows).unwrap();
    assert_eq!(answers, [1.0; 4]);
    let largest = |row: &[f64]| (0..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best });
    assert_eq!(answers.chunks(1).map(largest).collect::<Vec<_>>(), [0; 4]);
    // A sigmoid above one half would be class 1.
    let forward = Y_HAT.map(|p| u8::from(p > 0.5));
    assert_eq!(forward, [0, 1, 1, 1]);
}

/// The last line of the document breaks off in `-(1 + e^-z)(-z) / (1 + e^-z)^2`, which is `z / (1 + e^-z)`.
#[test]
fn the_last_formula_of_the_document_is_not_the_derivative_of_the_sigmoid() {
    let written = |z: f64| -(1.0 + (-z).exp()) * -z / (1.0 + (-z).exp()).powi(2);
    let points: Vec<f64> = (0..=40).map(|i| -3.0 + 0.15 * f64::from(i)).collect();
    let range = |f: &dyn Fn(f64) -> f64| {
        let values = points.iter().map(|z| f(*z));
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (low, high) = range(&written);
    assert_eq!(format!("{:.2} {high:.2}", written(-3.0)), "-0.14 2.86");
    assert!(low < 0.0);
    let (low, high) = range(&sigmoid_slope);
    assert_eq!(format!("{low:.3} {high:.2}"), "0.045 0.25");
    for z in points {
        let difference = (sigmoid(z + 1e-6) - sigmoid(z - 1e-6)) / 2e-6;
        assert!((sigmoid_slope(z) - difference).abs() < 1e-9);
        assert_close(&[sigmoid_slope(z)], &[(-z).exp() / (1.0 + (-z).exp()).powi(2)], ROUNDING);
    }
}

/// The missing proof: dJ/dz = dJ/dp dp/dz = ((1 - y)/(1 - p) - y/p) p (1 - p) = p - y.
#[test]
fn sigmoid_and_cross_entropy_leave_the_difference() {
    for (p, y) in Y_HAT.into_iter().zip(Y) {
        let chain = ((1.0 - y) / (1.0 - p) - y / p) * (p * (1.0 - p));
        assert_close(&[chain], &[p - y], ROUNDING);
    }
}

#[test]
fn the_summary_shows_the_document_s_layers() {
    let summary = network().to_string();
    assert!(summary.contains("fully connected (2, 3), relu"), "{summary}");
    assert!(summary.contains("fully connected (3, 1), sigmoid"), "{summary}");
}
