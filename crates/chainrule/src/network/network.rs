//! [`Network`]: an input width and named layers in order.

use std::sync::Arc;

use chainrule_engine::{Dim, Layout};

use crate::Error;
use crate::activations::Activation;
use crate::initializers::Initializer;
use crate::layers::{ActivationLayer, BatchNorm, Dense, Dropout, Layer, LayerNorm, Parameter, Prelu, Role};

/// The largest number of parameters of a network: 4 GiB of `f32`, which an optimizer like Adam holds four times.
pub const MAX_PARAMETERS: u128 = 1 << 30;

/// Layers in order, each fed by the one before.
///
/// Layers are named by their kind and counted from 1, dense ones `layer1`, `layer2`, ..., others `dropout1`,
/// `batch_norm1`, ...; a parameter's name is `layer1.weight`. The builder's methods return no errors: the first one is
/// remembered and returned by [`check`](Self::check) and everything that uses the network.
///
/// ```
/// use chainrule::activations::Activation;
/// use chainrule::network::Network;
/// let network = Network::new(4).dense(5, Activation::Sigmoid).dense(3, Activation::Sigmoid);
/// assert_eq!(network.spec(), "identity:4,sigmoid:5,sigmoid:3");
/// let params = network.initialise::<f32>(0)?;
/// assert_eq!(params.layout().entries()[2].name, "layer2.weight");
/// assert_eq!(params.values().len(), 4 * 5 + 5 + 5 * 3 + 3);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Network {
    inputs: usize,
    layers: Vec<NamedLayer>,
    weights: Option<Initializer>,
    biases: Option<Initializer>,
    error: Option<Error>,
}

/// A layer in its place.
#[derive(Debug, Clone)]
pub struct NamedLayer {
    name: String,
    inputs: usize,
    outputs: usize,
    layer: Arc<dyn Layer>,
}

impl NamedLayer {
    /// The name: `layer1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The width of the rows that go in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The width of the rows that come out.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The layer.
    pub fn layer(&self) -> &dyn Layer {
        &*self.layer
    }
}

/// Building.
impl Network {
    /// A network without layers, for rows of width `inputs`, at least 1.
    pub fn new(inputs: usize) -> Self {
        let error = (inputs == 0).then(|| Error::ZeroWidth { layer: "input".into() });
        Network { inputs, layers: Vec::new(), weights: None, biases: None, error }
    }

    /// Adds a layer at the end.
    #[must_use]
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        if self.error.is_none() {
            self.error = self.push(Arc::new(layer)).err();
        }
        self
    }

    /// Adds a dense layer of that many units.
    #[must_use]
    pub fn dense(self, outputs: usize, activation: Activation) -> Self {
        self.layer(Dense::new(outputs, activation))
    }

    /// Adds a dense layer without biases.
    #[must_use]
    pub fn dense_without_bias(self, outputs: usize, activation: Activation) -> Self {
        self.layer(Dense::new(outputs, activation).without_bias())
    }

    /// Adds a dense layer for each width.
    #[must_use]
    pub fn hidden(self, widths: &[usize], activation: Activation) -> Self {
        widths.iter().fold(self, |network, width| network.dense(*width, activation))
    }

    /// Adds an activation of its own, for after a normalisation.
    #[must_use]
    pub fn activation(self, activation: Activation) -> Self {
        self.layer(ActivationLayer::new(activation))
    }

    /// Adds [`Dropout`].
    #[must_use]
    pub fn dropout(self, rate: f64) -> Self {
        self.layer(Dropout::new(rate))
    }

    /// Adds [`LayerNorm`].
    #[must_use]
    pub fn layer_norm(self) -> Self {
        self.layer(LayerNorm)
    }

    /// Adds [`BatchNorm`].
    #[must_use]
    pub fn batch_norm(self) -> Self {
        self.layer(BatchNorm)
    }

    /// Adds [`Prelu`].
    #[must_use]
    pub fn prelu(self) -> Self {
        self.layer(Prelu)
    }

    /// Starts all weight matrices by this rule, and not by the one that suits each activation.
    #[must_use]
    pub fn with_initializer(mut self, rule: Initializer) -> Self {
        self.error = self.error.or(rule.validate().err());
        self.weights = Some(rule);
        self
    }

    /// Starts all biases that go with a weight matrix by this rule, and not at 0.
    #[must_use]
    pub fn with_bias_initializer(mut self, rule: Initializer) -> Self {
        self.error = self.error.or(rule.validate().err());
        self.biases = Some(rule);
        self
    }

    fn push(&mut self, layer: Arc<dyn Layer>) -> Result<(), Error> {
        let (inputs, kind) = (self.outputs(), layer.kind());
        let name =
            format!("{kind}{}", self.layers.iter().filter(|before| before.layer.kind() == kind).count() + 1);
        let outputs = layer.outputs(inputs)?;
        if outputs == 0 {
            return Err(Error::ZeroWidth { layer: name });
        }
        let count = self.parameter_count() + elements(&layer.parameters(inputs));
        if count > MAX_PARAMETERS {
            return Err(Error::TooManyParameters { parameters: count, limit: MAX_PARAMETERS });
        }
        self.layers.push(NamedLayer { name, inputs, outputs, layer });
        Ok(())
    }
}

/// What a network is.
impl Network {
    /// The width of the rows that go in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The width of the rows that come out.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(self.inputs, |last| last.outputs)
    }

    /// The layers in order.
    pub fn layers(&self) -> &[NamedLayer] {
        &self.layers
    }

    /// The activation that the network ends in; the identity if its last layer has none.
    pub fn output_activation(&self) -> Activation {
        let last = self.layers.last().and_then(|last| last.layer.activation());
        last.unwrap_or(Activation::Identity)
    }

    /// Whether the network was built without an error.
    ///
    /// # Errors
    /// The first that happened: [`Error::ZeroWidth`], [`Error::InvalidSetting`], [`Error::TooManyParameters`] or what a
    /// layer of your own returned.
    pub fn check(&self) -> Result<(), Error> {
        self.error.clone().map_or(Ok(()), Err)
    }

    /// The parameters in order, under their full names, with the rules by which they start.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn parameters(&self) -> Result<Vec<Parameter>, Error> {
        self.check()?;
        Ok(self.layers.iter().flat_map(|layer| self.parameters_of(layer)).collect())
    }

    /// The table of the parameters in memory.
    ///
    /// # Errors
    /// As [`check`](Self::check), or [`Error::Engine`] if a layer declares one name twice.
    pub fn layout(&self) -> Result<Layout, Error> {
        let mut layout = Layout::default();
        for parameter in self.parameters()? {
            layout.add(&parameter.name, parameter.shape, parameter.role.is_trainable())?;
        }
        Ok(layout)
    }

    /// The number of parameters, trainable or not.
    pub fn parameter_count(&self) -> u128 {
        self.layers.iter().map(|layer| elements(&layer.layer.parameters(layer.inputs))).sum()
    }

    /// The parameters of one layer, as in [`parameters`](Self::parameters).
    pub(super) fn parameters_of(&self, layer: &NamedLayer) -> Vec<Parameter> {
        let mut parameters = layer.layer.parameters(layer.inputs);
        let is_matrix = |parameter: &Parameter| parameter.role == Role::Weight;
        let biases = self.biases.filter(|_| parameters.iter().any(is_matrix));
        for parameter in &mut parameters {
            parameter.name = format!("{}.{}", layer.name, parameter.name);
            let rule = match parameter.role {
                Role::Weight => self.weights.or_else(|| self.rule_after(layer, parameter.initializer)),
                Role::Bias => biases,
                Role::Embedding | Role::Scale | Role::Statistic => None,
            };
            parameter.initializer = rule.unwrap_or(parameter.initializer);
        }
        parameters
    }

    /// The rule for the weights of a linear layer, if an activation follows before the next weights.
    fn rule_after(&self, layer: &NamedLayer, own: Initializer) -> Option<Initializer> {
        let linear = layer.layer.activation() == Some(Activation::Identity);
        if !linear || own != Initializer::for_activation(Activation::Identity) {
            return None;
        }
        let after = self.layers.iter().skip_while(|other| other.name != layer.name).skip(1);
        let weights = |other: &NamedLayer| {
            other.layer.parameters(other.inputs).iter().any(|parameter| parameter.role == Role::Weight)
        };
        let suited = after.take_while(|other| !weights(other)).find_map(|other| other.layer.suits());
        suited.map(Initializer::for_activation)
    }
}

/// The number of elements of all parameters, which may be more than fits in memory.
fn elements(parameters: &[Parameter]) -> u128 {
    let size = |dim: &Dim| match dim {
        Dim::Fixed(size) => *size as u128,
        Dim::Batch => 1,
    };
    let of_one = |parameter: &Parameter| {
        parameter.shape.dims().iter().fold(1u128, |product, dim| product.saturating_mul(size(dim)))
    };
    parameters.iter().map(of_one).fold(0, u128::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::Network;
    use crate::activations::Activation;
    use crate::initializers::Initializer;

    #[test]
    fn layers_are_named_by_kind() {
        let network = Network::new(4)
            .dense(8, Activation::Identity)
            .batch_norm()
            .activation(Activation::Relu)
            .dropout(0.5)
            .dense_without_bias(6, Activation::Identity)
            .prelu()
            .layer_norm()
            .dropout(0.25)
            .dense(3, Activation::Softmax);
        let names: Vec<&str> = network.layers().iter().map(|layer| layer.name()).collect();
        assert_eq!(
            names,
            [
                "layer1",
                "batch_norm1",
                "activation1",
                "dropout1",
                "layer2",
                "prelu1",
                "layer_norm1",
                "dropout2",
                "layer3"
            ]
        );
        let layout = network.layout().unwrap();
        let parameters: Vec<&str> = layout.entries().iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(
            parameters[..4],
            ["layer1.weight", "layer1.bias", "batch_norm1.weight", "batch_norm1.bias"]
        );
        assert!(!layout.get("batch_norm1.running_mean").unwrap().trainable);
        assert!(layout.get("layer2.bias").is_err());
        assert_eq!(network.output_activation(), Activation::Softmax);
    }

    #[test]
    fn the_first_error_is_remembered() {
        let error = |network: Network| {
            network.dropout(7.0).dense(1, Activation::Tanh).layout().unwrap_err().to_string()
        };
        insta::assert_snapshot!(error(Network::new(0)), @"input: a width is zero; expected at least 1 unit, got 0");
        insta::assert_snapshot!(error(Network::new(3).dense(2, Activation::Relu).dense(0, Activation::Relu)),
            @"layer2: a width is zero; expected at least 1 unit, got 0");
        insta::assert_snapshot!(error(Network::new(3)), @"dropout: `rate` is out of range; expected a number in [0, 1), got 7");
        insta::assert_snapshot!(error(Network::new(1_000_000).dense(1_000_000, Activation::Relu)),
            @"network: too many parameters; expected at most 1073741824, got 1000001000000 (3.6 TiB of memory as f32)");
        insta::assert_snapshot!(error(Network::new(usize::MAX).dense(usize::MAX, Activation::Relu)),
            @"network: too many parameters; expected at most 1073741824, got 340282366920938463444927863358058659840 (1.2e21 EiB of memory as f32)");
    }

    #[test]
    fn linear_weights_start_by_the_activation_after_them() {
        let rule =
            |text: &str| text.parse::<Network>().unwrap().parameters().unwrap()[0].initializer.to_string();
        assert_eq!(rule("4,identity:5,batch_norm,relu,identity:3"), "he_uniform");
        assert_eq!(rule("4,prelu:5,selu:2"), "he_uniform");
        assert_eq!(rule("4,identity:5,dropout(0.5),selu:2"), "glorot_uniform");
        assert_eq!(rule("4,identity:5"), "glorot_uniform");
        assert_eq!(rule("4,sigmoid:5,relu"), "glorot_uniform");
    }

    #[test]
    fn initialisers_can_be_replaced() {
        let network = Network::new(2).dense(2, Activation::Relu).layer_norm();
        let ones = network
            .with_initializer(Initializer::Ones)
            .with_bias_initializer(Initializer::Constant { value: 0.5 });
        assert_eq!(
            ones.initialise::<f64>(3).unwrap().values(),
            [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0, 0.0, 0.0]
        );
        assert!(ones.with_initializer(Initializer::Normal { deviation: -1.0 }).check().is_err());
    }
}
