//! Compares the gradients that the chain rule gives with central differences, through the reference interpreter.

#![allow(
    unreachable_pub,
    dead_code,
    reason = "shared by test binaries and unit tests, each of which uses a part"
)]

use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{Feed, Graph, NodeId, Params, Recorded, reference};

/// The step of the differences: about the cube root of the unit round-off, where rounding and curvature err alike.
const STEP: f64 = 1e-5;

/// What the two may differ by, relative to 1 plus the sizes of the terms: the differences' error of about `STEP^2`
/// times a third derivative, and `1e-16 / STEP` of rounding, with a factor of a hundred for steep functions.
const DIFFERENCE_TOLERANCE: f64 = 1e-7;

/// How many random directions are tried.
const DIRECTIONS: u64 = 3;

/// A loss with the nodes to differentiate by and the numbers to do it at.
pub struct Check<'a> {
    /// The graph, which may hold more.
    pub recorded: Recorded,
    /// The loss, of shape `[]`.
    pub loss: NodeId,
    /// Inputs and parameters by which to differentiate.
    pub variables: &'a [NodeId],
    /// The number of rows.
    pub batch: usize,
    /// One array for each input slot.
    pub inputs: &'a [&'a [f64]],
    /// The flat parameters.
    pub parameters: &'a [f64],
}

impl Check<'_> {
    /// The first difference found, as a sentence; `Ok` if the gradients agree in every direction tried.
    pub fn run(mut self) -> Result<(), String> {
        let gradients = self.recorded.grad(self.loss, self.variables).map_err(|error| error.to_string())?;
        let feed = Feed::new(self.batch, self.inputs, self.parameters);
        let values = reference::evaluate(&self.recorded.graph, &gradients, &feed)
            .map_err(|error| error.to_string())?;
        for direction in 0..DIRECTIONS {
            let mut stream = Stream::new(direction, Purpose::Check, 0);
            let directions: Vec<Vec<f64>> = values
                .iter()
                .map(|gradient| gradient.values().iter().map(|_| stream.next_uniform() * 2.0 - 1.0).collect())
                .collect();
            let terms: Vec<f64> = values
                .iter()
                .zip(&directions)
                .flat_map(|(gradient, direction)| gradient.values().iter().zip(direction).map(|(g, d)| g * d))
                .collect();
            let slope: f64 = terms.iter().sum();
            let size: f64 = terms.iter().map(|term| term.abs()).sum();
            let difference = (self.moved(&directions, STEP) - self.moved(&directions, -STEP)) / (2.0 * STEP);
            let near = (slope - difference).abs() <= DIFFERENCE_TOLERANCE * (1.0 + size);
            if !near {
                return Err(format!("direction {direction}: gradient {slope}, difference {difference}"));
            }
        }
        Ok(())
    }

    /// The loss where the variables have moved by `step` in their directions.
    fn moved(&self, directions: &[Vec<f64>], step: f64) -> f64 {
        let mut inputs: Vec<Vec<f64>> = self.inputs.iter().map(|input| input.to_vec()).collect();
        let mut parameters = self.parameters.to_vec();
        for (variable, direction) in self.variables.iter().zip(directions) {
            let numbers = match place(&self.recorded, *variable) {
                Place::Input(slot) => &mut inputs[slot][..],
                Place::Parameters(range) => &mut parameters[range],
            };
            numbers.iter_mut().zip(direction).for_each(|(number, d)| *number += step * d);
        }
        let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
        let feed = Feed::new(self.batch, &inputs, &parameters);
        let values = reference::evaluate(&self.recorded.graph, &[self.loss], &feed);
        values.expect("the same feed was accepted before")[0].values()[0]
    }
}

enum Place {
    Input(usize),
    Parameters(std::ops::Range<usize>),
}

/// Where the numbers of a variable lie: parameters are found by name, inputs are counted.
fn place(recorded: &Recorded, variable: NodeId) -> Place {
    let label = recorded.graph.label(variable);
    if let Ok(entry) = recorded.layout.get(&label) {
        return Place::Parameters(entry.range.clone());
    }
    let is_input = |graph: &Graph, id| graph.node(id).op().name() == "input";
    let inputs = recorded.graph.nodes().map(|(id, _)| id).filter(|id| is_input(&recorded.graph, *id));
    Place::Input(inputs.take_while(|id| *id != variable).count())
}

/// Parameters as they start, each moved by up to a half, so that nothing is 0 or at a kink.
pub fn unsettled(mut params: Params<f64>) -> Params<f64> {
    let mut stream = Stream::new(11, Purpose::Check, 1);
    params.values_mut().iter_mut().for_each(|value| *value += stream.next_uniform() * 0.5);
    params
}

/// Numbers in (-2, 2).
pub fn points(count: usize) -> Vec<f64> {
    let mut stream = Stream::new(12, Purpose::Check, 2);
    (0..count).map(|_| stream.next_uniform() * 4.0 - 2.0).collect()
}
