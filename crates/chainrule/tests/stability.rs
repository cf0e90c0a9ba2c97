//! Activations and losses in `f32`, the default precision, far from 0: values and gradients stay finite, and close to
//! those in `f64`.

use chainrule::{Activation, Loss, Reduction, Weights};
use chainrule_engine::{Feed, NodeId, Plan, Recorded, Scalar, Shape, Tape};

const FAR: [f64; 8] = [-1e4, 1e4, -104.0, 89.0, -30.0, 17.5, 0.0, 2.25];

/// The outputs of a plan for rows of two.
fn read<T: Scalar>(recorded: &Recorded, outputs: &[NodeId], inputs: &[&[f64]]) -> Vec<f64> {
    let plan = Plan::compile(&recorded.graph, outputs, 4).unwrap();
    let mut workspace = plan.workspace::<T>();
    let inputs: Vec<Vec<T>> =
        inputs.iter().map(|input| input.iter().map(|x| T::from_f64(*x)).collect()).collect();
    let inputs: Vec<&[T]> = inputs.iter().map(Vec::as_slice).collect();
    plan.run(&Feed::new(4, &inputs, &[]), &mut workspace).unwrap();
    (0..outputs.len()).flat_map(|index| workspace.output(&plan, index).to_vec()).map(|x| x.to_f64()).collect()
}

/// A few roundings to 6e-8 of numbers of the size of `b`, or of 10 where `b` is smaller.
const F32_TOLERANCE: f64 = 5e-7;

fn assert_alike(what: &str, recorded: &Recorded, outputs: &[NodeId], inputs: &[&[f64]]) {
    let [single, double] = [read::<f32>(recorded, outputs, inputs), read::<f64>(recorded, outputs, inputs)];
    for (a, b) in single.iter().zip(&double) {
        assert!(a.is_finite(), "{what}: {single:?}");
        assert!((a - b).abs() <= F32_TOLERANCE * b.abs().max(10.0), "{what}: {a} and {b}");
    }
}

#[test]
fn activations_survive_ten_thousand() {
    for activation in Activation::ALL.into_iter().filter(|activation| *activation != Activation::Exp) {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(2));
        let y = activation.apply(x);
        let outputs = [y.id(), tape.grad(y.sum(), &[x]).unwrap()[0].id()];
        assert_alike(activation.name(), &tape.finish().unwrap(), &outputs, &[&FAR]);
    }
}

#[test]
fn losses_survive_ten_thousand() {
    for loss in Loss::ALL {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(2));
        let target = tape.input("target", loss.target_shape(2));
        let terms = loss.terms(x, target).unwrap();
        let total = loss.apply(x, target, Reduction::Sum, Weights::default()).unwrap();
        let outputs = [terms.id(), tape.grad(total, &[x]).unwrap()[0].id()];
        let recorded = tape.finish().unwrap();
        let targets: &[f64] = if loss.target_shape(2) == Shape::BATCH {
            &[0.0, 1.0, 0.0, 1.0]
        } else {
            &[0.0, 1.0, 1.0, 0.0, 0.25, 0.75, 1.0, 0.0]
        };
        // A rate of e^1e4 has no finite value.
        let limited = FAR.map(|x| if loss == Loss::Poisson { x.min(2.0) } else { x });
        assert_alike(loss.name(), &recorded, &outputs, &[&limited, targets]);
    }
}
