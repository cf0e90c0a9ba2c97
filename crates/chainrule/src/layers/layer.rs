//! [`Layer`]: what a network asks of its layers.

use core::fmt;

use chainrule_engine::Tensor;

use super::{Parameter, Scope};
use crate::Error;
use crate::activations::Activation;

/// A function from rows `[batch, inputs]` to rows `[batch, outputs]`.
///
/// ```
/// use chainrule::layers::{Layer, Parameter, Role, Scope};
/// use chainrule::initializers::{Fans, Initializer};
/// use chainrule_engine::{Shape, Tensor};
///
/// /// `y = x * s`, with one trainable factor for each unit.
/// #[derive(Debug)]
/// struct Gain;
///
/// impl Layer for Gain {
///     fn kind(&self) -> &'static str { "gain" }
///     fn spec(&self) -> String { "gain".into() }
///     fn outputs(&self, inputs: usize) -> Result<usize, chainrule::Error> { Ok(inputs) }
///     fn parameters(&self, inputs: usize) -> Vec<Parameter> {
///         vec![Parameter {
///             name: "factor".into(),
///             shape: Shape::from([inputs]),
///             role: Role::Scale,
///             initializer: Initializer::Ones,
///             fans: Fans { inputs, outputs: inputs },
///         }]
///     }
///     fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
///         x * scope.parameter("factor")
///     }
/// }
///
/// let network = chainrule::network::Network::new(3).layer(Gain);
/// assert_eq!(network.layout()?.entries()[0].name, "gain1.factor");
/// # Ok::<(), chainrule::Error>(())
/// ```
pub trait Layer: fmt::Debug + Send + Sync {
    /// The kind of layer in one word; a network's second layer of kind `dropout` is named `dropout2`.
    fn kind(&self) -> &'static str;

    /// The layer as an entry of a network's text, such as `relu:128`.
    fn spec(&self) -> String;

    /// The layer in a network's summary.
    fn describe(&self, inputs: usize) -> String {
        let _ = inputs;
        self.spec()
    }

    /// The width of the rows that come out for rows of width `inputs`.
    ///
    /// # Errors
    /// If the layer's settings have no meaning or it cannot take rows of that width.
    fn outputs(&self, inputs: usize) -> Result<usize, Error>;

    /// The parameters, in the order in which they lie in memory.
    fn parameters(&self, inputs: usize) -> Vec<Parameter> {
        let _ = inputs;
        Vec::new()
    }

    /// The activation that the layer applies last, if it applies one.
    fn activation(&self) -> Option<Activation> {
        None
    }

    /// The activation by which the weights of a linear layer before this one should start.
    fn suits(&self) -> Option<Activation> {
        self.activation()
    }

    /// Appends the layer to the tape: `x: [batch, inputs]`, result `[batch, outputs]`.
    ///
    /// A layer with an [`activation`](Self::activation) tells the scope the values before it.
    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t>;
}
