//! Helpers of the layers' unit tests: a layer alone in a network, read by the reference interpreter.

use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{CheckConfig, Feed, NodeId, Params, Recorded, Shape, Tape, check, reference};
use serde_json::Value;

use super::{Layer, Mode};
use crate::network::Network;
use crate::testing::{golden, numbers};

/// Tighter than the engine's default, since the points are small and the functions mild: a central difference of step
/// 1e-5 errs by 1e-10 times a third derivative, and by 1e-16 / 1e-5 of rounding.
const CHECK: CheckConfig =
    CheckConfig { step: 1e-5, absolute: 1e-7, relative: 1e-6, elements: usize::MAX, directions: 2, seed: 0 };

/// A network of one layer with its parameters.
pub(super) struct Case {
    network: Network,
    parameters: Vec<f64>,
}

/// One recorded pass: the output and what the layer wants updated.
struct Pass {
    recorded: Recorded,
    input: NodeId,
    output: NodeId,
    /// The trainable parameters' nodes.
    trainable: Vec<NodeId>,
    updates: Vec<(String, NodeId)>,
}

impl Case {
    pub(super) fn new(layer: &(impl Layer + Clone + 'static), inputs: usize, parameters: &[f64]) -> Self {
        let network = Network::new(inputs).layer(layer.clone());
        assert_eq!(network.layout().unwrap().len(), parameters.len());
        Case { network, parameters: parameters.to_vec() }
    }

    /// The layer as it starts, each parameter moved by up to a half, so that none is 0.
    pub(super) fn random(layer: &(impl Layer + Clone + 'static), inputs: usize) -> Self {
        let network = Network::new(inputs).layer(layer.clone());
        let params: Params<f64> = network.initialise(5).unwrap();
        let mut stream = Stream::new(11, Purpose::Check, 1);
        let parameters = params.values().iter().map(|value| value + stream.next_uniform() * 0.5).collect();
        Case { network, parameters }
    }

    pub(super) fn forward(&self, mode: Mode, x: &[f64]) -> Vec<f64> {
        let pass = self.record(mode);
        self.read(&pass, &[pass.output], x).remove(0)
    }

    pub(super) fn updates(&self, x: &[f64]) -> Vec<(String, Vec<f64>)> {
        let pass = self.record(Mode::Train);
        let ids: Vec<NodeId> = pass.updates.iter().map(|(_, id)| *id).collect();
        let names = pass.updates.iter().map(|(name, _)| name.clone());
        names.zip(self.read(&pass, &ids, x)).collect()
    }

    /// Compares the gradients of `sum(sin(y))` by input and parameters with differences and with forward mode.
    pub(super) fn check_gradients(&self, mode: Mode, batch: usize) {
        let Pass { recorded, input, output, trainable, .. } = self.record(mode);
        let tape = Tape::resume(recorded);
        let loss = tape.tensor(output).sin().sum().id();
        let recorded = tape.finish().unwrap();
        let variables = [&[input], &trainable[..]].concat();
        let mut stream = Stream::new(12, Purpose::Check, 2);
        let x: Vec<f64> =
            (0..batch * self.network.inputs()).map(|_| stream.next_uniform() * 4.0 - 2.0).collect();
        let inputs = [&x[..]];
        let feed = Feed::new(batch, &inputs, &self.parameters);
        let report = check(&recorded, loss, &variables, &feed, &CHECK).unwrap();
        assert!(report.passed(), "{}:\n{report}", self.network.spec());
    }

    fn record(&self, mode: Mode) -> Pass {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(self.network.inputs()));
        let forward = self.network.forward(&tape, x, mode).unwrap();
        let (input, output) = (x.id(), forward.output.id());
        let trainable = forward.trainable().map(|parameter| parameter.id()).collect();
        let updates = forward.updates.iter().map(|update| (update.name.clone(), update.value.id())).collect();
        Pass { recorded: tape.finish().unwrap(), input, output, trainable, updates }
    }

    fn read(&self, pass: &Pass, outputs: &[NodeId], x: &[f64]) -> Vec<Vec<f64>> {
        let batch = x.len() / self.network.inputs();
        let inputs = [x];
        let feed = Feed::new(batch, &inputs, &self.parameters);
        let values = reference::evaluate(&pass.recorded.graph, outputs, &feed).unwrap();
        values.into_iter().map(|array| array.into_values()).collect()
    }
}

/// The layer with the parameters of `layers/<name>.json`, which PyTorch made, and the file.
pub(super) fn golden_case(layer: &(impl Layer + Clone + 'static), name: &str) -> (Case, Value) {
    let file = golden(&format!("layers/{name}"));
    let width = file["x"][0].as_array().unwrap().len();
    (Case::new(layer, width, &numbers(&file["parameters"])), file)
}
