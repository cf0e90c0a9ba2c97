//! Networks trained as lanes of one pack are what they would be alone: parameters, history, stop and steps, bit for bit.

use crate::common;

use chainrule::optimizers::{Adam, AdamW, Lbfgs, Optimizer, Rprop, Sgd, UpdateRule};
use chainrule::schedules::{OneCycle, Plateau, Schedule};
use chainrule::{
    ClassWeights, Clipping, Examples, Features, Loss, Network, Order, Penalty, Reduction, Split, Stop,
    Targets, Trained, Trainer, TrainingConfig, folds, train_many,
};

fn iris() -> Examples<'static> {
    let split = common::load("iris");
    let rows: Vec<usize> = (0..split.train.rows()).collect();
    common::examples(split.train, &rows)
}

/// Short, so that every test trains dozens of networks twice.
fn settings() -> TrainingConfig {
    TrainingConfig {
        optimizer: UpdateRule::from(Sgd::with_momentum(0.9)).into(),
        learning_rate: Some(0.05),
        epochs: 3,
        batch_size: 16,
        ..TrainingConfig::default()
    }
}

fn network(spec: &str) -> Network {
    spec.parse().expect("the spec is ours")
}

/// The results of all trainers, which must be those of each alone.
fn together(trainers: &[Trainer<'_, f32>]) -> Vec<Trained<f32>> {
    let trained = train_many(trainers.to_vec()).expect("the settings are sound");
    assert_eq!(trained.len(), trainers.len());
    for (number, (together, trainer)) in trained.iter().zip(trainers).enumerate() {
        let alone = trainer.clone().train().expect("the settings are sound");
        let bits = |trained: &Trained<f32>| -> Vec<u32> {
            trained.params.values().iter().map(|value| value.to_bits()).collect()
        };
        assert!(bits(together) == bits(&alone), "network {number}: the parameters differ");
        assert_eq!(together.history, alone.history, "network {number}");
        assert_eq!((&together.stop, together.steps), (&alone.stop, alone.steps), "network {number}");
    }
    trained
}

/// As many networks as `count`, each with its own seed, and whatever else `change` gives it.
fn seeds<'a>(
    network: &'a Network,
    examples: &'a Examples<'a>,
    count: usize,
    change: impl Fn(usize, TrainingConfig) -> TrainingConfig,
) -> Vec<Trainer<'a, f32>> {
    let config = |seed: usize| change(seed, TrainingConfig { seed: seed as u64, ..settings() });
    (0..count).map(|seed| Trainer::new(network, examples, config(seed)).expect("sound")).collect()
}

#[test]
fn seeds_of_any_number_have_the_bits_that_they_have_alone() {
    let (network, iris) = (network("4,sigmoid:9,tanh:5,softmax:3"), iris());
    for count in [1, 2, 4, 7, 16, 17, 21] {
        let trained = together(&seeds(&network, &iris, count, |_, config| config));
        assert!(trained.windows(2).all(|pair| pair[0].params != pair[1].params), "seeds differ");
    }
    assert!(train_many(Vec::new()).expect("nothing to do").is_empty());
}

#[test]
fn every_rule_goes_with_rates_of_its_own_in_each_lane() {
    let (network, iris) = (network("4,relu:8,softmax:3"), iris());
    for name in UpdateRule::NAMES {
        let optimizer: Optimizer = name.parse().expect("a name of the list");
        together(&seeds(&network, &iris, 5, |seed, config| TrainingConfig {
            optimizer,
            learning_rate: Some(1e-3 * (seed + 1) as f64),
            weight_decay: Some(0.01),
            schedule: if seed == 3 { Schedule::OneCycle(OneCycle::default()) } else { Schedule::Constant },
            ..config
        }));
    }
}

#[test]
fn folds_stop_early_each_at_its_own_epoch() {
    let (network, iris) = (network("4,tanh:12,softmax:3"), iris());
    let config = TrainingConfig { epochs: 60, patience: Some(3), learning_rate: Some(0.2), ..settings() };
    let fold = |(seed, split): (usize, Split)| {
        let config = TrainingConfig { seed: seed as u64, ..config.clone() };
        Trainer::new(&network, &iris, config).and_then(|trainer| trainer.with_split(split)).expect("sound")
    };
    let trained = together(&folds(&iris, 10, 0).into_iter().enumerate().map(fold).collect::<Vec<_>>());
    let mut steps: Vec<u64> = trained.iter().map(|trained| trained.steps).collect();
    steps.sort_unstable();
    steps.dedup();
    assert!(steps.len() > 3, "the folds stop at different epochs: {steps:?}");
    assert!(trained.iter().any(|trained| matches!(trained.stop, Stop::NoImprovement { .. })));
}

#[test]
fn one_lane_diverges_with_its_explanation_and_the_others_go_on() {
    let (network, iris) = (network("4,relu:8,identity:3"), iris());
    let one_hot =
        Targets::Values { width: 3, values: (0..450).map(|at| f64::from(at % 3 == at / 150)).collect() };
    let examples = Examples::new(iris.features().clone(), one_hot).expect("150 rows");
    let trained = together(&seeds(&network, &examples, 6, |seed, config| TrainingConfig {
        loss: Loss::SquaredError,
        learning_rate: Some(if seed == 2 { 1e4 } else { 1e-3 }),
        ..config
    }));
    let diverged = |trained: &Trained<f32>| matches!(trained.stop, Stop::Diverged(_));
    let found: Vec<bool> = trained.iter().map(diverged).collect();
    assert_eq!(found, [false, false, true, false, false, false]);
}

#[test]
fn all_lanes_may_diverge() {
    let (network, iris) = (network("4,relu:8,identity:3"), iris());
    let values = Targets::Values { width: 3, values: vec![1.0; 450].into() };
    let examples = Examples::new(iris.features().clone(), values).expect("150 rows");
    let trained = together(&seeds(&network, &examples, 4, |_, config| TrainingConfig {
        loss: Loss::SquaredError,
        learning_rate: Some(1e8),
        ..config
    }));
    assert!(trained.iter().all(|trained| matches!(trained.stop, Stop::Diverged(_))));
}

#[test]
fn every_setting_that_lanes_share_is_heeded() {
    let (network, iris) = (network("4,embed(1..3:2),leaky_relu:8,batch_norm,layer_norm,softmax:3"), iris());
    let base = settings();
    let cases = [
        TrainingConfig { averaging: Some(0.95), validation: 0.2, ..base.clone() },
        TrainingConfig { clipping: Clipping { norm: Some(0.3), value: Some(0.1) }, ..base.clone() },
        TrainingConfig { max_norm: Some(0.5), penalty: Penalty { l1: 1e-3, l2: 1e-2 }, ..base.clone() },
        TrainingConfig { class_weights: ClassWeights::Given(vec![1.0, 2.0, 0.5]), ..base.clone() },
        TrainingConfig { reduction: Reduction::Sum, learning_rate: Some(1e-3), ..base.clone() },
        TrainingConfig {
            optimizer: UpdateRule::from(AdamW::default()).into(),
            validation: 0.1,
            ..base.clone()
        },
        TrainingConfig {
            optimizer: UpdateRule::from(Rprop::default()).into(),
            batch_size: 1000,
            ..base.clone()
        },
        TrainingConfig { loss: Loss::CrossEntropy { label_smoothing: 0.1 }, ..base },
    ];
    for case in cases {
        together(&seeds(&network, &iris, 5, |seed, _| TrainingConfig { seed: seed as u64, ..case.clone() }));
    }
}

#[test]
fn lanes_differ_in_order_epochs_patience_and_schedule() {
    let (network, iris) = (network("4,elu:8,softmax:3"), iris());
    let plateau = Plateau { patience: 0, threshold: 0.5, shrink: 0.5, ..Plateau::default() };
    together(&seeds(&network, &iris, 9, |seed, config| TrainingConfig {
        order: if seed % 2 == 0 { Order::Shuffled } else { Order::AsGiven },
        epochs: 2 + seed,
        patience: (seed % 3 == 0).then_some(1),
        min_improvement: 0.01 * seed as f64,
        schedule: if seed % 4 == 1 { Schedule::Plateau(plateau) } else { "cosine".parse().expect("known") },
        ..config
    }));
}

#[test]
fn every_kind_of_target_and_feature_is_gathered() {
    let two = |labels: Vec<u32>| Targets::Classes { count: 2, labels: labels.into() };
    let bytes = || Features::Bytes {
        width: 3,
        values: (0..90u32).map(|at| (at * 37 % 256) as u8).collect(),
        divisor: 255.0,
    };
    let binary = Examples::new(bytes(), two((0..30).map(|row| row % 2).collect())).expect("30 rows");
    let weighted = binary.clone().with_weights((0..30).map(|row| f64::from(row % 4)).collect::<Vec<_>>());
    let numbers = Targets::Values { width: 2, values: (0..60).map(|at| f64::from(at % 7) * 0.1).collect() };
    let numbers = Examples::new(bytes(), numbers).expect("30 rows");
    let adam: Optimizer = UpdateRule::from(Adam::default()).into();
    for (spec, loss, examples) in [
        ("3,tanh:5,sigmoid:1", Loss::BinaryCrossEntropy, &binary),
        ("3,tanh:5,identity:1", Loss::Hinge, &weighted.expect("30 weights")),
        ("3,tanh:5,sigmoid:2", Loss::HalfSquaredError, &binary),
        ("3,tanh:5,identity:2", Loss::LogCosh, &numbers),
    ] {
        together(&seeds(&network(spec), examples, 6, |_, config| TrainingConfig {
            loss,
            optimizer: adam,
            batch_size: 7,
            validation: 0.2,
            ..config
        }));
    }
}

#[test]
fn runs_that_cannot_be_lanes_are_trained_alone() {
    let iris = iris();
    let noisy = network("4,relu:8,dropout(0.3),softmax:3");
    together(&seeds(&noisy, &iris, 5, |_, config| config));
    let plain = network("4,tanh:5,softmax:3");
    together(&seeds(&plain, &iris, 5, |_, config| {
        TrainingConfig { epochs: 2, ..config }.with_optimizer(Lbfgs::default().into())
    }));
    let large = network("4,relu:200,relu:200,softmax:3");
    together(&seeds(&large, &iris, 4, |_, config| TrainingConfig { epochs: 1, ..config }));
}

#[test]
fn mixed_runs_come_back_in_their_order() {
    let (one, other, iris) = (network("4,tanh:5,softmax:3"), network("4,relu:6,softmax:3"), iris());
    let narrow = seeds(&one, &iris, 6, |_, config| config);
    let wide = seeds(&other, &iris, 6, |seed, config| TrainingConfig { batch_size: 8 + seed / 5, ..config });
    let mixed: Vec<_> = narrow.into_iter().zip(wide).flat_map(|(a, b)| [a, b]).collect();
    together(&mixed);
}
