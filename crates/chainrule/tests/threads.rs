//! The number of threads never shows: the same parameters, losses and scores, bit for bit.

use chainrule::engine::Scalar;
use chainrule::engine::random::{Purpose, Stream};
use chainrule::optimizers::{Adam, Lbfgs, Optimizer, Sgd};
use chainrule::{
    Clipping, Examples, Features, Loss, Network, Penalty, Targets, Trained, Trainer, TrainingConfig,
};

const ROWS: usize = 330;

fn examples(width: usize, classes: usize) -> Examples<'static> {
    let mut values = vec![0.0; ROWS * width];
    Stream::new(5, Purpose::Data, 0).fill_normal(0, &mut values);
    let mut stream = Stream::new(5, Purpose::Data, 1);
    let labels: Vec<u32> = (0..ROWS).map(|_| stream.next_below(classes as u64) as u32).collect();
    let features = Features::Real { width, values: values.into() };
    Examples::new(features, Targets::Classes { count: classes, labels: labels.into() }).unwrap()
}

/// FNV-1a over the bits of all parameters.
fn hash<T: Scalar>(trained: &Trained<T>) -> u64 {
    let bytes = trained.params.values().iter().flat_map(|x| x.to_f64().to_bits().to_le_bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}

/// Trains for at least 200 steps on each number of threads and compares everything.
fn check<T: Scalar>(spec: &str, config: &TrainingConfig) {
    let network: Network = spec.parse().unwrap();
    let examples = examples(network.inputs(), network.outputs());
    let train = |threads| {
        let trainer = Trainer::<T>::new(&network, &examples, config.clone()).unwrap();
        trainer.with_threads(threads).train().unwrap()
    };
    let alone = train(1);
    for threads in [2, 3, 4, 7] {
        let together = train(threads);
        assert_eq!(hash(&together), hash(&alone), "{spec} on {threads} threads");
        assert_eq!(together.history, alone.history, "{spec} on {threads} threads");
        assert!(together == alone, "{spec} on {threads} threads");
    }
}

/// 7 steps an epoch, the last one of a smaller batch: 203 steps.
fn config() -> TrainingConfig {
    TrainingConfig {
        loss: Loss::CrossEntropy { label_smoothing: 0.0 },
        batch_size: 45,
        epochs: 29,
        validation: 0.05,
        learning_rate: Some(0.01),
        ..TrainingConfig::default()
    }
}

#[test]
fn gradient_descent_on_several_threads() {
    check::<f32>("identity:30,relu:64,relu:50,softmax:7", &config());
}

#[test]
fn adam_with_decay_clipping_and_averaging_on_several_threads() {
    let optimizer = Optimizer::from(Adam::default());
    let config = TrainingConfig {
        optimizer,
        weight_decay: Some(0.01),
        clipping: Clipping { norm: Some(0.5), ..Clipping::default() },
        averaging: Some(0.99),
        ..config()
    };
    check::<f32>("identity:33,tanh:61,softmax:10", &config);
    check::<f64>("identity:21,sigmoid:40,softmax:3", &config);
}

#[test]
fn dropout_batch_normalisation_and_penalties_on_several_threads() {
    let penalty = Penalty { l1: 1e-4, l2: 1e-3 };
    let config = TrainingConfig { penalty, optimizer: Sgd::with_momentum(0.9).into(), ..config() };
    check::<f32>("identity:20,relu:64,dropout(0.3),relu:32,softmax:5", &config);
    check::<f32>("identity:20,relu:64,batch_norm,relu:32,softmax:5", &config);
    check::<f32>("identity:20,gelu:64,layer_norm,relu:32,softmax:5", &config);
    check::<f32>("identity:20,embed(2..7:8+9..20:4),relu:32,softmax:5", &config);
}

#[test]
fn a_search_along_lines_on_several_threads() {
    let config =
        TrainingConfig { optimizer: Lbfgs::default().into(), epochs: 12, learning_rate: None, ..config() };
    check::<f64>("identity:20,tanh:64,softmax:5", &config);
}
