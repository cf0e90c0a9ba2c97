//! Units that start equal and can never differ.
//!
//! If all weights into two units are equal, and all weights out of them, then so are their gradients: an update changes
//! both in the same way, and the layer learns no more than a narrower one. Random initial weights break this symmetry;
//! zeros, ones and other constants do not, whatever the data. Biases do not break it either where they start equal.
//!
//! Source: Rumelhart, Hinton, Williams, "Learning internal representations by error propagation", 1986, section
//! "The symmetry breaking problem".

use chainrule_engine::{Dim, Params, Scalar};

use super::Network;
use crate::Error;
use crate::layers::Role;

impl Network {
    /// The hidden dense layers in which some units start equal in all their weights, in and out, and so stay equal.
    ///
    /// ```
    /// use chainrule::{Initializer, Network};
    /// let network: Network = "4,sigmoid:5,sigmoid:3".parse()?;
    /// assert!(network.symmetric_layers(&network.initialise::<f64>(0)?)?.is_empty());
    /// let ones = network.with_initializer(Initializer::Ones);
    /// assert_eq!(ones.symmetric_layers(&ones.initialise::<f64>(0)?)?, ["layer1"]);
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`check`](Network::check); [`Error::Engine`] if the parameters are another network's.
    pub fn symmetric_layers<T: Scalar>(&self, params: &Params<T>) -> Result<Vec<String>, Error> {
        let parameters = self.parameters()?;
        let matrices: Vec<(&str, usize, &[T])> = parameters
            .iter()
            .filter(|parameter| parameter.role == Role::Weight)
            .filter_map(|parameter| match parameter.shape.dims() {
                [Dim::Fixed(units), _] => Some((parameter.name.as_str(), *units)),
                _ => None,
            })
            .map(|(name, units)| Ok((name, units, params.get(name)?)))
            .collect::<Result<_, Error>>()?;
        let pairs = matrices.iter().zip(matrices.iter().skip(1));
        let symmetric = pairs.filter(|((_, units, into), (_, _, out))| has_twins(*units, into, out));
        Ok(symmetric.map(|((name, ..), _)| name.trim_end_matches(".weight").to_owned()).collect())
    }
}

/// Whether two of the units have equal rows of `into: [units, n]` and equal columns of `out: [m, units]`.
fn has_twins<T: Scalar>(units: usize, into: &[T], out: &[T]) -> bool {
    let width = into.len() / units.max(1);
    let weights_of = |unit: usize| {
        let row = into[unit * width..][..width].iter();
        row.chain(out.iter().skip(unit).step_by(units)).map(|w| w.to_f64().to_bits()).collect::<Vec<u64>>()
    };
    let mut all: Vec<Vec<u64>> = (0..units).map(weights_of).collect();
    all.sort_unstable();
    all.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use crate::{Initializer, Network};

    #[test]
    fn one_pair_of_twins_is_enough_and_different_exits_part_them() {
        let network: Network = "2,tanh:3,identity:1".parse().unwrap();
        let mut params = network.initialise::<f64>(0).unwrap();
        params.get_mut("layer1.weight").unwrap().copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 1.0, 2.0]);
        params.get_mut("layer2.weight").unwrap().copy_from_slice(&[5.0, 6.0, 5.0]);
        assert_eq!(network.symmetric_layers(&params).unwrap(), ["layer1"]);
        params.get_mut("layer2.weight").unwrap()[2] = 5.5;
        assert!(network.symmetric_layers(&params).unwrap().is_empty());
    }

    #[test]
    fn a_network_without_hidden_layers_or_with_one_unit_has_none() {
        for spec in ["4,softmax:3", "4,tanh:1,identity:2"] {
            let network = spec.parse::<Network>().unwrap().with_initializer(Initializer::Zeros);
            assert!(network.symmetric_layers(&network.initialise::<f32>(0).unwrap()).unwrap().is_empty());
        }
    }
}
