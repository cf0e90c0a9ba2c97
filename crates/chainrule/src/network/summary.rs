//! A network's summary: one line for each layer.

use core::fmt;

use chainrule_engine::Shape;

use super::Network;
use crate::error::memory;
use crate::layers::Parameter;

/// A table: number, name, what the layer is, shape of its output, number of its parameters; then the totals.
///
/// A fully connected layer shows its `(inputs, outputs)`.
impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = rows(self);
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let [number, name, kind, shape, count] = [0, 1, 2, 3, 4].map(width);
        for row in &rows {
            writeln!(
                formatter,
                "{:>number$}  {:name$}  {:kind$}  {:shape$}  {:>count$}",
                row[0], row[1], row[2], row[3], row[4]
            )?;
        }
        let (all, trainable) = counts(self);
        write!(formatter, "{all} parameters, {trainable} of them trainable, {} as f32", memory(all))?;
        match self.check() {
            Ok(()) => Ok(()),
            Err(error) => write!(formatter, "\nnot usable: {error}"),
        }
    }
}

fn rows(network: &Network) -> Vec<[String; 5]> {
    let heading = ["#", "name", "layer", "output", "parameters"].map(String::from);
    let shape = |width: usize| Shape::rows(width).to_string();
    let input = ["0".into(), "input".into(), String::new(), shape(network.inputs()), "0".into()];
    let layers = (1..).zip(network.layers()).map(|(number, layer)| {
        let parameters = layer.layer().parameters(layer.inputs());
        let description = layer.layer().describe(layer.inputs());
        [
            format!("{number}"),
            layer.name().into(),
            description,
            shape(layer.outputs()),
            elements(&parameters).to_string(),
        ]
    });
    [heading, input].into_iter().chain(layers).collect()
}

/// All parameters, and those that training changes.
fn counts(network: &Network) -> (u128, u128) {
    let all: Vec<Parameter> =
        network.layers().iter().flat_map(|layer| layer.layer().parameters(layer.inputs())).collect();
    let trainable: Vec<Parameter> =
        all.iter().filter(|parameter| parameter.role.is_trainable()).cloned().collect();
    (elements(&all), elements(&trainable))
}

fn elements(parameters: &[Parameter]) -> u128 {
    parameters.iter().map(|parameter| parameter.shape.elements(1) as u128).sum()
}

#[cfg(test)]
mod tests {
    use crate::network::Network;

    #[test]
    fn a_summary_is_a_table() {
        let network: Network =
            "identity:784,relu:128,batch_norm,dropout(0.2),softmax:10:no_bias".parse().unwrap();
        insta::assert_snapshot!(network, @r"
        #  name         layer                                        output        parameters
        0  input                                                     [batch, 784]           0
        1  layer1       fully connected (784, 128), relu             [batch, 128]      100480
        2  batch_norm1  batch_norm                                   [batch, 128]         512
        3  dropout1     dropout(0.2)                                 [batch, 128]           0
        4  layer2       fully connected (128, 10), softmax, no bias  [batch, 10]         1280
        102272 parameters, 102016 of them trainable, 399.5 KiB as f32
        ");
    }

    #[test]
    fn a_broken_network_says_so() {
        insta::assert_snapshot!(Network::new(2).dropout(3.0), @r"
        #  name   layer  output      parameters
        0  input         [batch, 2]           0
        0 parameters, 0 of them trainable, 0 bytes as f32
        not usable: dropout: `rate` is out of range; expected a number in [0, 1), got 3
        ");
    }
}
