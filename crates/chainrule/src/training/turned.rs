//! The first layer's weights, stored the other way round while training.
//!
//! `y = x Wᵀ` with `W: [out, in]` reads W against the order in which it lies, and has to transpose it in every step. Of
//! later layers the input's gradient `δ W` reads it as it lies; the first layer has none. So its matrix is kept as
//! `[in, out]` during a run: both of its products then run along rows, and terms of zeros in x can be skipped. Only
//! the order in memory differs, never a bit of an element. Must not know: plans, steps.

use core::ops::Range;

use chainrule_engine::{Dim, Scalar};

use super::config::TrainingConfig;
use crate::Error;
use crate::layers::Role;
use crate::network::Network;

/// A weight matrix that lies the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turned {
    pub(super) name: String,
    range: Range<usize>,
    /// Rows of the matrix as it is declared.
    units: usize,
}

impl Turned {
    /// The first layer's matrix, unless a setting goes over the gradient or the weights in their declared order.
    pub(super) fn first(network: &Network, config: &TrainingConfig) -> Result<Option<Self>, Error> {
        if config.clipping.norm.is_some() || config.max_norm.is_some() {
            return Ok(None);
        }
        let Some(first) = network.layers().first() else { return Ok(None) };
        let layout = network.layout()?;
        let described = network.parameters()?;
        let is_first = |name: &str| name.rsplit_once('.').is_some_and(|(layer, _)| layer == first.name());
        let matrix = described.iter().find(|parameter| {
            let is_matrix = matches!(parameter.shape.dims(), [Dim::Fixed(_), Dim::Fixed(inputs)] if *inputs == network.inputs());
            parameter.role == Role::Weight && is_matrix && is_first(&parameter.name)
        });
        let Some(matrix) = matrix else { return Ok(None) };
        let range = layout.get(&matrix.name)?.range.clone();
        let units = range.len() / network.inputs().max(1);
        Ok(Some(Turned { name: matrix.name.clone(), range, units }))
    }

    /// From the declared order to that of a run.
    pub(super) fn turn<T: Scalar>(&self, parameters: &mut [T]) {
        transpose(&mut parameters[self.range.clone()], self.units);
    }

    /// From the order of a run to the declared one.
    pub(super) fn turn_back<T: Scalar>(&self, parameters: &mut [T]) {
        let inputs = self.range.len() / self.units.max(1);
        transpose(&mut parameters[self.range.clone()], inputs);
    }
}

/// Turns a row-major matrix of `rows` rows.
fn transpose<T: Scalar>(matrix: &mut [T], rows: usize) {
    let columns = matrix.len() / rows.max(1);
    let before = matrix.to_vec();
    for (column, turned) in matrix.chunks_exact_mut(rows.max(1)).enumerate() {
        for (row, out) in turned.iter_mut().enumerate() {
            *out = before[row * columns + column];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Turned;
    use crate::{Clipping, Network, TrainingConfig};

    fn first(spec: &str, config: &TrainingConfig) -> Option<Turned> {
        Turned::first(&spec.parse::<Network>().unwrap(), config).unwrap()
    }

    #[test]
    fn the_first_matrix_goes_there_and_back() {
        let turned = first("3,relu:2,softmax:2", &TrainingConfig::default()).unwrap();
        assert_eq!((turned.name.as_str(), turned.units), ("layer1.weight", 2));
        let mut parameters = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        turned.turn(&mut parameters);
        assert_eq!(parameters, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 7.0, 8.0]);
        turned.turn_back(&mut parameters);
        assert_eq!(parameters, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    }

    #[test]
    fn nothing_is_turned_where_the_order_counts_or_the_first_layer_has_no_matrix() {
        let clipping = Clipping { norm: Some(1.0), ..Clipping::default() };
        assert_eq!(
            first("3,relu:2,softmax:2", &TrainingConfig { clipping, ..TrainingConfig::default() }),
            None
        );
        let max_norm = Some(1.0);
        assert_eq!(
            first("3,relu:2,softmax:2", &TrainingConfig { max_norm, ..TrainingConfig::default() }),
            None
        );
        assert_eq!(first("3,batch_norm,relu:2,softmax:2", &TrainingConfig::default()), None);
    }
}
