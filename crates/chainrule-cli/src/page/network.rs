//! The network as a table of layers.

use chainrule_report::{Layer, Network};

use crate::model::Model;
use crate::table::counted;

/// A line for each layer, the input first.
pub(crate) fn network(model: &Model) -> Network {
    let network = &model.network;
    let shape = |width: usize| format!("[batch, {width}]");
    let input =
        Layer { name: "input".into(), what: String::new(), shape: shape(network.inputs()), parameters: 0 };
    let layers = network.layers().iter().map(|layer| {
        let parameters = layer.layer().parameters(layer.inputs());
        let elements = parameters.iter().map(|parameter| parameter.shape.elements(1) as u64);
        Layer {
            name: layer.name().to_owned(),
            what: layer.layer().describe(layer.inputs()),
            shape: shape(layer.outputs()),
            parameters: elements.sum(),
        }
    });
    let layers: Vec<Layer> = [input].into_iter().chain(layers).collect();
    let all = layers.iter().map(|layer| layer.parameters).sum();
    let total = format!("{} in {}", network.spec(), counted(all, "parameter"));
    Network { layers, total }
}
