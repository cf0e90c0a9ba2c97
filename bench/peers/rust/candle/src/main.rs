//! Candle: variables on the CPU, a gather for each batch.

use candle_core::{DType, Device, Tensor};
use candle_nn::optim::{AdamW, Optimizer, ParamsAdamW, SGD};
use candle_nn::{Linear, Module, VarBuilder, VarMap, linear, loss};
use common::{Block, Failure, Work, serve};

/// One step's update.
type Update = Box<dyn FnMut(&Tensor) -> candle_core::Result<()>>;

fn layers(work: &Work, builder: &VarBuilder) -> candle_core::Result<Vec<Linear>> {
    let pairs = work.widths.windows(2).enumerate();
    pairs.map(|(place, pair)| linear(pair[0], pair[1], builder.pp(place))).collect()
}

fn logits(layers: &[Linear], sigmoid: bool, x: Tensor) -> candle_core::Result<Tensor> {
    let mut x = layers[0].forward(&x)?;
    for layer in &layers[1..] {
        let activated = if sigmoid { candle_nn::ops::sigmoid(&x)? } else { x.relu()? };
        x = layer.forward(&activated)?;
    }
    Ok(x)
}

/// `AdamW` without decay is Adam.
fn update(work: &Work, variables: &VarMap) -> candle_core::Result<Update> {
    let rate = work.learning_rate;
    if work.optimizer == "sgd" {
        let mut sgd = SGD::new(variables.all_vars(), rate)?;
        return Ok(Box::new(move |loss| sgd.backward_step(loss)));
    }
    let settings = ParamsAdamW { lr: rate, weight_decay: 0.0, ..ParamsAdamW::default() };
    let mut adam = AdamW::new(variables.all_vars(), settings)?;
    Ok(Box::new(move |loss| adam.backward_step(loss)))
}

fn prepare(work: &Work) -> Result<Block, Failure> {
    let (features, labels) = work.data()?;
    let x = Tensor::from_vec(features, (work.rows, work.widths[0]), &Device::Cpu)?;
    let y = Tensor::from_vec(labels, work.rows, &Device::Cpu)?;
    let variables = VarMap::new();
    let layers = layers(work, &VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu))?;
    let (mut update, mut state, work) = (update(work, &variables)?, 2, work.clone());
    let sigmoid = work.activation == "sigmoid";
    Ok(Box::new(move || {
        for _ in 0..work.epochs_per_block {
            for rows in work.order(&mut state) {
                let rows = Tensor::from_vec(rows, work.batch, &Device::Cpu)?;
                let logits = logits(&layers, sigmoid, x.index_select(&rows, 0)?)?;
                update(&loss::cross_entropy(&logits, &y.index_select(&rows, 0)?)?)?;
            }
        }
        Ok(())
    }))
}

fn main() -> Result<(), Failure> {
    serve("candle-core", prepare)
}
