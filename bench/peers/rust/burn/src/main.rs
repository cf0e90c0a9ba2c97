//! Burn: the `flex` backend with `Autodiff`, a gather for each batch.

use burn::backend::{Autodiff, Flex};
use burn::module::Module;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, Optimizer, SgdConfig};
use burn::tensor::{Int, Tensor, TensorData, activation, backend::AutodiffBackend};
use common::{Block, Failure, Work, serve};

/// Where everything is computed.
type Cpu = Autodiff<Flex>;

/// Dense layers with one activation between them.
#[derive(Module, Debug)]
struct Network<B: burn::tensor::backend::Backend> {
    layers: Vec<Linear<B>>,
    sigmoid: bool,
}

impl<B: AutodiffBackend> Network<B> {
    fn logits(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        self.layers[1..].iter().fold(self.layers[0].forward(x), |x, layer| {
            layer.forward(if self.sigmoid { activation::sigmoid(x) } else { activation::relu(x) })
        })
    }
}

/// All that a training run holds.
struct Run<O> {
    work: Work,
    network: Network<Cpu>,
    optimizer: O,
    loss: CrossEntropyLoss<Cpu>,
    x: Tensor<Cpu, 2>,
    y: Tensor<Cpu, 1, Int>,
    state: u64,
}

impl<O: Optimizer<Network<Cpu>, Cpu>> Run<O> {
    fn new(work: &Work, optimizer: O) -> Result<Self, Failure> {
        let device = Default::default();
        let (features, labels) = work.data()?;
        let labels: Vec<i32> = labels.into_iter().map(|label| label as i32).collect();
        let pairs = work.widths.windows(2);
        let layers = pairs.map(|pair| LinearConfig::new(pair[0], pair[1]).init(&device)).collect();
        Ok(Run {
            network: Network { layers, sigmoid: work.activation == "sigmoid" },
            optimizer,
            loss: CrossEntropyLossConfig::new().init(&device),
            x: Tensor::from_data(TensorData::new(features, [work.rows, work.widths[0]]), &device),
            y: Tensor::from_data(TensorData::new(labels, [work.rows]), &device),
            state: 2,
            work: work.clone(),
        })
    }

    fn block(mut self) -> Block
    where
        O: 'static,
    {
        let mut network = Some(self.network.clone());
        Box::new(move || {
            for _ in 0..self.work.epochs_per_block {
                for rows in self.work.order(&mut self.state) {
                    let before = network.take().ok_or("the network was lost")?;
                    network = Some(self.step(before, rows));
                }
            }
            Ok(())
        })
    }

    fn step(&mut self, network: Network<Cpu>, rows: Vec<u32>) -> Network<Cpu> {
        let rows: Vec<i32> = rows.into_iter().map(|row| row as i32).collect();
        let rows =
            Tensor::<Cpu, 1, Int>::from_data(TensorData::new(rows, [self.work.batch]), &Default::default());
        let logits = network.logits(self.x.clone().select(0, rows.clone()));
        let loss = self.loss.forward(logits, self.y.clone().select(0, rows));
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        self.optimizer.step(self.work.learning_rate, network, gradients)
    }
}

fn prepare(work: &Work) -> Result<Block, Failure> {
    match work.optimizer.as_str() {
        "sgd" => Ok(Run::new(work, SgdConfig::new().init())?.block()),
        _ => Ok(Run::new(work, AdamConfig::new().with_epsilon(1e-8).init())?.block()),
    }
}

fn main() -> Result<(), Failure> {
    serve("burn", prepare)
}
