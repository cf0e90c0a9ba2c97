//! A loss recorded as a graph, with the gradients of all its parameters.

use chainrule::engine::{
    CheckConfig, Feed, NodeId, Plan, Recorded, Tape, Tensor, Workspace, check, reference,
};
use chainrule::optimizers::{Group, State, UpdateRule};

use super::assert_close;

/// What a central difference of step 1e-5 may differ by from a derivative: its own rounding and curvature.
const CHECK: CheckConfig =
    CheckConfig { step: 1e-5, absolute: 1e-9, relative: 1e-6, elements: usize::MAX, directions: 2, seed: 0 };

/// A graph that ends in a loss. Inputs are those that `build` declared, in order; parameters lie in its order too.
pub(crate) struct RecordedLoss {
    pub(crate) recorded: Recorded,
    pub(crate) loss: NodeId,
    parameters: Vec<NodeId>,
}

impl RecordedLoss {
    pub(crate) fn new(build: impl FnOnce(&Tape) -> Tensor<'_>) -> Self {
        let tape = Tape::new();
        let loss = build(&tape).id();
        let recorded = tape.finish().unwrap();
        let named = |name: &str| recorded.graph.find(name).expect("a parameter's node has its name");
        let parameters = recorded.layout.entries().iter().map(|entry| named(&entry.name)).collect();
        RecordedLoss { recorded, loss, parameters }
    }

    /// The loss and the gradient of each parameter, by the meaning of the graph; the fast plan has to agree.
    pub(crate) fn evaluate(&self, feed: &Feed<'_, f64>) -> (f64, Vec<Vec<f64>>) {
        let (recorded, outputs) = self.with_gradients();
        let values = reference::evaluate(&recorded.graph, &outputs, feed).unwrap();
        let plan = Plan::compile(&recorded.graph, &outputs, feed.batch).unwrap();
        let mut workspace = plan.workspace();
        plan.run(feed, &mut workspace).unwrap();
        for (number, value) in values.iter().enumerate() {
            assert_close(workspace.output(&plan, number), value.values(), 1e-11);
        }
        let mut values = values.into_iter().map(|array| array.into_values());
        let loss = values.next().expect("the loss comes first")[0];
        (loss, values.collect())
    }

    /// Asserts that the gradients agree with central differences and with forward mode.
    pub(crate) fn assert_gradients(&self, feed: &Feed<'_, f64>) {
        let report = check(&self.recorded, self.loss, &self.parameters, feed, &CHECK).unwrap();
        assert!(report.passed(), "{report}");
    }

    /// Makes steps over the whole feed; the loss before each.
    pub(crate) fn descend(
        &self,
        inputs: &[&[f64]],
        parameters: &mut [f64],
        (batch, steps): (usize, usize),
        (rule, learning_rate): (UpdateRule, f64),
    ) -> Vec<f64> {
        let (recorded, outputs) = self.with_gradients();
        let plan = Plan::compile(&recorded.graph, &outputs, batch).unwrap();
        let mut workspace: Workspace<f64> = plan.workspace();
        let mut state = State::new(&rule, parameters.len());
        let mut step = || {
            plan.run(&Feed::new(batch, inputs, parameters), &mut workspace).unwrap();
            let gradient = workspace.outputs(&plan, 1..outputs.len());
            rule.update(&mut state, Group::whole(parameters, gradient), learning_rate);
            workspace.output(&plan, 0)[0]
        };
        (0..steps).map(|_| step()).collect()
    }

    /// The graph with the gradients, and the loss and the gradients in it.
    fn with_gradients(&self) -> (Recorded, Vec<NodeId>) {
        let mut recorded = self.recorded.clone();
        let gradients = recorded.grad(self.loss, &self.parameters).unwrap();
        (recorded, [vec![self.loss], gradients].concat())
    }
}
