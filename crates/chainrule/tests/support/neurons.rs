//! A network as a graph of neurons that know their neighbours, "the world's slowest backpropagation process": the document's
//! own structure, on scalars of an eager tape, so that every weight and every sum is a node with a derivative.
//!
//! Where it differs from the document: a weight is stored once, so an update cannot forget its copy at the other end of the
//! edge; linking two neurons twice is refused and not only warned of; and a wrong size stops instead of printing.

use std::collections::HashMap;

use chainrule::Activation;
use chainrule::engine::{Tape, Tensor};

/// A neuron: its activation, its bias, and its neighbours by number.
pub(crate) struct Neuron<'t> {
    activation: Activation,
    pub(crate) bias: Tensor<'t>,
    pub(crate) upstream: Vec<usize>,
    pub(crate) downstream: Vec<usize>,
    pub(crate) pre_activation: Option<Tensor<'t>>,
    pub(crate) value: Option<Tensor<'t>>,
}

/// Neurons in layers, the input first.
pub(crate) struct NeuronNet<'t> {
    tape: &'t Tape,
    pub(crate) neurons: Vec<Neuron<'t>>,
    pub(crate) layers: Vec<Vec<usize>>,
    /// The weight of each edge, by (from, to).
    pub(crate) weights: HashMap<(usize, usize), Tensor<'t>>,
}

impl<'t> NeuronNet<'t> {
    /// Layers by activation and size, fully connected, all weights 1 and all biases 0.
    pub(crate) fn from_spec(tape: &'t Tape, spec: &[(&str, usize)]) -> Result<Self, String> {
        let mut net = NeuronNet { tape, neurons: Vec::new(), layers: Vec::new(), weights: HashMap::new() };
        for (name, size) in spec {
            let activation = name.parse().map_err(|_| format!("unrecognized activation function: {name}"))?;
            net.add_layer(*size, activation);
        }
        for pair in net.layers.clone().windows(2) {
            for from in &pair[0] {
                for to in &pair[1] {
                    net.link(*from, *to, 1.0)?;
                }
            }
        }
        Ok(net)
    }

    fn add_layer(&mut self, size: usize, activation: Activation) {
        let first = self.neurons.len();
        self.neurons.extend((0..size).map(|_| Neuron {
            activation,
            bias: self.tape.scalar(0.0),
            upstream: Vec::new(),
            downstream: Vec::new(),
            pre_activation: None,
            value: None,
        }));
        self.layers.push((first..first + size).collect());
    }

    /// An edge between two neurons, entered in the lists of both.
    pub(crate) fn link(&mut self, from: usize, to: usize, weight: f64) -> Result<(), String> {
        if self.weights.insert((from, to), self.tape.scalar(weight)).is_some() {
            return Err(format!("neurons {from} and {to} are linked already"));
        }
        self.neurons[from].downstream.push(to);
        self.neurons[to].upstream.push(from);
        Ok(())
    }

    /// Sends an input through the net; returns the values of the last layer.
    pub(crate) fn pass_through(&mut self, input: &[f64]) -> Result<Vec<Tensor<'t>>, String> {
        let expected = self.layers[0].len();
        if input.len() != expected {
            return Err(format!("input: expected size {expected}, got {}", input.len()));
        }
        for (number, value) in self.layers[0].clone().into_iter().zip(input) {
            self.neurons[number].value = Some(self.tape.scalar(*value));
        }
        for number in self.layers[1..].concat() {
            self.activate(number);
        }
        let last = self.layers.last().expect("a net has a layer");
        Ok(last.iter().filter_map(|number| self.neurons[*number].value).collect())
    }

    /// The weighted sum of what comes from upstream plus the bias, then the activation.
    fn activate(&mut self, number: usize) {
        let neuron = &self.neurons[number];
        let arriving = neuron.upstream.iter().map(|from| {
            let value = self.neurons[*from].value.expect("layers are activated in order");
            value * self.weights[&(*from, number)]
        });
        let sum = arriving.fold(self.tape.scalar(0.0), |total, term| total + term) + neuron.bias;
        let value = neuron.activation.apply(sum);
        self.neurons[number].pre_activation = Some(sum);
        self.neurons[number].value = Some(value);
    }

    /// The errors of each layer but the input, the last from `output_error`, the others by equation 2 along the lists of
    /// downstream neighbours; first hidden layer first.
    pub(crate) fn layer_errors(&self, output_error: &[f64], slope: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
        let mut delta: HashMap<usize, f64> = HashMap::new();
        let last = self.layers.last().expect("a net has a layer");
        delta.extend(last.iter().copied().zip(output_error.iter().copied()));
        for layer in self.layers[1..self.layers.len() - 1].iter().rev() {
            for number in layer {
                let neuron = &self.neurons[*number];
                let arriving = |to: &usize| read(self.weights[&(*number, *to)]) * delta[to];
                let sum: f64 = neuron.downstream.iter().map(arriving).sum();
                delta.insert(*number, sum * slope(read(neuron.pre_activation.expect("was activated"))));
            }
        }
        self.layers[1..].iter().map(|layer| layer.iter().map(|number| delta[number]).collect()).collect()
    }
}

/// The number that a scalar of an eager tape holds.
pub(crate) fn read(tensor: Tensor<'_>) -> f64 {
    tensor.value().expect("an eager tape has values").values()[0]
}
