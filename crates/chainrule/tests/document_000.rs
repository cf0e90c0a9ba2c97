//! Daniel Coble, "Neural Networks and Backpropagation": the equations for columns, with the factor 2/N in front, against
//! the engine's own derivatives; and its challenge, a network of any depth that learns a function of two variables.
//!
//! ```text
//! xi_l = W_l phi_(l-1) + b_l,  phi_l = sigma(xi_l),  phi_0 = x          for each example i
//! L = 1/N sum_i (phi_L,i - y_i)^2
//! dL/dphi_L = 2/N (phi_L - y)      dL/dxi_l = diag(sigma'(xi_l)) dL/dphi_l
//! dL/dW_l = sum_i dL/dxi_l phi_(l-1)^T      dL/db_l = sum_i dL/dxi_l      dL/dphi_(l-1) = (dL/dxi_l^T W_l)^T
//! ```
//!
//! The document writes `b_2` for `b_3` in `xi_3` and leaves the index of `W` off; read as above it is right.

use crate::support;

use chainrule::engine::random::{Purpose, Stream};
use chainrule::engine::{Feed, Shape, Tape, Tensor};
use chainrule::{
    Activation, Control, Examples, Features, Loss, Network, Reduction, Targets, Trainer, TrainingConfig,
};
use chainrule_data::Target;
use chainrule_data::builtin::{Points, RandomSource, surface};
use support::{Matrix, ROUNDING, RecordedLoss, assert_close, numbers};

const EXAMPLES: usize = 7;

/// The layers of a network, written out.
struct Layers {
    weights: Vec<Matrix>,
    biases: Vec<Matrix>,
}

impl Layers {
    fn new(widths: &[usize]) -> Self {
        let pairs = || (0..).zip(widths.windows(2));
        let weights = pairs().map(|(l, w)| Matrix::new(w[1], w[0], &numbers(l, w[0] * w[1]))).collect();
        let biases = pairs().map(|(l, w)| Matrix::column(&numbers(100 + l, w[1]))).collect();
        Layers { weights, biases }
    }

    fn flat(&self) -> Vec<f64> {
        let pairs = self.weights.iter().zip(&self.biases);
        pairs.flat_map(|(w, b)| [w.values.clone(), b.values.clone()].concat()).collect()
    }

    /// `xi` and `phi` of each layer for one example, `phi` beginning with `x`.
    fn infer(&self, x: &[f64]) -> (Vec<Matrix>, Vec<Matrix>) {
        let (mut xi, mut phi) = (Vec::new(), vec![Matrix::column(x)]);
        for (w, b) in self.weights.iter().zip(&self.biases) {
            xi.push(w.times(&phi[phi.len() - 1]).plus(b));
            phi.push(xi[xi.len() - 1].map(f64::tanh));
        }
        (xi, phi)
    }

    /// The loss and the document's sums over examples, `W_1, b_1, W_2, b_2, ...`.
    fn backpropagate(&self, rows: &Matrix, y: &[f64]) -> (f64, Vec<Matrix>) {
        let n = rows.rows as f64;
        let mut gradients: Vec<Matrix> = self
            .weights
            .iter()
            .zip(&self.biases)
            .flat_map(|(w, b)| [w.map(|_| 0.0), b.map(|_| 0.0)])
            .collect();
        let mut loss = 0.0;
        for (i, y) in y.iter().enumerate() {
            let (xi, phi) = self.infer(rows.row(i));
            let answer = &phi[phi.len() - 1];
            loss += (answer.values[0] - y).powi(2) / n;
            let mut d_phi = answer.map(|answer| 2.0 / n * (answer - y));
            for l in (0..self.weights.len()).rev() {
                let slope = xi[l].map(|xi| 1.0 - xi.tanh().powi(2));
                let d_xi = Matrix::diagonal(&slope).times(&d_phi);
                gradients[2 * l] = gradients[2 * l].plus(&d_xi.times(&phi[l].transposed()));
                gradients[2 * l + 1] = gradients[2 * l + 1].plus(&d_xi);
                d_phi = d_xi.transposed().times(&self.weights[l]).transposed();
            }
        }
        (loss, gradients)
    }
}

/// The same network as a graph: `tanh` everywhere, the output as well.
fn graph(widths: &[usize]) -> RecordedLoss {
    fn build<'t>(tape: &'t Tape, widths: &[usize]) -> Tensor<'t> {
        let mut phi = tape.input("x", Shape::rows(widths[0]));
        let y = tape.input("y", Shape::rows(1));
        for (l, width) in (1..).zip(widths.windows(2)) {
            let weight = tape.param(&format!("W{l}"), [width[1], width[0]].into());
            let bias = tape.param(&format!("b{l}"), [width[1]].into());
            phi = (phi.matmul_transposed(weight) + bias).tanh();
        }
        (phi - y).square().mean()
    }
    RecordedLoss::new(|tape| build(tape, widths))
}

fn assert_equations_are_right(widths: &[usize]) {
    let rows = Matrix::new(EXAMPLES, widths[0], &numbers(50, EXAMPLES * widths[0]));
    let y = numbers(51, EXAMPLES);
    let layers = Layers::new(widths);
    let (loss, by_hand) = layers.backpropagate(&rows, &y);
    let (inputs, parameters) = ([&rows.values[..], &y], layers.flat());
    let feed = Feed::new(EXAMPLES, &inputs, &parameters);
    let graph = graph(widths);
    let (expected, gradients) = graph.evaluate(&feed);
    assert_close(&[loss], &[expected], ROUNDING);
    assert_eq!(gradients.len(), by_hand.len());
    for (by_hand, gradient) in by_hand.iter().zip(&gradients) {
        assert_close(&by_hand.values, gradient, 1e-10);
    }
    graph.assert_gradients(&feed);
}

#[test]
fn the_equations_of_three_layers_are_the_derivatives() {
    assert_equations_are_right(&[2, 4, 3, 1]);
}

#[test]
fn the_equations_hold_for_any_number_of_layers() {
    for depth in 1..=7 {
        let widths: Vec<usize> = [vec![3], vec![4; depth - 1], vec![1]].concat();
        assert_equations_are_right(&widths);
    }
}

/// Numbers of the engine for the generator of data.
struct Numbers(Stream);

impl RandomSource for Numbers {
    fn uniform(&mut self) -> f64 {
        self.0.next_uniform()
    }

    fn normal(&mut self) -> f64 {
        self.0.next_normal()
    }
}

/// Samples of the surface as examples.
fn samples(rows: usize, seed: u64) -> Examples<'static> {
    let mut source = Numbers(Stream::new(seed, Purpose::Data, 0));
    let (features, target) = surface(Points { rows, noise: 0.0 }, &mut source).unwrap().into_parts();
    let Target::Values { values: heights, .. } = target else { panic!("the surface is a regression") };
    let places: Vec<f64> = (0..rows).flat_map(|row| features.row(row)).collect();
    let features = Features::Real { width: 2, values: places.into() };
    Examples::new(features, Targets::Values { width: 1, values: heights.into() }).unwrap()
}

/// The mean squared error on other samples than those learnt from.
fn error_of_depth(depth: usize, width: usize, epochs: usize) -> f64 {
    let (training, test) = (samples(400, 0), samples(200, 1));
    let network =
        Network::new(2).hidden(&vec![width; depth], Activation::Tanh).dense(1, Activation::Identity);
    let config = TrainingConfig {
        loss: Loss::SquaredError,
        reduction: Reduction::Mean,
        learning_rate: Some(0.01),
        epochs,
        ..TrainingConfig::default()
    };
    let trainer = Trainer::<f32>::new(&network, &training, config).unwrap();
    let trained = trainer.run(&mut |_| Control::Continue).unwrap();
    chainrule::evaluate(&network, trained.params.values(), Loss::SquaredError, &test).unwrap().loss
}

#[test]
fn a_function_of_two_variables_is_learnt_from_samples_at_any_depth() {
    let Targets::Values { values, .. } = samples(200, 1).targets().clone() else { panic!("numbers") };
    let mean = values.iter().sum::<f64>() / 200.0;
    let variance = values.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 200.0;
    // Depth 0 is a plane, which explains next to nothing of the surface.
    assert!(error_of_depth(0, 0, 60) > 0.6 * variance);
    for depth in [1, 2, 3, 5] {
        let error = error_of_depth(depth, 16, 60);
        assert!(error < 0.1 * variance, "depth {depth}: {error} of variance {variance}");
    }
}
