//! Backpropagation in four equations, written out, and every number compared with the library's.
//!
//! One iris flower goes through a net of 4, 5 and 3 units whose weights are all 1 and whose biases are all 0, as in a lesson
//! after chapter 2 of Nielsen's book. The left column is computed here, by the equations; the right one by the library, which
//! differentiates the graph of the same net and knows none of them.
//!
//! ```text
//! cargo run --release --example 05_backpropagation_by_hand
//! ```

use chainrule::engine::{Feed, Shape, Tape, Trace, trace};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::{Initializer, Loss, Network, Reduction};

const X: [f64; 4] = [5.1, 3.5, 1.4, 0.2];
const Y: [f64; 3] = [1.0, 0.0, 0.0];

fn sigma(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn sigma_prime(z: f64) -> f64 {
    sigma(z) * (1.0 - sigma(z))
}

/// A layer: `w[j][k]` is the weight to unit `j` from unit `k`.
struct Layer {
    w: Vec<Vec<f64>>,
    b: Vec<f64>,
}

impl Layer {
    fn of_ones(units: usize, inputs: usize) -> Self {
        Layer { w: vec![vec![1.0; inputs]; units], b: vec![0.0; units] }
    }

    /// `z_j = sum_k w_jk a_k + b_j`.
    fn sums(&self, a: &[f64]) -> Vec<f64> {
        let sum = |row: &Vec<f64>| row.iter().zip(a).map(|(w, a)| w * a).sum::<f64>();
        self.w.iter().zip(&self.b).map(|(row, b)| sum(row) + b).collect()
    }
}

/// Everything that the equations say about one example, layer by layer.
#[derive(Default)]
struct Backpropagation {
    z: Vec<Vec<f64>>,
    a: Vec<Vec<f64>>,
    delta: Vec<Vec<f64>>,
    /// `dC/dw`, row by row.
    dw: Vec<Vec<f64>>,
}

fn backpropagate(layers: &[Layer], x: &[f64], y: &[f64]) -> Backpropagation {
    let mut all = Backpropagation::default();
    let mut a = x.to_vec();
    for layer in layers {
        let z = layer.sums(&a);
        a = z.iter().map(|z| sigma(*z)).collect();
        all.z.push(z);
        all.a.push(a.clone());
    }
    let last = layers.len() - 1;
    all.delta = vec![Vec::new(); layers.len()];
    // (1)  delta^L = dC/da^L  sigma'(z^L)  with  dC/da = a - y
    all.delta[last] = (0..y.len()).map(|j| (all.a[last][j] - y[j]) * sigma_prime(all.z[last][j])).collect();
    // (2)  delta^l = (w^(l+1))^T delta^(l+1)  sigma'(z^l)
    for l in (0..last).rev() {
        let next = &layers[l + 1].w;
        let arriving = |k: usize| next.iter().zip(&all.delta[l + 1]).map(|(row, d)| row[k] * d).sum::<f64>();
        all.delta[l] = (0..all.z[l].len()).map(|k| arriving(k) * sigma_prime(all.z[l][k])).collect();
    }
    // (3)  dC/db^l = delta^l      (4)  dC/dw^l_jk = delta^l_j a^(l-1)_k
    for l in 0..layers.len() {
        let from = if l == 0 { x } else { &all.a[l - 1] };
        all.dw.push(all.delta[l].iter().flat_map(|d| from.iter().map(move |a| d * a)).collect());
    }
    all
}

/// The library's view of the same net: every node with its value and its derivative.
fn library() -> Result<Trace, chainrule::Error> {
    let network: Network = "identity:4,sigmoid:5,sigmoid:3".parse()?;
    let network = network.with_initializer(Initializer::Ones);
    let objective = Objective { loss: Loss::HalfSquaredError, reduction: Reduction::Sum };
    let tape = Tape::new();
    let forward = network.forward(&tape, tape.input("x", Shape::rows(4)), Mode::Train)?;
    let loss = objective.build(&forward, tape.input("y", Shape::rows(3)), Weights::default())?.id();
    let params = network.initialise::<f64>(0)?;
    Ok(trace(&tape.finish()?, loss, &Feed::new(1, &[&X, &Y], params.values()))?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let by_hand = backpropagate(&[Layer::of_ones(5, 4), Layer::of_ones(3, 5)], &X, &Y);
    let trace = library()?;
    let value = |name: &str| trace.get(name).map(|record| record.value.values().to_vec()).unwrap_or_default();
    let adjoint = |name: &str| {
        let adjoint = trace.get(name).and_then(|record| record.adjoint.as_ref());
        adjoint.map(|array| array.values().to_vec()).unwrap_or_default()
    };
    println!("x = {X:?}, y = {Y:?}, all weights 1, all biases 0\n");
    println!("{:<12} {:>24} {:>24}  difference", "", "by hand", "library");
    let mut largest = 0.0f64;
    for (l, name) in ["layer1", "layer2"].into_iter().enumerate() {
        let pairs = [
            ("z", &by_hand.z[l], value(&format!("{name}.z"))),
            ("a", &by_hand.a[l], value(&format!("{name}.a"))),
            ("delta", &by_hand.delta[l], adjoint(&format!("{name}.z"))),
            ("dC/db", &by_hand.delta[l], adjoint(&format!("{name}.bias"))),
            ("dC/dw", &by_hand.dw[l], adjoint(&format!("{name}.weight"))),
        ];
        for (what, hand, library) in pairs {
            largest = largest.max(show(&format!("{what} {}", l + 1), hand, &library)?);
        }
    }
    println!("\nlargest relative difference: {largest:.1e}");
    Ok(())
}

/// Prints the numbers side by side, equal neighbours once; returns the largest relative difference.
fn show(what: &str, by_hand: &[f64], library: &[f64]) -> Result<f64, String> {
    if by_hand.len() != library.len() {
        return Err(format!("{what}: expected {} numbers, got {}", by_hand.len(), library.len()));
    }
    let mut largest = 0.0f64;
    let mut before = None;
    for (index, (hand, library)) in by_hand.iter().zip(library).enumerate() {
        let difference = (hand - library).abs() / hand.abs();
        largest = largest.max(difference);
        if before != Some(hand) {
            println!("{:<12} {hand:>24e} {library:>24e}  {difference:.1e}", format!("{what}[{index}]"));
        }
        before = Some(hand);
    }
    Ok(largest)
}
