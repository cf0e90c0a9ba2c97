//! A model that predicts rows part by part: compiled once, for as many parts as come.
//!
//! Must not know: where rows come from, nor how answers are shown.

use chainrule::engine::Scalar;
use chainrule::{Features, Predictor};

use crate::choices::Precision;
use crate::model::{Model, Weights};
use crate::prepare::Raw;

/// A model compiled for predicting.
pub(crate) struct Answering<'m> {
    model: &'m Model,
    names: Vec<String>,
    precision: Precision,
    compiled: Compiled<'m>,
}

/// The plan with its numbers.
enum Compiled<'m> {
    F32(Predictor<f32>, &'m [f32]),
    F64(Predictor<f64>, &'m [f64]),
}

impl<'m> Answering<'m> {
    /// Compiles the predictions of a model.
    ///
    /// # Errors
    /// If its loss does not go with its network.
    pub(crate) fn new(model: &'m Model) -> anyhow::Result<Self> {
        let compiled = match &model.weights {
            Weights::F32(params) => {
                Compiled::F32(Predictor::new(&model.network, model.loss)?, params.values())
            }
            Weights::F64(params) => {
                Compiled::F64(Predictor::new(&model.network, model.loss)?, params.values())
            }
        };
        Ok(Answering { model, names: model.layout().features, precision: model.precision(), compiled })
    }

    /// The predictions for raw rows, `[rows, outputs]`: probabilities, scores, or numbers in the target's own unit.
    ///
    /// # Errors
    /// If columns are missing or do not hold what they held in training.
    pub(crate) fn predict(&mut self, raw: &Raw) -> anyhow::Result<Vec<f64>> {
        let features = self.model.inputs.apply(raw, &self.names, self.precision)?;
        let mut predictions = match &mut self.compiled {
            Compiled::F32(predictor, parameters) => predict(predictor, parameters, &features)?,
            Compiled::F64(predictor, parameters) => predict(predictor, parameters, &features)?,
        };
        if let Some(scaling) = &self.model.outputs {
            scaling.invert_f64(&mut predictions);
        }
        Ok(predictions)
    }
}

fn predict<T: Scalar>(
    predictor: &mut Predictor<T>,
    parameters: &[T],
    features: &Features<'_>,
) -> Result<Vec<f64>, chainrule::Error> {
    let values = predictor.predict(parameters, features)?;
    Ok(values.iter().map(|value| value.to_f64()).collect())
}
