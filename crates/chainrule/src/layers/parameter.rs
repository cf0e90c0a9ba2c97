//! [`Parameter`]: what a layer declares about each of its parameters.

use chainrule_engine::Shape;

use crate::initializers::{Fans, Initializer};

/// A parameter that a layer declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name: `weight` within the layer, `layer1.weight` within a network.
    pub name: String,
    /// The shape; has no batch.
    pub shape: Shape,
    /// What it is for.
    pub role: Role,
    /// The rule for its initial values.
    pub initializer: Initializer,
    /// The units that it connects.
    pub fans: Fans,
}

/// What a parameter is for, so that others can treat kinds of parameters differently (weight decay, for one, is for
/// weights).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Multiplies units: a matrix.
    Weight,
    /// Stands for the levels of a category, a row each: decays as weights do, but starts by a rule of its own.
    Embedding,
    /// Is added to units.
    Bias,
    /// Multiplies each unit by itself: the factor of a normalisation, the slope of an activation.
    Scale,
    /// Is measured and not trained: a running mean.
    Statistic,
}

impl Role {
    /// Whether optimizers change the parameter.
    pub fn is_trainable(self) -> bool {
        self != Role::Statistic
    }

    /// Whether weight decay and penalties draw the parameter towards 0.
    pub fn is_decayed(self) -> bool {
        matches!(self, Role::Weight | Role::Embedding)
    }
}
