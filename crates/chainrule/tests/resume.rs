//! A run that was stopped anywhere and gone on with has the bits of a run that never stopped.

use chainrule::engine::Scalar;
use chainrule::engine::random::{Purpose, Stream};
use chainrule::optimizers::{Adam, Lbfgs, Optimizer, RmsProp, Sgd};
use chainrule::schedules::{Plateau, Schedule};
use chainrule::{
    ClassWeights, Clipping, Control, Error, Event, Examples, Features, Loss, Network, Order, Penalty,
    Snapshot, Split, Stop, Targets, Trained, Trainer, TrainingConfig,
};

const ROWS: usize = 47;

fn examples(rows: usize, width: usize, classes: usize) -> Examples<'static> {
    let mut values = vec![0.0; rows * width];
    Stream::new(5, Purpose::Data, 0).fill_normal(0, &mut values);
    let mut stream = Stream::new(5, Purpose::Data, 1);
    let labels: Vec<u32> = (0..rows).map(|_| stream.next_below(classes as u64) as u32).collect();
    let features = Features::Real { width, values: values.into() };
    Examples::new(features, Targets::Classes { count: classes, labels: labels.into() }).unwrap()
}

/// 38 rows to learn from in batches of 8: 5 steps an epoch, the last one smaller.
fn config() -> TrainingConfig {
    TrainingConfig {
        loss: Loss::CrossEntropy { label_smoothing: 0.0 },
        batch_size: 8,
        epochs: 3,
        validation: 0.2,
        learning_rate: Some(0.01),
        ..TrainingConfig::default()
    }
}

/// FNV-1a over the bits of all parameters and of the history.
fn hash<T: Scalar>(trained: &Trained<T>) -> u64 {
    let parameters = trained.params.values().iter().map(|x| x.to_f64().to_bits());
    let history = trained.history.epochs.iter().flat_map(|record| {
        let score = record.validation_score.map_or(0.0, |score| score.value);
        let validation = record.validation_loss.unwrap_or(0.0);
        let accuracy = record.training_accuracy.unwrap_or(0.0);
        [record.learning_rate, record.training_loss, accuracy, validation, score].map(f64::to_bits)
    });
    let words = parameters.chain(history).chain([trained.steps]);
    words.fold(0xCBF2_9CE4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x100_0000_01B3).rotate_left(7))
}

/// A trainer for the network and settings.
struct Case<'a> {
    network: &'a Network,
    examples: &'a Examples<'a>,
    config: &'a TrainingConfig,
}

impl<'a> Case<'a> {
    fn trainer<T: Scalar>(&self, threads: usize) -> Trainer<'a, T> {
        let trainer = Trainer::new(self.network, self.examples, self.config.clone()).unwrap();
        trainer.with_threads(threads)
    }

    /// A run that is never stopped, with a snapshot at every event.
    fn whole<T: Scalar>(&self, threads: usize) -> (Trained<T>, Vec<Snapshot<T>>) {
        let mut snapshots = Vec::new();
        let trained = self.trainer::<T>(threads).watch(&mut |_, run| {
            snapshots.push(run.snapshot());
            Control::Continue
        });
        (trained.unwrap(), snapshots)
    }
}

/// Stops after every event of a run on the first number of threads, and goes on with the second.
fn check_on<T: Scalar>(spec: &str, config: &TrainingConfig, (stopped, resumed): (usize, usize), rows: usize) {
    let network: Network = spec.parse().unwrap();
    let examples = examples(rows, network.inputs(), network.outputs());
    let case = Case { network: &network, examples: &examples, config };
    let never_stopped = case.trainer::<T>(1).train().unwrap();
    let (watched, snapshots) = case.whole::<T>(stopped);
    assert_eq!(watched, never_stopped, "{spec}: being watched changes nothing");
    assert!(snapshots.len() > 3, "{spec}: too few stops to tell");
    for snapshot in snapshots {
        let (epochs, steps) = (snapshot.epochs(), snapshot.steps);
        let trained = case.trainer::<T>(resumed).resume(snapshot).unwrap().train().unwrap();
        let place = format!("{spec} {} after {steps} steps, {epochs} epochs", config.optimizer);
        assert_eq!(hash(&trained), hash(&never_stopped), "{place}");
        assert_eq!(trained, never_stopped, "{place}");
    }
}

/// The same in one thread, for both types of numbers.
fn check(spec: &str, config: &TrainingConfig) {
    check_on::<f32>(spec, config, (1, 1), ROWS);
    check_on::<f64>(spec, config, (1, 1), ROWS);
}

#[test]
fn every_optimizer() {
    for name in Optimizer::NAMES {
        let optimizer: Optimizer = name.parse().unwrap();
        let learning_rate = (*name != "lbfgs").then_some(0.01);
        check("identity:4,tanh:6,softmax:3", &TrainingConfig { optimizer, learning_rate, ..config() });
    }
    let optimizer = RmsProp { momentum: 0.9, centered: true, ..RmsProp::default() }.into();
    check("identity:4,tanh:6,softmax:3", &TrainingConfig { optimizer, ..config() });
}

#[test]
fn every_schedule() {
    for name in Schedule::NAMES {
        let schedule: Schedule = name.parse().unwrap();
        check("identity:4,tanh:6,softmax:3", &TrainingConfig { schedule, ..config() });
    }
    let plateau = Plateau { patience: 0, cooldown: 1, threshold: 0.5, ..Plateau::default() };
    let config = TrainingConfig { schedule: Schedule::Plateau(plateau), epochs: 6, ..config() };
    check("identity:4,tanh:6,softmax:3", &config);
}

#[test]
fn average_dropout_batch_normalisation_and_statistics() {
    let averaged = TrainingConfig { averaging: Some(0.9), weight_decay: Some(0.01), ..config() };
    check("identity:4,relu:6,batch_norm,dropout(0.3),relu:5,softmax:3", &averaged);
    check("identity:4,prelu:6,layer_norm,softmax:3", &averaged);
}

#[test]
fn patience_and_the_best_weights() {
    let optimizer = Optimizer::from(Sgd::with_momentum(0.9));
    let learning_rate = Some(0.5);
    let config = TrainingConfig {
        optimizer,
        learning_rate,
        patience: Some(2),
        epochs: 30,
        validation: 0.4,
        ..config()
    };
    let (network, examples) = ("identity:4,tanh:6,softmax:3".parse().unwrap(), examples(ROWS, 4, 3));
    let trained = Trainer::<f32>::new(&network, &examples, config.clone()).unwrap().train().unwrap();
    assert!(matches!(trained.stop, Stop::NoImprovement { .. }), "{:?}", trained.stop);
    check("identity:4,tanh:6,softmax:3", &config);
}

#[test]
fn weights_clipping_penalties_and_the_given_order() {
    let weighted = TrainingConfig {
        class_weights: ClassWeights::Given(vec![1.0, 0.25, 3.0]),
        penalty: Penalty { l1: 1e-3, l2: 1e-2 },
        clipping: Clipping { norm: Some(0.1), value: Some(0.05) },
        max_norm: Some(1.0),
        order: Order::AsGiven,
        ..config()
    };
    check("identity:4,tanh:6,softmax:3", &weighted);
    check(
        "identity:4,tanh:6,softmax:3",
        &TrainingConfig { class_weights: ClassWeights::Balanced, ..config() },
    );
}

#[test]
fn a_search_along_lines_also_when_it_has_converged() {
    let optimizer = Optimizer::from(Lbfgs::default());
    let search = |epochs| TrainingConfig { optimizer, learning_rate: None, epochs, ..config() };
    check("identity:4,tanh:6,softmax:3", &search(8));
    let convex = TrainingConfig { penalty: Penalty { l1: 0.0, l2: 0.1 }, ..search(50) };
    let (network, examples) = ("identity:4,softmax:3".parse().unwrap(), examples(ROWS, 4, 3));
    let trained = Trainer::<f64>::new(&network, &examples, convex.clone()).unwrap().train().unwrap();
    assert_eq!(trained.stop, Stop::Converged);
    let case = Case { network: &network, examples: &examples, config: &convex };
    for snapshot in case.whole::<f64>(1).1 {
        assert_eq!(case.trainer(1).resume(snapshot).unwrap().train().unwrap(), trained);
    }
}

/// Steps large enough to be shared by threads; the first layer's matrix lies the other way round.
#[test]
fn on_other_numbers_of_threads() {
    let adam = TrainingConfig {
        optimizer: Optimizer::from(Adam::default()),
        batch_size: 60,
        averaging: Some(0.9),
        epochs: 2,
        ..config()
    };
    let spec = "identity:30,relu:64,dropout(0.2),relu:40,softmax:5";
    for threads in [(1, 2), (2, 1), (2, 2)] {
        check_on::<f32>(spec, &adam, threads, 330);
    }
    check_on::<f64>(spec, &adam, (2, 1), 330);
    let optimizer = Lbfgs { max_iterations: 3, ..Lbfgs::default() }.into();
    let search = TrainingConfig { optimizer, learning_rate: None, ..config() };
    check_on::<f32>("identity:30,tanh:64,softmax:5", &search, (2, 1), 330);
    check_on::<f32>("identity:30,tanh:64,softmax:5", &search, (1, 2), 330);
}

/// Stopped again and again, after every single step.
#[test]
fn a_run_in_pieces_of_one_step() {
    let (network, examples) =
        ("identity:4,relu:6,batch_norm,softmax:3".parse().unwrap(), examples(ROWS, 4, 3));
    let config = TrainingConfig { averaging: Some(0.9), ..config() };
    let case = Case { network: &network, examples: &examples, config: &config };
    let mut snapshot: Option<Snapshot<f32>> = None;
    let mut pieces = 0;
    let trained = loop {
        let trainer = case.trainer::<f32>(1);
        let trainer = match snapshot.take() {
            Some(snapshot) => trainer.resume(snapshot).unwrap(),
            None => trainer,
        };
        let trained = trainer.watch(&mut |event, run| match event {
            Event::Step { .. } => {
                snapshot = Some(run.snapshot());
                Control::Stop
            }
            _ => Control::Continue,
        });
        let trained = trained.unwrap();
        pieces += 1;
        if trained.stop != Stop::Interrupted {
            break trained;
        }
    };
    assert_eq!(pieces, 16);
    assert_eq!(trained, case.trainer::<f32>(1).train().unwrap());
}

#[test]
fn the_beginning_tells_how_many_steps_were_made() {
    let (network, examples) = ("identity:4,tanh:6,softmax:3".parse().unwrap(), examples(ROWS, 4, 3));
    let config = config();
    let case = Case { network: &network, examples: &examples, config: &config };
    let snapshot = case.whole::<f32>(1).1.swap_remove(7);
    let (steps, mut told) = (snapshot.steps, None);
    let trainer = case.trainer::<f32>(1).resume(snapshot).unwrap();
    trainer
        .run(&mut |event| {
            if let Event::Started { steps_made, .. } = event {
                told = Some(*steps_made);
            }
            Control::Continue
        })
        .unwrap();
    assert_eq!(told, Some(steps));
}

#[test]
fn a_step_that_overflows_is_gone_on_with_to_the_same_divergence() {
    let (network, examples) = ("identity:4,tanh:6,softmax:3".parse().unwrap(), examples(ROWS, 4, 3));
    let optimizer = Optimizer::from(Sgd::with_momentum(0.9));
    for (batch_size, averaging) in [(8, None), (8, Some(0.9)), (38, None)] {
        let diverging =
            TrainingConfig { optimizer, learning_rate: Some(1e39), batch_size, averaging, ..config() };
        let case = Case { network: &network, examples: &examples, config: &diverging };
        let (whole, snapshots) = case.whole::<f32>(1);
        assert!(matches!(whole.stop, Stop::Diverged(_)), "{:?}", whole.stop);
        let overflowed = |snapshot: &&Snapshot<f32>| snapshot.parameters.iter().any(|x| !x.is_finite());
        assert!(snapshots.iter().filter(overflowed).count() >= 1);
        for snapshot in snapshots {
            let steps = snapshot.steps;
            let resumed = case.trainer::<f32>(1).resume(snapshot).unwrap().train().unwrap();
            // No number that is not finite equals itself, so the records are compared as text.
            assert_eq!(format!("{resumed:?}"), format!("{whole:?}"), "after {steps} steps");
        }
    }
}

#[test]
fn what_is_said_after_a_snapshot_was_given_is_compared_too() {
    let (same, other) = (examples(ROWS, 4, 3), examples(ROWS, 4, 3));
    let network: Network = "identity:4,tanh:6,softmax:3".parse().unwrap();
    let lbfgs = TrainingConfig { optimizer: Lbfgs::default().into(), learning_rate: None, ..config() };
    for config in [config(), lbfgs] {
        let case = Case { network: &network, examples: &same, config: &config };
        let resumed = || {
            let snapshot = case.whole::<f32>(1).1.swap_remove(2);
            case.trainer::<f32>(1).resume(snapshot).unwrap()
        };
        let split = Split { training: (0..30).collect(), validation: (30..ROWS).collect() };
        let error = resumed().with_split(split).unwrap().train().unwrap_err();
        assert!(error.to_string().contains("rows` differs"), "{error}");
        let error = resumed().with_validation(&other).unwrap().train().unwrap_err();
        assert!(error.to_string().contains("rows` differs"), "{error}");
        // The threads decide no bit.
        assert_eq!(resumed().with_threads(2).train().unwrap(), case.trainer::<f32>(1).train().unwrap());
    }
}

/// The message for a snapshot of `config()` that another trainer is to go on with.
fn refused(spec: &str, other: &TrainingConfig, examples: &Examples<'_>) -> String {
    let network: Network = "identity:4,tanh:6,softmax:3".parse().unwrap();
    let original = self::examples(ROWS, 4, 3);
    let case = Case { network: &network, examples: &original, config: &config() };
    let snapshot = case.whole::<f32>(1).1.swap_remove(3);
    let network: Network = spec.parse().unwrap();
    let trainer = Trainer::<f32>::new(&network, examples, other.clone()).unwrap();
    trainer.resume(snapshot).unwrap_err().to_string()
}

#[test]
fn another_run_s_snapshot_is_refused_with_both_values() {
    let (same, spec) = (examples(ROWS, 4, 3), "identity:4,tanh:6,softmax:3");
    let slower = TrainingConfig { learning_rate: Some(0.001), ..config() };
    insta::assert_snapshot!(refused(spec, &slower, &same),
        @"snapshot: `learning_rate` differs; expected 0.01, as when the run began, got 0.001");
    let optimizer = Optimizer::from(Sgd::default());
    insta::assert_snapshot!(refused(spec, &TrainingConfig { optimizer, ..config() }, &same),
        @"snapshot: `optimizer` differs; expected adam, as when the run began, got sgd");
    insta::assert_snapshot!(refused("identity:4,tanh:7,softmax:3", &config(), &same),
        @"snapshot: `network` differs; expected identity:4,tanh:6,softmax:3, as when the run began, got identity:4,tanh:7,softmax:3");
    let smaller = refused(spec, &config(), &examples(ROWS - 1, 4, 3));
    assert!(smaller.contains("`training rows` differs"), "{smaller}");
    let mut values = vec![0.0; ROWS * 4];
    Stream::new(6, Purpose::Data, 0).fill_normal(0, &mut values);
    let features = Features::Real { width: 4, values: values.into() };
    let others = Examples::new(features, same.targets().clone()).unwrap();
    assert!(refused(spec, &config(), &others).contains("`training rows` differs"));
}

#[test]
fn a_damaged_snapshot_is_refused() {
    let network: Network = "identity:4,tanh:6,softmax:3".parse().unwrap();
    let (examples, config) = (examples(ROWS, 4, 3), TrainingConfig { averaging: Some(0.9), ..config() });
    let case = Case { network: &network, examples: &examples, config: &config };
    let sound = case.whole::<f32>(1).1.swap_remove(9);
    type Damage = fn(&mut Snapshot<f32>);
    let damages: [(&str, Damage); 11] = [
        ("`parameters`", |it| it.parameters.truncate(5)),
        ("finite", |it| it.best.parameters[3] = f32::NAN),
        ("`best.parameters`", |it| it.best.parameters.push(0.0)),
        ("`best.epoch`", |it| it.best.epoch = 9),
        ("`average`", |it| it.average = None),
        ("`plateau`", |it| it.plateau = Some(chainrule::schedules::PlateauState::default())),
        ("`steps`", |it| it.steps = 4),
        ("`steps`", |it| it.steps = 11),
        ("`history`", |it| it.history.epochs[0].steps = 4),
        ("`tally`", |it| it.tally.examples = 1000),
        ("state", |it| it.optimizer.vectors.truncate(5)),
    ];
    for (named, damage) in damages {
        let mut snapshot = sound.clone();
        damage(&mut snapshot);
        let error = case.trainer::<f32>(1).resume(snapshot).unwrap_err();
        assert!(matches!(error, Error::Snapshot { .. } | Error::StateLength { .. }), "{error}");
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
    assert!(case.trainer::<f32>(1).resume(sound).is_ok());
}
