//! The compiled training step of a classifier, as text: what is fused stays fused.

use chainrule::engine::{NodeId, Plan, Shape, Tape};
use chainrule::{Loss, Mode, Network, Objective, Weights};

#[test]
fn a_classifier_learns_in_thirteen_fused_steps() {
    let network: Network = "784,relu:128,softmax:10".parse().unwrap();
    let objective = Objective::new(Loss::CrossEntropy { label_smoothing: 0.0 });
    let tape = Tape::with_layout(network.layout().unwrap());
    let x = tape.input("x", Shape::rows(784));
    let target = tape.input("target", Shape::BATCH);
    let forward = network.forward(&tape, x, Mode::Train).unwrap();
    let loss = objective.build(&forward, target, Weights::default()).unwrap();
    let parameters: Vec<_> = forward.trainable().collect();
    let gradients = tape.grad(loss, &parameters).unwrap();
    for (gradient, parameter) in gradients.iter().zip(network.parameters().unwrap()) {
        gradient.named(&format!("grad({})", parameter.name));
    }
    let outputs: Vec<NodeId> = gradients.iter().chain(&[loss]).map(|tensor| tensor.id()).collect();
    let plan = Plan::compile(&tape.finish().unwrap().graph, &outputs, 64).unwrap();
    insta::assert_snapshot!(plan);
}
