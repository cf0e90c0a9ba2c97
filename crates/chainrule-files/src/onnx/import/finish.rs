//! From the path of stages to a stack of layers: affine maps of columns move into the layers beside them.
//!
//! Those before the first layer become the scaling of the features; after a dense layer they become part of its matrix and
//! bias (so `MatMul`, `Add` is one layer, bit for bit); before one, part of it too; elsewhere a batch normalisation, whose
//! running mean is 0. Must not know: the graph.

use super::layer::{Layer, NORM_EPSILON, named};
use super::reader::Reader;
use super::stage::{Affine, StageId, Work};
use crate::{Scaling, Stack, Values};

/// The layers up to a stage, and how its features are to be scaled before it.
pub(super) fn finish(reader: &mut Reader, last: StageId) -> (Stack, Scaling) {
    let mut path = Vec::new();
    let mut next = Some(last);
    while let Some(id) = next {
        path.push(id);
        next = reader.stage(id).parent;
    }
    let mut merged = Merged::default();
    for id in path.into_iter().rev() {
        // Each stage of the path is used once, so its numbers are moved and not copied.
        match reader.take_work(id) {
            Work::Input => {}
            Work::Affine(affine) => merged.affine(affine),
            Work::Layer(layer) => merged.layer(layer),
        }
    }
    merged.settle_pending();
    if merged.made_batch_norm {
        reader.note("a scaling of columns that stands alone became a batch normalisation");
    }
    let layers = in_one_precision(merged.layers);
    (named(reader.stage(StageId(0)).width, layers), merged.scaling)
}

/// What was merged so far.
#[derive(Debug, Default)]
struct Merged {
    layers: Vec<Layer>,
    scaling: Scaling,
    /// An affine map behind the last layer that did not go into it.
    pending: Option<Affine>,
    made_batch_norm: bool,
}

impl Merged {
    fn affine(&mut self, affine: Affine) {
        match (self.pending.take(), self.layers.last_mut()) {
            (Some(before), _) => self.pending = Some(before.then(&affine)),
            (None, Some(Layer::Dense { weight, bias, .. })) => scale_outputs(weight, bias, &affine),
            (None, _) => self.pending = Some(affine),
        }
    }

    fn layer(&mut self, mut layer: Layer) {
        self.settle_scaling();
        if let Layer::Dense { weight, bias, .. } = &mut layer
            && let Some(affine) = self.pending.take()
        {
            scale_inputs(weight, bias, &affine);
        }
        self.settle_pending();
        self.layers.push(layer);
    }

    /// Makes what is pending before the first layer a scaling of the features, as far as it is one.
    fn settle_scaling(&mut self) {
        if !self.layers.is_empty() {
            return;
        }
        if let Some(affine) = self.pending.take() {
            let (scaling, rest) = affine.split();
            self.scaling = scaling;
            self.pending = rest;
        }
    }

    /// Makes what is pending a layer of its own.
    fn settle_pending(&mut self) {
        self.settle_scaling();
        let Some(affine) = self.pending.take() else { return };
        self.made_batch_norm = true;
        let width = affine.factor.len();
        self.layers.push(Layer::BatchNorm {
            scale: Values::F64(affine.factor),
            shift: Values::F64(affine.term),
            mean: Values::F64(vec![0.0; width]),
            variance: Values::F64(vec![1.0 - NORM_EPSILON; width]),
        });
    }
}

impl Affine {
    /// This one first, then the other.
    fn then(&self, other: &Affine) -> Affine {
        let factor = self.factor.iter().zip(&other.factor).map(|(a, b)| a * b).collect();
        let terms = self.term.iter().zip(&other.factor).zip(&other.term);
        Affine { factor, term: terms.map(|((term, factor), other)| term * factor + other).collect() }
    }

    /// A mean and a deviation of each column, and what is to be done after them: a sign to be turned, a column that is the
    /// same for all rows.
    fn split(&self) -> (Scaling, Option<Affine>) {
        let width = self.factor.len();
        let (mut mean, mut deviation) = (vec![0.0; width], vec![1.0; width]);
        let mut rest = Affine { factor: vec![1.0; width], term: vec![0.0; width] };
        for (column, (factor, term)) in self.factor.iter().zip(&self.term).enumerate() {
            let size = 1.0 / factor.abs();
            if size.is_normal() && (term * size).is_finite() {
                // Not `-term / factor`, which would make a mean of -0.
                (mean[column], deviation[column]) = (0.0 - term / factor, size);
                rest.factor[column] = factor.signum();
            } else {
                (rest.factor[column], rest.term[column]) = (*factor, *term);
            }
        }
        let is_all =
            rest.factor.iter().all(|factor| *factor == 1.0) && rest.term.iter().all(|term| *term == 0.0);
        (Scaling::Standard { mean, deviation }, (!is_all).then_some(rest))
    }
}

/// `factor (x Wᵀ + b) + term` as one layer.
fn scale_outputs(weight: &mut Values, bias: &mut Option<Values>, Affine { factor, term }: &Affine) {
    let outputs = factor.len();
    let inputs = weight.len() / outputs.max(1);
    if factor.iter().any(|factor| *factor != 1.0) {
        change(weight, |place, value| value * factor[place / inputs]);
    }
    if bias.is_none() && term.iter().all(|term| *term == 0.0) {
        return;
    }
    let zeros = bias.take().unwrap_or_else(|| weight.zeros_of_same_type(outputs));
    let mut scaled = zeros;
    change(&mut scaled, |place, value| value * factor[place] + term[place]);
    *bias = Some(scaled);
}

/// `(factor x + term) Wᵀ + b` as one layer.
fn scale_inputs(weight: &mut Values, bias: &mut Option<Values>, Affine { factor, term }: &Affine) {
    let inputs = factor.len();
    let numbers = weight.to_f64();
    let outputs = numbers.len() / inputs.max(1);
    let row = |output: usize| &numbers[output * inputs..(output + 1) * inputs];
    let terms: Vec<f64> =
        (0..outputs).map(|output| row(output).iter().zip(term).map(|(w, term)| w * term).sum()).collect();
    let mut moved = bias.take().unwrap_or_else(|| weight.zeros_of_same_type(outputs));
    change(&mut moved, |place, value| value + terms[place]);
    *bias = Some(moved);
    change(weight, |place, value| value * factor[place % inputs]);
}

/// Replaces each number, computing in 64 bits.
pub(super) fn change(values: &mut Values, new: impl Fn(usize, f64) -> f64) {
    match values {
        Values::F32(values) => {
            values
                .iter_mut()
                .enumerate()
                .for_each(|(place, value)| *value = new(place, f64::from(*value)) as f32);
        }
        Values::F64(values) => {
            values.iter_mut().enumerate().for_each(|(place, value)| *value = new(place, *value));
        }
    }
}

/// All numbers in 64 bits if a matrix has 64, else in 32.
fn in_one_precision(mut layers: Vec<Layer>) -> Vec<Layer> {
    let wide = |layer: &Layer| matches!(layer, Layer::Dense { weight: Values::F64(_), .. });
    let is_f64 = layers.iter().any(wide);
    for values in layers.iter_mut().flat_map(Layer::values_mut) {
        match (&*values, is_f64) {
            (Values::F32(numbers), true) => {
                *values = Values::F64(numbers.iter().copied().map(f64::from).collect());
            }
            (Values::F64(numbers), false) => {
                *values = Values::F32(numbers.iter().map(|number| *number as f32).collect());
            }
            _ => {}
        }
    }
    layers
}
