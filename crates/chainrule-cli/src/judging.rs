//! What a model is worth on rows that come part by part.
//!
//! Must not know: where rows come from, nor how the result is shown.

use chainrule::engine::Scalar;
use chainrule::metrics::{Accumulator, Evaluation};
use chainrule::{Evaluator, Examples};
use chainrule_data as data;

use crate::choices::Precision;
use crate::model::{Model, Weights};
use crate::prepare::{self, Raw};

/// A model compiled for being judged, and what was seen so far.
pub(crate) struct Judging<'m> {
    model: &'m Model,
    names: Vec<String>,
    precision: Precision,
    compiled: Compiled<'m>,
    metrics: Option<Accumulator>,
}

/// The plan with its numbers.
enum Compiled<'m> {
    F32(Box<Evaluator<f32>>, &'m [f32]),
    F64(Box<Evaluator<f64>>, &'m [f64]),
}

impl<'m> Judging<'m> {
    /// Compiles the loss of a model.
    ///
    /// # Errors
    /// If its loss does not go with its network.
    pub(crate) fn new(model: &'m Model) -> anyhow::Result<Self> {
        let compiled = match &model.weights {
            Weights::F32(params) => {
                Compiled::F32(Box::new(Evaluator::new(&model.network, model.loss)?), params.values())
            }
            Weights::F64(params) => {
                Compiled::F64(Box::new(Evaluator::new(&model.network, model.loss)?), params.values())
            }
        };
        let (names, precision) = (model.layout().features, model.precision());
        Ok(Judging { model, names, precision, compiled, metrics: None })
    }

    /// Takes in rows with their answers; no rows change nothing.
    ///
    /// # Errors
    /// If they do not go with the network.
    pub(crate) fn add(&mut self, raw: &Raw, target: &data::Target) -> anyhow::Result<()> {
        if target.rows() == 0 {
            return Ok(());
        }
        let features = self.model.inputs.apply(raw, &self.names, self.precision)?;
        let scaled = prepare::targets(target, self.model.outputs.as_ref());
        let examples = Examples::new(features, scaled)?;
        let mut predictions = match &mut self.compiled {
            Compiled::F32(evaluator, parameters) => add(evaluator, parameters, &examples)?,
            Compiled::F64(evaluator, parameters) => add(evaluator, parameters, &examples)?,
        };
        // Metrics in the target's own unit; the loss stays what training made small.
        if let Some(scaling) = &self.model.outputs {
            scaling.invert_f64(&mut predictions);
        }
        let answers = prepare::targets(target, None);
        let (outputs, loss) = (self.model.network.outputs(), self.model.loss);
        let metrics = self.metrics.get_or_insert_with(|| Accumulator::new(&answers, outputs, loss));
        metrics.add(&predictions, &answers);
        Ok(())
    }

    /// Rows taken in.
    pub(crate) fn rows(&self) -> usize {
        self.metrics.as_ref().map_or(0, Accumulator::rows)
    }

    /// The loss and the metrics of all rows.
    pub(crate) fn finish(self) -> Evaluation {
        let loss = match &self.compiled {
            Compiled::F32(evaluator, _) => evaluator.loss(),
            Compiled::F64(evaluator, _) => evaluator.loss(),
        };
        match self.metrics {
            Some(metrics) => metrics.finish(loss),
            None => Evaluation { loss, scores: Vec::new(), confusion: None },
        }
    }
}

fn add<T: Scalar>(
    evaluator: &mut Evaluator<T>,
    parameters: &[T],
    examples: &Examples<'_>,
) -> Result<Vec<f64>, chainrule::Error> {
    evaluator.add(parameters, examples).map(<[f64]>::to_vec)
}
