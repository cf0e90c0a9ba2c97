//! Initial values for all parameters of a network.

use chainrule_engine::random::{NumpyRandom, Purpose, Stream};
use chainrule_engine::{Params, Real};

use super::Network;
use crate::Error;
use crate::initializers::{Draw, Fans, Initializer};
use crate::layers::{Parameter, Role};

/// Which numbers of units the variance of a weight follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FanRule {
    /// The layer's own inputs and outputs, as the papers have it.
    #[default]
    Layer,
    /// The inputs and outputs of the whole network for every layer, as the XOR document has it.
    Network,
}

impl Network {
    /// Initial values of all parameters, each by its rule.
    ///
    /// Parameter number `k` draws from the stream of (seed, initialisation, `k`) alone, in row-major order of the
    /// layout's shape, in `f64`, and is then rounded to `T`: adding a layer at the end leaves the others' values as
    /// they are, and `f32` and `f64` start alike.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn initialise<T: Real>(&self, seed: u64) -> Result<Params<T>, Error> {
        self.initialise_by(|number, parameter, values| {
            let mut stream = Stream::new(seed, Purpose::Initialisation, number);
            parameter.initializer.fill(parameter.fans, &mut stream, values);
        })
    }

    /// Initial values as a program with numpy makes them: all weights one after another from one `RandomState`, each
    /// matrix as `[inputs, outputs]` row by row.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn initialise_with_numpy<T: Real>(
        &self,
        random: &mut NumpyRandom,
        rule: FanRule,
    ) -> Result<Params<T>, Error> {
        let whole = Fans { inputs: self.inputs(), outputs: self.outputs() };
        self.initialise_by(|_, parameter, values| {
            let fans = if rule == FanRule::Network { whole } else { parameter.fans };
            let is_matrix = parameter.shape.rank() == 2 && parameter.role != Role::Embedding;
            if is_matrix && parameter.initializer != Initializer::Orthogonal {
                fill_transposed(parameter, fans, random, values);
            } else {
                parameter.initializer.fill(parameter.fans, random, values);
            }
        })
    }

    fn initialise_by<T: Real>(
        &self,
        mut fill: impl FnMut(u64, &Parameter, &mut [f64]),
    ) -> Result<Params<T>, Error> {
        let mut params = Params::zeros(self.layout()?);
        let mut values = Vec::new();
        for (number, parameter) in (0..).zip(self.parameters()?) {
            let out = params.get_mut(&parameter.name)?;
            values.clear();
            values.resize(out.len(), 0.0);
            fill(number, &parameter, &mut values);
            out.iter_mut().zip(&values).for_each(|(out, value)| *out = T::from_f64(*value));
        }
        Ok(params)
    }
}

/// Fills `[outputs, inputs]` with what is drawn in the order of `[inputs, outputs]`.
fn fill_transposed(parameter: &Parameter, fans: Fans, draw: &mut dyn Draw, out: &mut [f64]) {
    let Fans { inputs, outputs } = parameter.fans;
    let mut drawn = vec![0.0; out.len()];
    parameter.initializer.fill(fans, draw, &mut drawn);
    for (place, value) in out.iter_mut().enumerate() {
        let (output, input) = (place / inputs, place % inputs);
        *value = drawn[input * outputs + output];
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::random::NumpyRandom;

    use super::FanRule;
    use crate::activations::Activation;
    use crate::initializers::{Initializer, Scale};
    use crate::network::Network;

    fn xor() -> Network {
        Network::new(2)
            .dense_without_bias(3, Activation::Relu)
            .dense_without_bias(1, Activation::Sigmoid)
            .with_initializer(Initializer::ScaledUniform(Scale::Glorot))
    }

    /// Document 004 prints `W1` as `[inputs, outputs]`; ours is its transpose.
    #[test]
    fn document_004_weights_come_out_bit_for_bit() {
        let params = xor().initialise_with_numpy::<f64>(&mut NumpyRandom::seed(0), FanRule::Network).unwrap();
        let columns = [
            [0.13806543856194997, 0.12694881223337018],
            [0.6086474408046969, -0.2159368363940326],
            [0.29065872031153117, 0.4126508667385178],
        ];
        assert_eq!(params.get("layer1.weight").unwrap(), columns.as_flattened());
        assert_eq!(
            params.get("layer2.weight").unwrap(),
            [-0.17653002459565403, 1.108101382155245, 1.3114363285358077]
        );
    }

    #[test]
    fn each_layers_own_fans_scale_the_same_numbers() {
        let params = xor().initialise_with_numpy::<f64>(&mut NumpyRandom::seed(0), FanRule::Layer).unwrap();
        let expected =
            [0.106945, 0.098334, 0.471456, -0.167263, 0.225143, 0.319637, -0.152879, 0.959643, 1.135737];
        for (ours, theirs) in params.values().iter().zip(expected) {
            // Six digits are printed.
            assert!((ours - theirs).abs() < 1e-6, "{ours} {theirs}");
        }
    }

    #[test]
    fn a_layer_more_changes_no_other_layer() {
        let short: Network = "4,relu:5".parse().unwrap();
        let long: Network = "4,relu:5,softmax:3".parse().unwrap();
        let [short, long] = [short, long].map(|network| network.initialise::<f64>(9).unwrap());
        assert_eq!(short.values(), &long.values()[..short.values().len()]);
        assert_ne!(short.values()[..4], short.values()[4..8]);
        assert_eq!(long.get("layer2.bias").unwrap(), [0.0; 3]);
    }

    #[test]
    fn both_precisions_start_alike() {
        let network: Network = "4,selu:5".parse().unwrap();
        assert_eq!(
            network.initialise::<f64>(1).unwrap().convert::<f32>(),
            network.initialise::<f32>(1).unwrap()
        );
    }

    /// The first weights of seed 0, held for ever.
    #[test]
    fn seed_zero_gives_these_weights() {
        let params = Network::new(2).dense(2, Activation::Tanh).initialise::<f32>(0).unwrap();
        assert_eq!(params.values(), [-0.4577781, 0.10514829, -0.6409909, 1.0388732, 0.0, 0.0]);
    }

    #[test]
    fn orthogonal_weights_are_orthogonal_from_either_generator() {
        let network = Network::new(5).dense(3, Activation::Tanh).with_initializer(Initializer::Orthogonal);
        let ours = network.initialise::<f64>(0).unwrap();
        let numpys =
            network.initialise_with_numpy::<f64>(&mut NumpyRandom::seed(0), FanRule::Network).unwrap();
        for params in [ours, numpys] {
            let rows: Vec<&[f64]> = params.get("layer1.weight").unwrap().chunks(5).collect();
            let dot = |i: usize, j: usize| rows[i].iter().zip(rows[j]).map(|(a, b)| a * b).sum::<f64>();
            assert!(dot(0, 1).abs() < 1e-14 && dot(0, 2).abs() < 1e-14 && (dot(2, 2) - 1.0).abs() < 1e-14);
        }
    }
}
