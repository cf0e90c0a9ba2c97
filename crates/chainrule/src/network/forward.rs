//! [`Forward`]: a network's forward pass on a tape.

use chainrule_engine::{Dim, Shape, Tape, Tensor};

use super::{NamedLayer, Network};
use crate::Error;
use crate::activations::Activation;
use crate::layers::{Mode, Scope, Update};

/// The tensors of a forward pass.
///
/// Nodes are named for prints and traces: parameters as in the layout, `layer1.z` before a dense layer's activation,
/// `layer1.a` after it, `dropout1.y` after another layer.
#[derive(Debug, Clone)]
pub struct Forward<'t> {
    /// The network's output, `[batch, outputs]`.
    pub output: Tensor<'t>,
    /// The values before the last activation, `[batch, outputs]`; the output itself if there is none.
    pub logits: Tensor<'t>,
    /// The last activation: `output = activation(logits)`.
    pub activation: Activation,
    /// The values of each layer.
    pub layers: Vec<LayerValues<'t>>,
    /// All parameters, in the order of the layout.
    pub parameters: Vec<Tensor<'t>>,
    /// The statistics to replace once a training step is done; empty in prediction.
    pub updates: Vec<Update<'t>>,
    trainable: Vec<bool>,
}

/// The tensors of one layer in a forward pass.
#[derive(Debug, Clone)]
pub struct LayerValues<'t> {
    /// The layer's name.
    pub name: String,
    /// The values before its activation, if it has one.
    pub pre_activation: Option<Tensor<'t>>,
    /// What it puts out.
    pub output: Tensor<'t>,
}

impl<'t> Forward<'t> {
    /// The parameters that training changes, in the order of the layout.
    pub fn trainable(&self) -> impl Iterator<Item = Tensor<'t>> {
        self.parameters
            .iter()
            .zip(&self.trainable)
            .filter(|(_, trainable)| **trainable)
            .map(|(tensor, _)| *tensor)
    }
}

impl Network {
    /// Appends the forward pass to a tape: `x: [batch, inputs]`.
    ///
    /// All parameters are declared on the tape in the order of [`layout`](Network::layout), so the layout of a tape
    /// without other parameters is the network's. Each call makes parameter nodes of its own: where one tape holds two
    /// passes, differentiate by those of both.
    ///
    /// ```
    /// use chainrule::{activations::Activation, layers::Mode, network::Network};
    /// use chainrule_engine::{Feed, Shape, Tape, reference};
    /// let network = Network::new(2).dense(1, Activation::Identity);
    /// let tape = Tape::new();
    /// let output = network.forward(&tape, tape.input("x", Shape::rows(2)), Mode::Predict)?.output.id();
    /// let recorded = tape.finish()?;
    /// let (rows, parameters) = ([1.0, 2.0], [10.0, 100.0, 0.5]);
    /// let value = reference::evaluate(&recorded.graph, &[output], &Feed::new(1, &[&rows], &parameters))?;
    /// assert_eq!(value[0].values(), [210.5]);
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InputShape`] if `x` has other rows; [`Error::UndeclaredParameter`] from a layer of your own;
    /// [`Error::Engine`] for the first error that the tape remembers; and as [`check`](Network::check).
    pub fn forward<'t>(&self, tape: &'t Tape, x: Tensor<'t>, mode: Mode) -> Result<Forward<'t>, Error> {
        self.forward_with(tape, x, mode, None)
    }

    /// The same, with the matrix of the name `turned` stored as its transpose.
    pub(crate) fn forward_with<'t>(
        &self,
        tape: &'t Tape,
        x: Tensor<'t>,
        mode: Mode,
        turned: Option<&str>,
    ) -> Result<Forward<'t>, Error> {
        self.check()?;
        tape.check()?;
        let expected = Shape::rows(self.inputs());
        if x.shape().rank() != 2 || x.shape().last() != expected.last() {
            return Err(Error::InputShape { expected, got: x.shape() });
        }
        let mut forward = Forward {
            output: x,
            logits: x,
            activation: Activation::Identity,
            layers: Vec::with_capacity(self.layers().len()),
            parameters: Vec::new(),
            updates: Vec::new(),
            trainable: Vec::new(),
        };
        for layer in self.layers() {
            let parameters = self.declare(tape, (layer, turned), &mut forward);
            forward.append(layer, Scope::new(tape, layer.name(), mode, parameters))?;
        }
        forward.activation = self.output_activation();
        let last = forward.layers.last().and_then(|last| last.pre_activation);
        forward.logits = last.unwrap_or(forward.output);
        tape.check()?;
        Ok(forward)
    }

    /// Puts the parameters of a layer on the tape; returns them by their names within the layer.
    fn declare<'t>(
        &self,
        tape: &'t Tape,
        (layer, turned): (&NamedLayer, Option<&str>),
        forward: &mut Forward<'t>,
    ) -> Vec<(String, Tensor<'t>)> {
        let mut declared = Vec::new();
        let short = layer.layer().parameters(layer.inputs()).into_iter().map(|parameter| parameter.name);
        for (parameter, short) in self.parameters_of(layer).into_iter().zip(short) {
            let trainable = parameter.role.is_trainable();
            let is_turned = turned == Some(parameter.name.as_str());
            let tensor = if is_turned {
                tape.param(&parameter.name, transposed(parameter.shape))
            } else if trainable {
                tape.param(&parameter.name, parameter.shape)
            } else {
                tape.statistic(&parameter.name, parameter.shape)
            };
            forward.parameters.push(tensor);
            forward.trainable.push(trainable);
            declared.push((short, if is_turned { tensor.transpose(&[1, 0]) } else { tensor }));
        }
        declared
    }
}

/// The shape of a matrix's transpose; any other shape as it is.
pub(crate) fn transposed(shape: Shape) -> Shape {
    match shape.dims() {
        [Dim::Fixed(rows), Dim::Fixed(columns)] => [*columns, *rows].into(),
        _ => shape,
    }
}

impl<'t> Forward<'t> {
    /// Appends one layer to what has been appended so far.
    fn append(&mut self, layer: &NamedLayer, mut scope: Scope<'t>) -> Result<(), Error> {
        let x = self.output;
        let output = layer.layer().forward(&mut scope, x);
        if let Some(error) = scope.error {
            return Err(error);
        }
        let pre_activation = scope.pre_activation;
        let is_new = output.id() != x.id() && pre_activation.is_none_or(|z| z.id() != output.id());
        if is_new {
            let letter = if pre_activation.is_some() { "a" } else { "y" };
            output.named(&format!("{}.{letter}", layer.name()));
        }
        self.updates.extend(scope.updates);
        self.layers.push(LayerValues { name: layer.name().into(), pre_activation, output });
        self.output = output;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Shape, Tape, Tensor};

    use crate::Error;
    use crate::activations::Activation;
    use crate::layers::{Layer, Mode, Scope};
    use crate::network::Network;

    #[test]
    fn the_graph_is_short_and_named() {
        let network: Network = "identity:4,relu:5,dropout(0.5),softmax:3:no_bias".parse().unwrap();
        let tape = Tape::with_layout(network.layout().unwrap());
        let x = tape.input("x", Shape::rows(4));
        let forward = network.forward(&tape, x, Mode::Predict).unwrap();
        assert_eq!(forward.layers[1].output.id(), forward.layers[0].output.id());
        assert_eq!(forward.activation, Activation::Softmax);
        insta::assert_snapshot!(tape.graph(), @r"
        %0 = input#0                                 [batch, 4]  x
        %1 = param@0                                 [5, 4]  layer1.weight
        %2 = param@20                                [5]  layer1.bias
        %3 = matmul·ᵀ %0 %1                          [batch, 5]
        %4 = broadcast[0] %2                         [batch, 5]
        %5 = add %3 %4                               [batch, 5]  layer1.z
        %6 = relu %5                                 [batch, 5]  layer1.a
        %7 = param@25                                [3, 5]  layer2.weight
        %8 = matmul·ᵀ %6 %7                          [batch, 3]  layer2.z
        %9 = log_softmax %8                          [batch, 3]
        %10 = exp %9                                 [batch, 3]  layer2.a
        ");
    }

    #[test]
    fn the_layout_of_the_tape_is_the_networks() {
        let network: Network = "3,identity:4,batch_norm,relu,prelu:2,layer_norm".parse().unwrap();
        let tape = Tape::new();
        let forward = network.forward(&tape, tape.input("x", Shape::rows(3)), Mode::Train).unwrap();
        assert_eq!(forward.parameters.len(), 11);
        assert_eq!(forward.trainable().count(), 9);
        assert_eq!(tape.finish().unwrap().layout, network.layout().unwrap());
    }

    #[test]
    fn other_rows_are_refused() {
        let network = Network::new(4).dense(2, Activation::Relu);
        let tape = Tape::new();
        let error = network.forward(&tape, tape.input("x", Shape::rows(5)), Mode::Train).unwrap_err();
        insta::assert_snapshot!(error, @"network: the rows have the wrong shape; expected [batch, 4], got [batch, 5]");
    }

    #[derive(Debug)]
    struct Careless;

    impl Layer for Careless {
        fn kind(&self) -> &'static str {
            "careless"
        }
        fn spec(&self) -> String {
            "careless".into()
        }
        fn outputs(&self, inputs: usize) -> Result<usize, Error> {
            Ok(inputs)
        }
        fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
            x * scope.parameter("gain")
        }
    }

    #[test]
    fn a_parameter_has_to_be_declared() {
        let tape = Tape::new();
        let network = Network::new(4).layer(Careless);
        let error = network.forward(&tape, tape.input("x", Shape::rows(4)), Mode::Train).unwrap_err();
        insta::assert_snapshot!(error, @"layer `careless1`: the parameter `gain` was not declared; expected one of none");
    }
}
