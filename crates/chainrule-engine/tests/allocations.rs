//! A run of a plan allocates nothing: counted, for a training step of a network with every fusion in it.

use chainrule_engine::{Feed, NodeId, Plan, Shape, Tape};

#[test]
fn a_run_allocates_nothing() {
    let tape = Tape::new();
    let (x, index) = (tape.input("x", Shape::rows(20)), tape.input("index", Shape::BATCH));
    let (w1, b1) = (tape.param("w1", [30, 20].into()), tape.param("b1", [30].into()));
    let (w2, b2) = (tape.param("w2", [4, 30].into()), tape.param("b2", [4].into()));
    let hidden = (x.matmul_transposed(w1) + b1).relu();
    let kept = (tape.random(Shape::rows(30)) - 0.5).step() * 2.0 * hidden;
    let joined = kept.slice(1, 0..10).concat(&[kept.slice(1, 10..20), kept.slice(1, 20..30)], 1);
    let logits = joined.matmul_transposed(w2) + b2;
    let loss = -logits.log_softmax().pick(index).mean();
    let gradients = tape.grad(loss, &[w1, b1, w2, b2]).unwrap();
    let outputs: Vec<NodeId> = gradients.iter().chain(&[loss]).map(|x| x.id()).collect();
    let recorded = tape.finish().unwrap();

    let plan = Plan::compile(&recorded.graph, &outputs, 8).unwrap();
    let mut workspace = plan.workspace::<f32>();
    let (rows, parameters) = (vec![0.5f32; 8 * 20], vec![0.1f32; recorded.layout.len()]);
    let index = [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0];
    let counted = allocation_counter::measure(|| {
        for batch in [8, 3, 8] {
            let inputs = [&rows[..batch * 20], &index[..batch]];
            plan.run(&Feed::new(batch, &inputs, &parameters), &mut workspace).unwrap();
        }
    });
    assert_eq!(counted.count_total, 0);
    assert!(workspace.outputs(&plan, 0..4).iter().any(|gradient| *gradient != 0.0));
}
