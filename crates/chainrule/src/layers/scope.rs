//! [`Scope`]: what a layer sees of the network while it appends itself to a tape.

use chainrule_engine::{Tape, Tensor};

use crate::Error;

/// What a forward pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Training: dropout drops, batch normalisation measures the batch.
    Train,
    /// Prediction: a row's output depends on that row alone.
    Predict,
}

/// The value that a statistic takes after a training step.
#[derive(Debug, Clone)]
pub struct Update<'t> {
    /// The parameter's name in the network, `batch_norm1.running_mean`.
    pub name: String,
    /// Its new value, of its shape.
    pub value: Tensor<'t>,
}

/// The surroundings of one layer during one forward pass.
#[derive(Debug)]
pub struct Scope<'t> {
    tape: &'t Tape,
    layer: String,
    mode: Mode,
    /// The layer's parameters by their name within the layer.
    parameters: Vec<(String, Tensor<'t>)>,
    pub(crate) pre_activation: Option<Tensor<'t>>,
    pub(crate) updates: Vec<Update<'t>>,
    pub(crate) error: Option<Error>,
}

impl<'t> Scope<'t> {
    pub(crate) fn new(
        tape: &'t Tape,
        layer: &str,
        mode: Mode,
        parameters: Vec<(String, Tensor<'t>)>,
    ) -> Self {
        let (pre_activation, updates, error) = (None, Vec::new(), None);
        Scope { tape, layer: layer.into(), mode, parameters, pre_activation, updates, error }
    }

    /// The tape that the layer appends itself to.
    pub fn tape(&self) -> &'t Tape {
        self.tape
    }

    /// What the pass is for.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The parameter that the layer declared under this name.
    ///
    /// A name that it did not declare is an error, which the network's forward pass returns; until then it is 0.
    #[track_caller]
    pub fn parameter(&mut self, name: &str) -> Tensor<'t> {
        let found = self.parameters.iter().find(|(declared, _)| declared == name);
        if let Some((_, tensor)) = found {
            return *tensor;
        }
        let known: Vec<&str> = self.parameters.iter().map(|(declared, _)| declared.as_str()).collect();
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        let layer = self.layer.clone();
        self.error.get_or_insert(Error::UndeclaredParameter { layer, name: name.into(), known });
        self.tape.scalar(0.0)
    }

    /// Tells the network the values before the layer's activation, for traces and for losses that take logits.
    #[must_use]
    pub fn before_activation(&mut self, z: Tensor<'t>) -> Tensor<'t> {
        self.pre_activation = Some(z);
        z.named(&format!("{}.z", self.layer))
    }

    /// Asks for a statistic to be replaced once the training step is done.
    pub fn update(&mut self, name: &str, value: Tensor<'t>) {
        self.updates.push(Update { name: format!("{}.{name}", self.layer), value });
    }
}
