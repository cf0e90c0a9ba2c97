//! The columns that a trained network expects of a table.
//!
//! It must not know the network, only the names.

/// The columns a trained network expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Names of the features, in order.
    pub features: Vec<String>,
    /// Names of the target columns; they may be absent from the table.
    pub targets: Vec<String>,
    /// Names of the classes, in order; `None` if the target is numbers.
    pub classes: Option<Vec<String>>,
}
