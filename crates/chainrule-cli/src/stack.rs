//! From a network to the plain stack of layers that files of other programs are written from.
//!
//! Must not know: any form of file.

use anyhow::bail;
use chainrule::engine::Scalar;
use chainrule::layers::{Embed, NORM_EPSILON};
use chainrule::network::NamedLayer;
use chainrule::{Activation, Loss, Network};
use chainrule_files::{EmbedBlock, Function, LayerKind, Stack, StackLayer, Tensor};

use crate::model::{Model, Stored};

/// The layers of a model in prediction, with the activation that the loss leaves to it: rows of it are what `predict`
/// gives, but for the preprocessing and the unit of a regression.
///
/// # Errors
/// If a layer has no form outside of chainrule.
pub(crate) fn of_model(model: &Model) -> anyhow::Result<Stack> {
    let mut stack = of_network(&model.network, &model.tensors())?;
    link(&mut stack, model.loss, model.network.output_activation());
    Ok(stack)
}

/// The layers of a network with its tensors.
///
/// # Errors
/// If a layer has no form outside of chainrule, or a tensor is missing.
pub(crate) fn of_network(network: &Network, tensors: &[Tensor]) -> anyhow::Result<Stack> {
    let mut layers = Vec::new();
    for layer in network.layers() {
        let place = |kind| StackLayer {
            name: layer.name().to_owned(),
            inputs: layer.inputs(),
            outputs: layer.outputs(),
            kind,
        };
        layers.push(place(kind(layer, tensors)?));
        // What a dense layer ends in is a layer of its own here.
        if let ("layer", Some(activation)) = (layer.layer().kind(), layer.layer().activation()) {
            let inputs = layer.outputs();
            layers.push(StackLayer { inputs, ..place(LayerKind::Activation(function(activation)?)) });
        }
    }
    Ok(Stack { inputs: network.inputs(), layers })
}

/// The network as it starts, for the names and shapes of its tensors.
///
/// # Errors
/// As [`of_network`].
pub(crate) fn shape<T: Stored + Scalar>(network: &Network) -> anyhow::Result<Stack> {
    let weights = T::weights(network.initialise::<T>(0)?);
    of_network(network, &crate::model::tensors(&weights))
}

fn kind(layer: &NamedLayer, tensors: &[Tensor]) -> anyhow::Result<LayerKind> {
    let find = |name: &str| {
        let name = format!("{}.{name}", layer.name());
        tensors.iter().find(|tensor| tensor.name == name).cloned()
    };
    let tensor = |name: &str| {
        find(name).ok_or_else(|| anyhow::anyhow!("`{}`: its tensor `{name}` is missing", layer.name()))
    };
    Ok(match layer.layer().kind() {
        "layer" => LayerKind::Linear { weight: tensor("weight")?, bias: find("bias") },
        "activation" => {
            let activation = layer.layer().activation().unwrap_or(Activation::Identity);
            LayerKind::Activation(function(activation)?)
        }
        "dropout" => LayerKind::Dropout { rate: rate(&layer.layer().spec())? },
        "layer_norm" => {
            let (weight, bias) = (tensor("weight")?, tensor("bias")?);
            LayerKind::LayerNorm { weight, bias, epsilon: NORM_EPSILON }
        }
        "batch_norm" => LayerKind::BatchNorm {
            weight: tensor("weight")?,
            bias: tensor("bias")?,
            mean: tensor("running_mean")?,
            variance: tensor("running_variance")?,
            epsilon: NORM_EPSILON,
        },
        "embed" => LayerKind::Embed { blocks: blocks(layer, tensor)? },
        "prelu" => LayerKind::Prelu { slope: tensor("slope")? },
        other => bail!("`{}`: a layer of the kind `{other}` cannot be written in this form", layer.name()),
    })
}

/// The blocks of an embedding with their matrices.
fn blocks(
    layer: &NamedLayer,
    tensor: impl Fn(&str) -> anyhow::Result<Tensor>,
) -> anyhow::Result<Vec<EmbedBlock>> {
    let embed: Embed = layer.layer().spec().parse()?;
    let block = |(number, (columns, _)): (usize, (std::ops::Range<usize>, usize))| {
        Ok(EmbedBlock { columns, table: tensor(&format!("weight{number}"))? })
    };
    (1..).zip(embed.blocks()).map(block).collect()
}

/// The rate in `dropout(0.2)`.
fn rate(spec: &str) -> anyhow::Result<f64> {
    let number = spec.strip_prefix("dropout(").and_then(|rest| rest.strip_suffix(')'));
    number
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| anyhow::anyhow!("`{spec}`: expected the rate in parentheses"))
}

/// What the loss does with the network's output before it is a prediction; see `Objective::prediction`.
fn link(stack: &mut Stack, loss: Loss, last: Activation) {
    let link = loss.link();
    if link == Activation::Identity || link == last {
        return;
    }
    let Ok(function) = function(link) else { return };
    let ends_in_activation = |layer: &&mut StackLayer| matches!(layer.kind, LayerKind::Activation(_));
    if let Some(layer) = stack.layers.last_mut().filter(ends_in_activation) {
        layer.kind = LayerKind::Activation(function);
    } else {
        let width = stack.outputs();
        let kind = LayerKind::Activation(function);
        stack.layers.push(StackLayer { name: "link".into(), inputs: width, outputs: width, kind });
    }
}

fn function(activation: Activation) -> anyhow::Result<Function> {
    Ok(match activation {
        Activation::Identity => Function::Identity,
        Activation::Sigmoid => Function::Sigmoid,
        Activation::Tanh => Function::Tanh,
        Activation::Relu => Function::Relu,
        Activation::LeakyRelu { slope } => Function::LeakyRelu { slope },
        Activation::Elu { alpha } => Function::Elu { alpha },
        Activation::Selu => Function::Selu,
        Activation::Gelu => Function::Gelu,
        Activation::GeluTanh => Function::GeluTanh,
        Activation::Silu => Function::Silu,
        Activation::Mish => Function::Mish,
        Activation::Softplus => Function::Softplus,
        Activation::Softsign => Function::Softsign,
        Activation::HardTanh => Function::HardTanh,
        Activation::Relu6 => Function::Relu6,
        Activation::Softmax => Function::Softmax,
        Activation::LogSoftmax => Function::LogSoftmax,
        Activation::Exp => Function::Exp,
        other => bail!("the activation `{other}` cannot be written in this form"),
    })
}

#[cfg(test)]
mod tests {
    use chainrule::{Activation, Loss, Network};
    use chainrule_files::{Function, LayerKind};

    use super::{link, of_network, shape};

    /// The functions of a stack, for a network with the link of a loss.
    fn functions(spec: &str, loss: Loss) -> Vec<Function> {
        let network: Network = spec.parse().unwrap();
        let mut stack = shape::<f32>(&network).unwrap();
        link(&mut stack, loss, network.output_activation());
        let function = |layer: &chainrule_files::StackLayer| match layer.kind {
            LayerKind::Activation(function) => Some(function),
            _ => None,
        };
        stack.layers.iter().filter_map(function).collect()
    }

    #[test]
    fn the_link_of_the_loss_takes_the_place_of_the_last_activation() {
        let cross_entropy = Loss::CrossEntropy { label_smoothing: 0.0 };
        let softmax = [Function::Tanh, Function::Softmax];
        assert_eq!(functions("2,tanh:3,softmax:2", cross_entropy), softmax);
        assert_eq!(functions("2,tanh:3,identity:2", cross_entropy), softmax);
        assert_eq!(functions("2,tanh:3,log_softmax:2", cross_entropy), softmax);
        assert_eq!(functions("2,identity:2,layer_norm", Loss::Poisson), [Function::Identity, Function::Exp]);
        assert_eq!(functions("2,sigmoid:2", Loss::SquaredError), [Function::Sigmoid]);
    }

    #[test]
    fn every_kind_of_layer_has_its_place_and_its_tensors() {
        let network: Network =
            "3,embed(0..2:2),relu:4:no_bias,batch_norm,tanh,dropout(0.25),layer_norm,prelu,elu(0.5):2"
                .parse()
                .unwrap();
        let stack = shape::<f64>(&network).unwrap();
        assert_eq!(stack.parameters() as u128, network.parameter_count());
        assert_eq!((stack.widest(), stack.outputs(), stack.is_double()), (4, 2, true));
        assert_eq!(stack.layers[5].kind, LayerKind::Dropout { rate: 0.25 });
        assert_eq!(stack.layers.last().unwrap().kind, LayerKind::Activation(Function::Elu { alpha: 0.5 }));
    }

    #[test]
    fn every_activation_has_a_function() {
        for (activation, function) in Activation::ALL.into_iter().zip(Function::ALL) {
            assert_eq!(super::function(activation).unwrap(), function);
            assert_eq!(activation.name(), function.name());
        }
    }

    #[test]
    fn a_missing_tensor_is_named() {
        let error = of_network(&"2,relu:1".parse().unwrap(), &[]).unwrap_err();
        insta::assert_snapshot!(error, @"`layer1`: its tensor `weight` is missing");
    }
}
