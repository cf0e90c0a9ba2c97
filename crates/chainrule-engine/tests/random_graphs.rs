//! Random graphs with random outputs: plan = reference for values and gradients, whatever is fused and wherever it lies.

use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{Axes, Capacity, Feed, NodeId, Plan, Shape, Tape, Tensor, reference};
use proptest::prelude::*;

const WIDTH: usize = 5;
/// Long chains of f64 operations added in different orders.
const TOLERANCE: f64 = 1e-9;

/// A tensor [batch, 5] made from earlier ones by a random operation that keeps values small.
fn grow<'t>(tape: &'t Tape, pool: &[Tensor<'t>], weights: &[Tensor<'t>], stream: &mut Stream) -> Tensor<'t> {
    let mut pick = |from: &[Tensor<'t>]| from[stream.next_below(from.len() as u64) as usize];
    let (a, b, weight) = (pick(pool), pick(pool), pick(weights));
    let row = weight.sum_over(Axes::of(&[0])) * 0.1;
    match stream.next_below(16) {
        0 => a.tanh(),
        1 => a.sigmoid(),
        2 => (a + b) * 0.5,
        3 => a.tanh() * b,
        4 => a.max(b),
        5 => a.matmul(weight).tanh(),
        6 => a.matmul_transposed(weight) * 0.2 + row,
        7 => a.log_softmax() * 0.1,
        8 => a - a.mean_over(Axes::of(&[1])).columns(WIDTH),
        9 => (-a.abs()).exp(),
        10 => a.slice(1, 2..WIDTH).concat(&[b.slice(1, 0..2)], 1),
        11 => a.softplus() * 0.3 - b.sin() * 0.2,
        12 => a.transpose(&[1, 0]).transpose(&[1, 0]).relu() + row,
        13 => a.sum_over(Axes::of(&[0])).broadcast_to(Shape::rows(WIDTH)) * 0.1,
        14 => a.reshape(Shape::rows(WIDTH)).cos() * b.step(),
        _ => (a / (b.square() + 1.0)).tanh() + tape.random(Shape::rows(WIDTH)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn plans_compute_what_the_reference_computes(seed in any::<u64>(), size in 1usize..30, batch in 1usize..5) {
        let mut stream = Stream::new(seed, Purpose::Check, 0);
        let tape = Tape::new();
        let mut pool = vec![tape.input("x", Shape::rows(WIDTH)), tape.input("y", Shape::rows(WIDTH))];
        let weights = [tape.param("w", [WIDTH, WIDTH].into()), tape.param("v", [WIDTH, WIDTH].into())];
        for _ in 0..size {
            pool.push(grow(&tape, &pool, &weights, &mut stream));
        }
        let last = pool[pool.len() - 1];
        let loss = last.square().mean() + pool[pool.len() / 2].sum() * 0.01;
        let gradients = tape.grad(loss, &[pool[0], weights[0], weights[1]]).unwrap();
        let extra = pool[stream.next_below(pool.len() as u64) as usize];
        let outputs: Vec<NodeId> =
            gradients.iter().chain(&[loss, last, extra, pool[1]]).map(|x| x.id()).collect();
        let graph = tape.finish().unwrap().graph;

        let arrays: Vec<Vec<f64>> =
            (0..2).map(|_| (0..batch * WIDTH).map(|_| stream.next_normal()).collect()).collect();
        let parameters: Vec<f64> = (0..2 * WIDTH * WIDTH).map(|_| stream.next_normal() * 0.5).collect();
        let inputs: Vec<&[f64]> = arrays.iter().map(Vec::as_slice).collect();
        let feed = Feed::new(batch, &inputs, &parameters);
        let expected = reference::evaluate(&graph, &outputs, &feed).unwrap();
        let plan = Plan::compile(&graph, &outputs, 5).unwrap();
        let mut workspace = plan.workspace::<f64>();
        let divided = [2, 3, 7].map(|parts| {
            Plan::compile_in_parts(&graph, &outputs, Capacity { batch: 5, parts }).unwrap()
        });
        for _ in 0..2 {
            plan.run(&feed, &mut workspace).unwrap();
            for (index, expected) in expected.iter().enumerate() {
                for (found, expected) in workspace.output(&plan, index).iter().zip(expected.values()) {
                    let close = (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
                    prop_assert!(close, "output {index}: {found} is not {expected}\n{plan}\n{graph}");
                }
            }
            for divided in &divided {
                let mut parts = divided.workspace::<f64>();
                divided.run(&feed, &mut parts).unwrap();
                for index in 0..outputs.len() {
                    let joined: Vec<f64> = parts.output_parts(divided, index).flatten().copied().collect();
                    let same = joined.iter().zip(workspace.output(&plan, index)).all(|(x, y)| x.to_bits() == y.to_bits());
                    prop_assert!(same && joined.len() == workspace.output(&plan, index).len(), "output {index}\n{divided}");
                }
            }
        }
    }
}
