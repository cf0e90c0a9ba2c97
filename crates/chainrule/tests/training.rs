//! What a training run promises.

use chainrule::engine::Params;
use chainrule::optimizers::{Lbfgs, Optimizer, Sgd};
use chainrule::{
    ClassWeights, Clipping, Control, Error, Event, Examples, Features, Loss, Network, Order, Penalty,
    Reduction, Stop, Targets, Trained, Trainer, TrainingConfig, evaluate,
};

fn points(rows: usize) -> Examples<'static> {
    let values: Vec<f64> = (0..rows * 2).map(|i| ((i * 37 % 101) as f64 - 50.0) / 30.0).collect();
    let labels = values.chunks(2).map(|row| u32::from(row[0] * row[1] > 0.0)).collect::<Vec<_>>();
    let features = Features::Real { width: 2, values: values.into() };
    Examples::new(features, Targets::Classes { count: 2, labels: labels.into() }).unwrap()
}

fn config() -> TrainingConfig {
    let loss = Loss::BinaryCrossEntropy;
    TrainingConfig { loss, epochs: 3, batch_size: 8, learning_rate: Some(0.01), ..TrainingConfig::default() }
}

fn network() -> Network {
    "2,tanh:6,sigmoid:1".parse().unwrap()
}

fn run(examples: &Examples<'_>, config: TrainingConfig) -> Trained<f64> {
    let network = network();
    Trainer::new(&network, examples, config).unwrap().run(&mut |_| Control::Continue).unwrap()
}

#[test]
fn the_short_last_batch_is_used() {
    let (network, examples) = (network(), points(21));
    let mut sizes = Vec::new();
    let mut before = 0;
    let trainer = Trainer::<f32>::new(&network, &examples, TrainingConfig { epochs: 1, ..config() }).unwrap();
    let trained = trainer.run(&mut |event| {
        if let Event::Step { examples, .. } = event {
            sizes.push(examples - before);
            before = *examples;
        }
        Control::Continue
    });
    assert_eq!(sizes, [8, 8, 5]);
    assert_eq!(trained.unwrap().steps, 3);
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    let examples = points(40);
    let with_seed = |seed| run(&examples, TrainingConfig { seed, validation: 0.2, ..config() });
    assert_eq!(with_seed(3), with_seed(3));
    assert_ne!(with_seed(3).params, with_seed(4).params);
}

#[test]
fn early_stopping_goes_back_to_the_best_weights() {
    let (network, examples) = (network(), points(60));
    let settings = TrainingConfig {
        validation: 0.3,
        patience: Some(3),
        epochs: 500,
        learning_rate: Some(0.3),
        ..config()
    };
    let trainer = Trainer::<f64>::new(&network, &examples, settings.clone()).unwrap();
    let held_out = chainrule::split(&examples, 0.3, 0).validation;
    let trained = trainer.run(&mut |_| Control::Continue).unwrap();
    let Stop::NoImprovement { best_epoch } = trained.stop else { panic!("{:?}", trained.stop) };
    let epochs = &trained.history.epochs;
    assert_eq!(epochs.len(), best_epoch + 3);
    let best = epochs[best_epoch - 1].validation_loss.unwrap();
    assert!(epochs.iter().all(|epoch| epoch.validation_loss.unwrap() >= best));
    let features: Vec<f64> = held_out.iter().flat_map(|row| gather(&examples, *row)).collect();
    let labels: Vec<u32> = held_out.iter().map(|row| label(&examples, *row)).collect();
    let part = Examples::new(
        Features::Real { width: 2, values: features.into() },
        Targets::Classes { count: 2, labels: labels.into() },
    );
    let again = evaluate(&network, trained.params.values(), settings.loss, &part.unwrap()).unwrap();
    assert!((again.loss - best).abs() < 1e-12, "{} is not {best}", again.loss);
}

fn gather(examples: &Examples<'_>, row: usize) -> Vec<f64> {
    let mut out = vec![0.0; 2];
    examples.features().gather(&[row], &mut out);
    out
}

fn label(examples: &Examples<'_>, row: usize) -> u32 {
    match examples.targets() {
        Targets::Classes { labels, .. } => labels[row],
        Targets::Values { .. } => unreachable!("these examples have classes"),
    }
}

#[test]
fn a_stop_is_obeyed_after_the_step_and_leaves_a_usable_network() {
    let (network, examples) = (network(), points(40));
    let trainer = Trainer::<f32>::new(&network, &examples, config()).unwrap();
    let trained = trainer.run(&mut |event| match event {
        Event::Step { step: 7, .. } => Control::Stop,
        _ => Control::Continue,
    });
    let trained = trained.unwrap();
    assert_eq!((trained.stop, trained.steps), (Stop::Interrupted, 7));
    assert!(trained.params.values().iter().all(|p| p.is_finite()));
}

#[test]
fn divergence_names_step_place_and_cause_and_keeps_finite_weights() {
    let values: Vec<f64> = (0..20).map(f64::from).collect();
    let features = Features::Real { width: 1, values: values.clone().into() };
    let examples = Examples::new(features, Targets::Values { width: 1, values: values.into() }).unwrap();
    let network: Network = "1,relu:8,identity:1".parse().unwrap();
    let settings = TrainingConfig {
        loss: Loss::SquaredError,
        optimizer: Optimizer::from(Sgd::default()),
        learning_rate: Some(1e6),
        epochs: 50,
        ..TrainingConfig::default()
    };
    let trainer = Trainer::<f32>::new(&network, &examples, settings).unwrap();
    let trained = trainer.run(&mut |_| Control::Continue).unwrap();
    let Stop::Diverged(divergence) = &trained.stop else { panic!("{:?}", trained.stop) };
    insta::assert_snapshot!(divergence);
    assert!(trained.params.values().iter().all(|p| p.is_finite()));
}

#[test]
fn features_beyond_the_number_type_are_blamed_themselves() {
    let features = Features::Real { width: 1, values: vec![1e300, 1.0].into() };
    let examples = Examples::new(features, Targets::Values { width: 1, values: vec![0.0, 1.0].into() });
    let network: Network = "1,identity:1".parse().unwrap();
    let settings = TrainingConfig { loss: Loss::SquaredError, ..TrainingConfig::default() };
    let examples = examples.unwrap();
    let trainer = Trainer::<f32>::new(&network, &examples, settings).unwrap();
    let trained = trainer.run(&mut |_| Control::Continue).unwrap();
    let Stop::Diverged(divergence) = &trained.stop else { panic!("{:?}", trained.stop) };
    insta::assert_snapshot!(divergence);
}

/// Whole-number weights are repeated rows, and weight 0 is a row that is not there.
#[test]
fn sample_weights_are_repeated_rows() {
    let base = [[0.0, 0.5], [1.0, -0.5], [0.3, 0.8], [-1.0, 0.2]];
    let (labels, weights) = ([0, 1, 1, 0], [2.0, 1.0, 0.0, 3.0]);
    let make = |rows: &[usize]| {
        let values: Vec<f64> = rows.iter().flat_map(|row| base[*row]).collect();
        let labels: Vec<u32> = rows.iter().map(|row| labels[*row]).collect();
        let features = Features::Real { width: 2, values: values.into() };
        Examples::new(features, Targets::Classes { count: 2, labels: labels.into() }).unwrap()
    };
    let weighted = make(&[0, 1, 2, 3]).with_weights(weights.to_vec()).unwrap();
    let repeated = make(&[0, 0, 1, 3, 3, 3]);
    let settings = TrainingConfig {
        optimizer: Optimizer::from(Lbfgs::default()),
        learning_rate: None,
        epochs: 2,
        ..config()
    };
    let [a, b] = [weighted, repeated].map(|examples| run(&examples, settings.clone()));
    for (a, b) in a.params.values().iter().zip(b.params.values()) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }
}

#[test]
fn balanced_classes_are_given_weights() {
    let features = Features::Real { width: 2, values: vec![0.0; 8].into() };
    let examples =
        Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 0, 0, 1].into() }).unwrap();
    let settings = |class_weights| TrainingConfig {
        class_weights,
        order: Order::AsGiven,
        optimizer: Optimizer::from(Sgd::default()),
        learning_rate: Some(0.5),
        epochs: 200,
        ..config()
    };
    let bias = |weights| {
        let network: Network = "2,sigmoid:1".parse().unwrap();
        let trainer = Trainer::<f64>::new(&network, &examples, settings(weights)).unwrap();
        trainer.run(&mut |_| Control::Continue).unwrap().params.get("layer1.bias").unwrap()[0]
    };
    // The features say nothing, so the bias is the logit of the classes' weighted shares: 1/4 and 1/2.
    assert!((bias(ClassWeights::Uniform) - (1.0f64 / 3.0).ln()).abs() < 1e-3);
    assert!(bias(ClassWeights::Balanced).abs() < 1e-3);
    let refused = |weights| {
        let network: Network = "2,sigmoid:1".parse().unwrap();
        Trainer::<f64>::new(&network, &examples, settings(weights)).unwrap_err()
    };
    insta::assert_snapshot!(refused(ClassWeights::Given(vec![1.0])), @"examples: expected 2 class weights, got 1");
    assert!(matches!(refused(ClassWeights::Given(vec![1.0, f64::NAN])), Error::Examples { .. }));
}

#[test]
fn the_l2_penalty_shrinks_weights_as_nielsen_says() {
    let features = Features::Real { width: 1, values: vec![0.0].into() };
    let examples = Examples::new(features, Targets::Values { width: 1, values: vec![0.0].into() }).unwrap();
    let network: Network = "1,identity:1".parse().unwrap();
    let settings = TrainingConfig {
        loss: Loss::SquaredError,
        optimizer: Optimizer::from(Sgd::default()),
        learning_rate: Some(0.5),
        penalty: Penalty { l1: 0.0, l2: 0.25 },
        epochs: 3,
        ..TrainingConfig::default()
    };
    let before: Params<f64> = network.initialise(0).unwrap();
    let trainer = Trainer::<f64>::new(&network, &examples, settings).unwrap();
    let after = trainer.run(&mut |_| Control::Continue).unwrap().params;
    // With no slope from the data each step multiplies the weight by 1 - 0.5 * 0.25 = 0.875.
    assert_eq!(after.values()[0], before.values()[0] * 0.875 * 0.875 * 0.875);
}

#[test]
fn max_norm_and_clipping_bound_what_they_name() {
    let settings = TrainingConfig {
        max_norm: Some(0.3),
        clipping: Clipping { norm: Some(1e-3), value: None },
        averaging: Some(0.5),
        ..config()
    };
    let trained = run(&points(30), TrainingConfig { averaging: None, ..settings.clone() });
    let weight = trained.params.get("layer1.weight").unwrap();
    assert!(weight.chunks(2).all(|row| row.iter().map(|w| w * w).sum::<f64>().sqrt() <= 0.3 + 1e-12));
    assert_ne!(run(&points(30), settings).params, trained.params);
}

#[test]
fn examples_that_do_not_fit_are_refused() {
    let examples = points(10);
    let refused = |spec: &str, loss: Loss| {
        let network: Network = spec.parse().unwrap();
        let settings = TrainingConfig { loss, ..config() };
        Trainer::<f32>::new(&network, &examples, settings).unwrap_err().to_string()
    };
    insta::assert_snapshot!(refused("3,sigmoid:1", Loss::BinaryCrossEntropy), @"examples: expected 3 features, got 2");
    let cross_entropy = Loss::CrossEntropy { label_smoothing: 0.0 };
    insta::assert_snapshot!(refused("2,softmax:3", cross_entropy),
        @"examples: expected classes for 3 outputs with `cross_entropy`, got 2 classes");
    insta::assert_snapshot!(refused("2,softmax:1", cross_entropy),
        @"examples: expected classes for 1 outputs with `cross_entropy`, got 2 classes");
}

#[test]
fn batch_norm_and_a_line_search_do_not_go_together() {
    let examples = points(8);
    let network: Network = "2,batch_norm,sigmoid:1".parse().unwrap();
    let settings = config().with_optimizer(Optimizer::from(Lbfgs::default()));
    let trainer = Trainer::<f64>::new(&network, &examples, settings).unwrap();
    insta::assert_snapshot!(trainer.run(&mut |_| Control::Continue).unwrap_err(), @r"
    training: `batch_norm` does not go with `lbfgs`
    help: leave it out, or choose an optimizer that makes a step for each batch
    ");
}

/// The loss that is shown is a mean without penalties, whatever is minimised, so that losses can be compared.
#[test]
fn losses_are_shown_as_means_without_penalties() {
    let (network, examples) = (network(), points(8));
    for optimizer in [Optimizer::from(Sgd::default()), Optimizer::from(Lbfgs::default())] {
        for reduction in [Reduction::Mean, Reduction::MeanOverExamples, Reduction::Sum] {
            let penalty = Penalty { l1: 0.0, l2: 3.0 };
            let settings = TrainingConfig { reduction, penalty, epochs: 1, ..config() };
            // So small a rate that plain descent stays where it is; the search reports the loss where it arrives.
            let settings = TrainingConfig { learning_rate: Some(1e-9), ..settings.with_optimizer(optimizer) };
            let trained = run(&examples, settings.clone());
            let judged = evaluate(&network, trained.params.values(), settings.loss, &examples).unwrap().loss;
            let shown = trained.history.epochs[0].training_loss;
            assert!((shown - judged).abs() < 1e-6, "{reduction} {}: {shown}, not {judged}", optimizer.name());
        }
    }
}

/// Steps allocate nothing: ten times as many rows, as many allocations.
#[test]
fn a_training_step_allocates_nothing() {
    let count = |rows: usize| {
        let (network, examples) = (network(), points(rows));
        let settings = TrainingConfig { batch_size: 4, ..config() };
        let trainer = Trainer::<f32>::new(&network, &examples, settings).unwrap();
        let measured = allocation_counter::measure(|| {
            trainer.run(&mut |_| Control::Continue).unwrap();
        });
        measured.count_total
    };
    assert_eq!(count(40), count(400));
}
