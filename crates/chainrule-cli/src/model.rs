//! A trained network with its preprocessing and the names of its answers: what a model file holds, ready for use.
//!
//! Must not know: how it was trained, nor how anything is shown.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, bail};
use chainrule::engine::{Layout, Params, Scalar};
use chainrule::{Loss, Network, Task, metrics};
use chainrule_data as data;
use chainrule_data::{Preparation, Scaling, csv};
use chainrule_files::{ModelFile, ModelRecord, Tensor, Values};

use crate::atomic::write_atomically;
use crate::choices::Precision;
use crate::judging::Judging;
use crate::prepare::{Inputs, Raw};
use crate::record;

/// The most inputs of a network in a file: each becomes a named column.
const MOST_INPUTS: usize = 1 << 24;

/// A model in memory.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// What the file says beside the numbers.
    pub(crate) record: ModelRecord,
    /// The network.
    pub(crate) network: Network,
    /// What it was trained to make small.
    pub(crate) loss: Loss,
    /// The kind of prediction.
    pub(crate) task: Task,
    /// How raw features become inputs.
    pub(crate) inputs: Inputs,
    /// How the target of a regression was scaled.
    pub(crate) outputs: Option<Scaling>,
    /// Its numbers.
    pub(crate) weights: Weights,
}

/// Parameters in the precision that the network was trained in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Weights {
    /// 32 bits.
    F32(Params<f32>),
    /// 64 bits.
    F64(Params<f64>),
}

/// Types of numbers that a model file can hold.
pub(crate) trait Stored: Scalar {
    /// Parameters of this type.
    fn weights(params: Params<Self>) -> Weights;
    /// Numbers of this type as a file has them.
    fn values(numbers: Vec<Self>) -> Values;
    /// The numbers in a file, if they are of this type.
    fn from_values(values: &Values) -> Option<Vec<Self>>;
}

impl Stored for f32 {
    fn weights(params: Params<f32>) -> Weights {
        Weights::F32(params)
    }

    fn values(numbers: Vec<f32>) -> Values {
        Values::F32(numbers)
    }

    fn from_values(values: &Values) -> Option<Vec<f32>> {
        if let Values::F32(numbers) = values { Some(numbers.clone()) } else { None }
    }
}

impl Stored for f64 {
    fn weights(params: Params<f64>) -> Weights {
        Weights::F64(params)
    }

    fn values(numbers: Vec<f64>) -> Values {
        Values::F64(numbers)
    }

    fn from_values(values: &Values) -> Option<Vec<f64>> {
        if let Values::F64(numbers) = values { Some(numbers.clone()) } else { None }
    }
}

impl Model {
    /// Above which number a single output speaks for the second of two classes.
    pub(crate) fn threshold(&self) -> f64 {
        if self.loss == Loss::Hinge { 0.0 } else { 0.5 }
    }

    /// Reads a model from its file.
    ///
    /// # Errors
    /// What is wrong with the file, with its path in front.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let place = || path.display().to_string();
        let bytes = std::fs::read(path).with_context(place)?;
        let file = chainrule_files::decode(&bytes).with_context(place)?;
        Self::from_file(file).with_context(place)
    }

    /// Makes the model that a file holds.
    ///
    /// # Errors
    /// If network, loss and tensors do not go together.
    pub(crate) fn from_file(file: ModelFile) -> anyhow::Result<Self> {
        let network: Network = file.record.network.parse().context("model record: `network`")?;
        let loss: Loss = file.record.loss.parse().context("model record: `loss`")?;
        let weights = weights(&file, &network)?;
        let (inputs, outputs) = (record::inputs(&file.record)?, record::outputs(&file.record));
        let model = Model {
            task: record::task(file.record.task),
            record: file.record,
            network,
            loss,
            inputs,
            outputs,
            weights,
        };
        model.check_names()?;
        Ok(model)
    }

    /// Writes the model to a file, whole or not at all; returns the number of bytes.
    ///
    /// # Errors
    /// What the file system or the format refuses, with the path in front.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<usize> {
        let place = || path.display().to_string();
        let file = ModelFile { record: self.record.clone(), tensors: self.tensors() };
        let bytes = chainrule_files::encode(&file).with_context(place)?;
        write_atomically(path, &bytes).with_context(place)?;
        Ok(bytes.len())
    }

    /// The tensors as a file holds them.
    pub(crate) fn tensors(&self) -> Vec<Tensor> {
        tensors(&self.weights)
    }

    /// The columns that the model expects.
    pub(crate) fn layout(&self) -> csv::Layout {
        let features = match &self.inputs {
            Inputs::Prepared(preparation) => {
                preparation.columns().iter().map(|prepared| prepared.column.clone()).collect()
            }
            _ => record::feature_names(&self.record),
        };
        let features = if features.is_empty() {
            (1..=self.network.inputs()).map(|column| format!("column_{column}")).collect()
        } else {
            features
        };
        let (targets, classes) = record::target_names(&self.record, self.network.outputs());
        csv::Layout { features, targets, classes }
    }

    /// The rules by which the columns of a table become inputs.
    ///
    /// # Errors
    /// If two columns have one name.
    pub(crate) fn rules(&self) -> anyhow::Result<Preparation> {
        Ok(self.inputs.rules(&self.layout().features)?.into_owned())
    }

    /// The type of the network's numbers.
    pub(crate) fn precision(&self) -> Precision {
        match self.weights {
            Weights::F32(_) => Precision::F32,
            Weights::F64(_) => Precision::F64,
        }
    }

    /// The loss, as in training, and the metrics for raw rows; those of a regression in the target's own unit.
    ///
    /// # Errors
    /// If the rows do not go with the network.
    pub(crate) fn evaluate(&self, raw: &Raw, target: &data::Target) -> anyhow::Result<metrics::Evaluation> {
        let mut judging = Judging::new(self)?;
        judging.add(raw, target)?;
        Ok(judging.finish())
    }

    /// Whether there are as many names as the network has inputs and outputs.
    fn check_names(&self) -> anyhow::Result<()> {
        let expected = self.network.inputs();
        if let Inputs::Prepared(preparation) = &self.inputs {
            if preparation.width() != expected {
                let got = preparation.width();
                bail!("model record: `preparation`: expected {expected} inputs, got {got}");
            }
            return self.check_outputs();
        }
        let declared = self.record.input_width().unwrap_or(expected);
        if expected > MOST_INPUTS || declared != expected {
            bail!(
                "model record: `features`: expected {expected} columns, at most {MOST_INPUTS}, got {declared}"
            );
        }
        let layout = self.layout();
        if layout.features.len() != expected {
            bail!("model record: `features`: expected {expected} columns, got {}", layout.features.len());
        }
        if let Inputs::Standardised(scaling) = &self.inputs
            && scaling.width() != expected
        {
            bail!("model record: `scaling`: expected {expected} columns, got {}", scaling.width());
        }
        self.check_outputs()
    }

    /// Whether there are as many names as the network has outputs.
    fn check_outputs(&self) -> anyhow::Result<()> {
        let layout = self.layout();
        let (outputs, classes) = (self.network.outputs(), layout.classes.map_or(0, |names| names.len()));
        let fits = match self.task {
            Task::Binary => outputs == 1 || outputs == 2,
            Task::Multiclass => outputs == classes,
            Task::Multilabel | Task::Regression => outputs == layout.targets.len(),
        };
        if !fits {
            bail!("model record: `target`: its names do not fit the {outputs} outputs of the network");
        }
        Ok(())
    }
}

impl Weights {
    /// The table of names.
    pub(crate) fn layout(&self) -> &Layout {
        match self {
            Self::F32(params) => params.layout(),
            Self::F64(params) => params.layout(),
        }
    }

    /// The same numbers in 64 bits.
    pub(crate) fn to_f64(&self) -> Params<f64> {
        match self {
            Self::F32(params) => params.convert(),
            Self::F64(params) => params.clone(),
        }
    }

    /// What is left of 1, computed in this precision: the probability of the other class.
    pub(crate) fn rest(&self, value: f64) -> f64 {
        match self {
            Self::F32(_) => f64::from(1.0 - value as f32),
            Self::F64(_) => 1.0 - value,
        }
    }

    /// Adds a number to a text: as few digits as tell it from its neighbours in this precision.
    pub(crate) fn show(&self, value: f64, out: &mut String) {
        // A String takes everything.
        let _ = match self {
            Self::F32(_) => write!(out, "{}", value as f32),
            Self::F64(_) => write!(out, "{value}"),
        };
    }
}

/// The parameters in a file, checked against the network.
fn weights(file: &ModelFile, network: &Network) -> anyhow::Result<Weights> {
    let layout = network.layout()?;
    let shapes: Vec<Vec<usize>> = layout.entries().iter().map(sizes).collect();
    let expected: Vec<(&str, &[usize])> =
        layout.entries().iter().zip(&shapes).map(|(entry, shape)| (&entry.name[..], &shape[..])).collect();
    file.expect_tensors(&expected)?;
    let is_f64 = file.tensors.iter().any(|tensor| matches!(tensor.values, Values::F64(_)));
    if is_f64 { collect(file, layout).map(Weights::F64) } else { collect(file, layout).map(Weights::F32) }
}

fn collect<T: Scalar>(file: &ModelFile, layout: Layout) -> anyhow::Result<Params<T>> {
    let mut params = Params::<T>::zeros(layout);
    for tensor in &file.tensors {
        let out = params.get_mut(&tensor.name)?;
        match &tensor.values {
            Values::F32(values) if size_of::<T>() == size_of::<f32>() => {
                out.iter_mut().zip(values).for_each(|(out, value)| *out = T::from_f64(f64::from(*value)));
            }
            Values::F64(values) => {
                out.iter_mut().zip(values).for_each(|(out, value)| *out = T::from_f64(*value));
            }
            Values::F32(_) => bail!("tensor `{}`: expected F64 as the others, got F32", tensor.name),
        }
    }
    Ok(params)
}

/// Parameters as tensors with names.
pub(crate) fn tensors(weights: &Weights) -> Vec<Tensor> {
    let tensor = |entry: &chainrule::engine::Entry| {
        let values = match weights {
            Weights::F32(params) => Values::F32(params.values()[entry.range.clone()].to_vec()),
            Weights::F64(params) => Values::F64(params.values()[entry.range.clone()].to_vec()),
        };
        let tensor = Tensor::new(&entry.name, &sizes(entry), values);
        if entry.trainable { tensor } else { tensor.frozen() }
    };
    weights.layout().entries().iter().map(tensor).collect()
}

/// The sizes of a parameter, which has no batch.
pub(crate) fn sizes(entry: &chainrule::engine::Entry) -> Vec<usize> {
    entry.shape.extents(1).sizes().to_vec()
}

#[cfg(test)]
mod tests {
    use chainrule::Network;
    use chainrule::engine::Scalar;
    use chainrule_files::{ModelFile, ModelRecord, Tensor, Values, decode, encode};

    use super::{Model, Stored};

    /// A network with trained and measured parameters, as a file.
    fn file<T: Stored>() -> ModelFile {
        let network: Network = "3,relu:4,batch_norm,softmax:2".parse().unwrap();
        let params = network.initialise::<T>(7).unwrap();
        let record = ModelRecord::new(&network.spec(), chainrule_files::Task::Multiclass, "cross_entropy");
        let empty = ModelFile { record: record.clone(), tensors: zeros::<T>(&network) };
        let tensors = Model { weights: T::weights(params), ..Model::from_file(empty).unwrap() }.tensors();
        ModelFile { record, tensors }
    }

    fn zeros<T: Scalar>(network: &Network) -> Vec<Tensor> {
        let zeros = |count| match size_of::<T>() {
            4 => Values::F32(vec![0.0; count]),
            _ => Values::F64(vec![0.0; count]),
        };
        let layout = network.layout().unwrap();
        layout
            .entries()
            .iter()
            .map(|entry| Tensor::new(&entry.name, &super::sizes(entry), zeros(entry.range.len())))
            .collect()
    }

    #[test]
    fn a_model_comes_back_from_its_file_bit_for_bit() {
        for file in [file::<f32>(), file::<f64>()] {
            let bytes = encode(&file).unwrap();
            let read = Model::from_file(decode(&bytes).unwrap()).unwrap();
            let again = ModelFile { record: read.record.clone(), tensors: read.tensors() };
            assert_eq!(encode(&again).unwrap(), bytes);
            assert!(read.tensors().iter().any(|tensor| !tensor.trainable), "running means are frozen");
        }
    }

    #[test]
    fn numbers_are_shown_in_their_own_precision() {
        let [narrow, wide] =
            [file::<f32>(), file::<f64>()].map(|file| Model::from_file(file).unwrap().weights);
        let shown = |weights: &super::Weights, value| {
            let mut text = String::new();
            weights.show(value, &mut text);
            text
        };
        assert_eq!((shown(&narrow, f64::from(0.1_f32)), shown(&wide, 0.1)), ("0.1".into(), "0.1".into()));
        assert_eq!(narrow.rest(f64::from(0.1_f32)), f64::from(0.9_f32));
    }
}
