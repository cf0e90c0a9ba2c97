//! "1b. Backpropagation", after chapter 2 of Nielsen's book: four equations, a graph of neurons, and the numbers it prints
//! for one flower, computed in four ways.
//!
//! ```text
//! (1) delta^L = dC/da^L sigma'(z^L)        (2) delta^l = (w^(l+1))^T delta^(l+1) x sigma'(z^l)
//! (3) dC/db^l = delta^l                    (4) dC/dw^l_jk = a^(l-1)_k delta^l_j          C_x = 1/2 sum_j (a^L_j - y_j)^2
//! ```
//!
//! The net is `identity:4,sigmoid:5,sigmoid:3` with all weights 1 and all biases 0. The document prints the two error
//! vectors; its functions for the gradients are empty, so the other numbers follow from its equations.

#[path = "support/neurons.rs"]
mod neurons;
use crate::support;

use chainrule::engine::{Feed, Shape, Tape, Trace, trace};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::optimizers::Sgd;
use chainrule::{Initializer, Loss, Network, Reduction};
use chainrule_data::{Target, builtin};
use neurons::{NeuronNet, read};
use support::{Matrix, ROUNDING, RecordedLoss, assert_close, sigmoid, sigmoid_slope};

const SPEC: &str = "identity:4,sigmoid:5,sigmoid:3";
const X: [f64; 4] = [5.1, 3.5, 1.4, 0.2];
const Y: [f64; 3] = [1.0, 0.0, 0.0];

/// The two vectors as the document prints them.
const DELTA_1: [f64; 5] = [4.893115758926319e-07; 5];
const DELTA_2: [f64; 3] = [-4.4510827315210804e-05, 0.006604764921594382, 0.006604764921594382];

const COST: f64 = 0.9866790431048544;
const D_W1_ROW: [f64; 4] =
    [2.4954890370524225e-06, 1.7125905156242115e-06, 6.850362062496846e-07, 9.786231517852638e-08];
/// Row j of dC/dW2 has five of the j-th number.
const D_W2: [f64; 3] = [-4.450917289506993e-05, 0.006604519429502432, 0.006604519429502432];
/// C_T: the mean of C_x over all 150 flowers.
const COST_OF_ALL: f64 = 0.9866802904431282;

fn assert_gradients(d_w1: &[f64], d_w2: &[f64]) {
    assert_close(d_w1, &[D_W1_ROW; 5].concat(), ROUNDING);
    assert_close(d_w2, &D_W2.map(|value| [value; 5]).concat(), ROUNDING);
}

#[test]
fn written_out_equations_give_the_printed_errors() {
    let (w1, w2) = (Matrix::ones(5, 4), Matrix::ones(3, 5));
    let (x, y) = (Matrix::column(&X), Matrix::column(&Y));
    let z1 = w1.times(&x);
    let a1 = z1.map(sigmoid);
    let z2 = w2.times(&a1);
    let a2 = z2.map(sigmoid);
    assert_close(&z1.values, &[10.2; 5], ROUNDING);
    assert_close(&a1.values, &[0.9999628310628971; 5], ROUNDING);
    assert_close(&z1.map(sigmoid_slope).values, &[3.716755557304176e-05; 5], 1e-11);
    assert_close(&z2.values, &[4.9998141553144855; 3], ROUNDING);
    assert_close(&a2.values, &[0.9933059134564377; 3], ROUNDING);
    assert_close(&z2.map(sigmoid_slope).values, &[0.006649275748909593; 3], ROUNDING);
    let delta_2 = a2.minus(&y).masked(&z2.map(sigmoid_slope));
    let delta_1 = w2.transposed().times(&delta_2).masked(&z1.map(sigmoid_slope));
    assert_close(&delta_2.values, &DELTA_2, ROUNDING);
    assert_close(&delta_1.values, &DELTA_1, ROUNDING);
    assert_gradients(&delta_1.times(&x.transposed()).values, &delta_2.times(&a1.transposed()).values);
}

#[test]
fn a_graph_of_neurons_gives_the_printed_errors_along_its_links() {
    let tape = Tape::eager();
    let mut net = NeuronNet::from_spec(&tape, &[("identity", 4), ("sigmoid", 5), ("sigmoid", 3)]).unwrap();
    let outputs = net.pass_through(&X).unwrap();
    let sums: Vec<f64> =
        net.layers[2].iter().map(|n| read(net.neurons[*n].pre_activation.unwrap())).collect();
    let output_error: Vec<f64> = (0..3).map(|j| (read(outputs[j]) - Y[j]) * sigmoid_slope(sums[j])).collect();
    let errors = net.layer_errors(&output_error, sigmoid_slope);
    assert_close(&errors[0], &DELTA_1, ROUNDING);
    assert_close(&errors[1], &DELTA_2, ROUNDING);
}

#[test]
fn differentiating_each_scalar_of_the_graph_of_neurons_gives_all_four_equations() {
    let tape = Tape::eager();
    let mut net = NeuronNet::from_spec(&tape, &[("identity", 4), ("sigmoid", 5), ("sigmoid", 3)]).unwrap();
    let outputs = net.pass_through(&X).unwrap();
    let terms = outputs.iter().zip(Y).map(|(a, y)| (*a - y).square());
    let cost = terms.fold(tape.scalar(0.0), |total, term| total + term) * 0.5;
    assert_close(&[read(cost)], &[COST], ROUNDING);

    let neurons = net.layers[1..].concat();
    let sums: Vec<_> = neurons.iter().filter_map(|n| net.neurons[*n].pre_activation).collect();
    let biases: Vec<_> = neurons.iter().map(|n| net.neurons[*n].bias).collect();
    let edges: Vec<(usize, usize)> =
        neurons.iter().flat_map(|to| net.neurons[*to].upstream.iter().map(|from| (*from, *to))).collect();
    let weights: Vec<_> = edges.iter().map(|edge| net.weights[edge]).collect();
    let gradients = tape.grad(cost, &[sums, biases, weights].concat()).unwrap();
    let values: Vec<f64> = gradients.into_iter().map(read).collect();
    assert_close(&values[..8], &[&DELTA_1[..], &DELTA_2].concat(), ROUNDING);
    assert_close(&values[8..16], &[&DELTA_1[..], &DELTA_2].concat(), ROUNDING);
    assert_gradients(&values[16..36], &values[36..]);
}

#[test]
fn the_graph_of_neurons_refuses_what_the_document_only_prints() {
    let tape = Tape::eager();
    let refused = |spec: &[(&str, usize)]| NeuronNet::from_spec(&tape, spec).err().unwrap();
    assert_eq!(refused(&[("identity", 4), ("sigmoyd", 5)]), "unrecognized activation function: sigmoyd");
    let mut net = NeuronNet::from_spec(&tape, &[("identity", 2), ("sigmoid", 1)]).unwrap();
    assert_eq!(net.pass_through(&X).err().unwrap(), "input: expected size 2, got 4");
    assert_eq!(net.link(0, 2, 1.0).unwrap_err(), "neurons 0 and 2 are linked already");
    assert!(tape.check().is_ok());
}

/// The net of the library, all weights 1 and all biases 0, with the document's cost.
fn library(reduction: Reduction) -> RecordedLoss {
    let objective = Objective { loss: Loss::HalfSquaredError, reduction };
    let network: Network = SPEC.parse().unwrap();
    RecordedLoss::new(move |tape| {
        let forward = network.forward(tape, tape.input("x", Shape::rows(4)), Mode::Train).unwrap();
        objective.build(&forward, tape.input("y", Shape::rows(3)), Weights::default()).unwrap()
    })
}

fn ones_and_zeros() -> Vec<f64> {
    let network: Network = SPEC.parse().unwrap();
    let params = network.with_initializer(Initializer::Ones).initialise::<f64>(0).unwrap();
    params.values().to_vec()
}

#[test]
fn the_adjoints_of_the_library_s_trace_are_the_printed_errors() {
    let net = library(Reduction::Sum);
    let parameters = ones_and_zeros();
    let feed = Feed::new(1, &[&X, &Y], &parameters);
    let trace = trace(&net.recorded, net.loss, &feed).unwrap();
    let value = |trace: &Trace, name: &str| trace.get(name).unwrap().value.values().to_vec();
    let adjoint = |name: &str| trace.get(name).unwrap().adjoint.clone().unwrap().into_values();
    assert_close(&value(&trace, "layer1.z"), &[10.2; 5], ROUNDING);
    assert_close(&value(&trace, "layer2.a"), &[0.9933059134564377; 3], ROUNDING);
    assert_close(&value(&trace, "loss"), &[COST], ROUNDING);
    assert_close(&adjoint("layer1.z"), &DELTA_1, ROUNDING);
    assert_close(&adjoint("layer2.z"), &DELTA_2, ROUNDING);
    assert_close(&adjoint("layer1.bias"), &DELTA_1, ROUNDING);
    assert_close(&adjoint("layer2.bias"), &DELTA_2, ROUNDING);
    assert_gradients(&adjoint("layer1.weight"), &adjoint("layer2.weight"));
    net.assert_gradients(&feed);
}

/// All flowers and their classes as rows of one 1.
fn flowers() -> (Vec<f64>, Vec<f64>, Vec<u32>) {
    let (features, target) = builtin::iris().unwrap().into_parts();
    let Target::Classes { labels, .. } = target else { panic!("iris has classes") };
    let x = (0..features.rows()).flat_map(|row| features.row(row)).collect();
    let y = labels.iter().flat_map(|label| (0..3).map(move |k| f64::from(u8::from(k == *label)))).collect();
    (x, y, labels)
}

#[test]
fn the_cost_of_all_flowers_is_the_mean_of_their_costs_and_so_is_its_gradient() {
    let (x, y, _) = flowers();
    let parameters = ones_and_zeros();
    let all = Feed { batch: 150, inputs: &[&x, &y], parameters: &parameters, moment: Default::default() };
    let (cost, gradients) = library(Reduction::MeanOverExamples).evaluate(&all);
    assert_close(&[cost], &[COST_OF_ALL], ROUNDING);
    let single = library(Reduction::Sum);
    let mut mean: Vec<Vec<f64>> = gradients.iter().map(|gradient| vec![0.0; gradient.len()]).collect();
    for (x, y) in x.chunks(4).zip(y.chunks(3)) {
        let (_, of_one) = single.evaluate(&Feed::new(1, &[x, y], &parameters));
        for (mean, one) in mean.iter_mut().zip(of_one) {
            mean.iter_mut().zip(one).for_each(|(mean, one)| *mean += one / 150.0);
        }
    }
    for (gradient, mean) in gradients.iter().zip(&mean) {
        assert_close(gradient, mean, 1e-10);
    }
}

#[test]
fn hidden_units_that_start_equal_stay_equal_and_learn_no_classes() {
    let (x, y, labels) = flowers();
    let net = library(Reduction::MeanOverExamples);
    let mut parameters = ones_and_zeros();
    let inputs = [&x[..], &y];
    let costs = net.descend(&inputs, &mut parameters, (150, 2000), (Sgd::default().into(), 0.5));
    assert!(costs[1999] < 0.5 * costs[0], "the cost falls, since the outputs move to each class's share");
    let w1 = Matrix::new(5, 4, &parameters[..20]);
    for unit in 1..5 {
        assert_eq!(w1.row(unit), w1.row(0), "hidden unit {unit} after 2000 steps");
    }
    let w2 = Matrix::new(3, 5, &parameters[25..40]);
    assert!((0..3).all(|j| w2.row(j).iter().all(|weight| *weight == w2.at(j, 0))));
    let right = accuracy(&parameters, &x, &labels);
    assert_eq!(format!("{right:.3}"), "0.333");
}

/// The share of flowers whose largest output is their class's.
fn accuracy(parameters: &[f64], x: &[f64], labels: &[u32]) -> f64 {
    let (w1, w2) = (Matrix::new(5, 4, &parameters[..20]), Matrix::new(3, 5, &parameters[25..40]));
    let (b1, b2) = (Matrix::column(&parameters[20..25]), Matrix::column(&parameters[40..]));
    let outputs = |x: &[f64]| {
        let hidden = w1.times(&Matrix::column(x)).plus(&b1).map(sigmoid);
        w2.times(&hidden).plus(&b2).map(sigmoid).values
    };
    let class = |a: Vec<f64>| (0..3).fold(0, |best, k| if a[k] > a[best] { k } else { best });
    let right = x.chunks(4).zip(labels).filter(|(x, label)| class(outputs(x)) == **label as usize);
    right.count() as f64 / labels.len() as f64
}

#[test]
fn the_all_ones_net_starts_saturated() {
    assert!(X.iter().sum::<f64>() > 10.0);
    assert_eq!(format!("{:.1e}", sigmoid_slope(10.2)), "3.7e-5");
}

#[test]
fn the_csv_has_the_document_s_header_and_class_names() {
    let lines: Vec<&str> = builtin::iris_csv().lines().collect();
    assert_eq!(lines[0], "sepallength,sepalwidth,petallength,petalwidth,class");
    assert_eq!(lines[1], "5.1,3.5,1.4,0.2,Iris-setosa");
    assert_eq!(lines[51], "7.0,3.2,4.7,1.4,Iris-versicolor");
    assert_eq!(lines[101], "6.3,3.3,6.0,2.5,Iris-virginica");
    let table = chainrule_data::csv::read(builtin::iris_csv().as_bytes(), &Default::default()).unwrap();
    let names = table.dataset.target().class_names().unwrap().to_vec();
    assert_eq!(names, ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]);
    assert_eq!((table.dataset.width(), table.dataset.rows()), (4, 150));
}

#[test]
fn the_spec_of_the_document_is_the_library_s() {
    let network: Network = SPEC.parse().unwrap();
    assert_eq!(network.spec(), SPEC);
    assert_eq!(network.parameter_count(), 4 * 5 + 5 + 5 * 3 + 3);
    assert!("identity:4,sigmoyd:5".parse::<Network>().unwrap_err().to_string().contains("unknown name"));
}
