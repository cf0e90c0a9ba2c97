//! Michael Nielsen, "Neural Networks and Deep Learning", chapter 3: cross-entropy does not slow down where the output is
//! wrong and saturated, L2 shrinks weights by a factor, and four numbers to watch.

use crate::support;

use chainrule::engine::{Feed, Shape, trace};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::optimizers::Sgd;
use chainrule::{
    Control, Event, Examples, Features, Loss, Network, Order, Penalty, Reduction, Targets, Trainer,
    TrainingConfig,
};
use support::{ROUNDING, RecordedLoss, assert_close, numbers, sigmoid, sigmoid_slope};

/// The adjoint of the pre-activation of the last layer, and the output, for one example.
fn output_error(network: &str, loss: Loss, x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let network: Network = network.parse().unwrap();
    let objective = Objective { loss, reduction: Reduction::Sum };
    let (inputs, outputs) = (network.inputs(), loss.target_shape(network.outputs()));
    let parameters = network.initialise::<f64>(3).unwrap();
    let recorded = RecordedLoss::new(move |tape| {
        let forward = network.forward(tape, tape.input("x", Shape::rows(inputs)), Mode::Train).unwrap();
        let _ = objective.prediction(&forward).named("a");
        objective.build(&forward, tape.input("y", outputs), Weights::default()).unwrap()
    });
    let trace =
        trace(&recorded.recorded, recorded.loss, &Feed::new(1, &[x, y], parameters.values())).unwrap();
    let delta = trace.get("layer2.z").unwrap().adjoint.clone().unwrap().into_values();
    (delta, trace.get("a").unwrap().value.values().to_vec())
}

#[test]
fn cross_entropy_leaves_the_difference_of_output_and_target() {
    let x = numbers(1, 4);
    let y = [1.0, 0.0, 1.0];
    let (delta, a) = output_error("4,sigmoid:5,sigmoid:3", Loss::BinaryCrossEntropy, &x, &y);
    let difference: Vec<f64> = a.iter().zip(y).map(|(a, y)| a - y).collect();
    assert_close(&delta, &difference, ROUNDING);

    let softmax = Loss::CrossEntropy { label_smoothing: 0.0 };
    let (delta, a) = output_error("4,sigmoid:5,softmax:3", softmax, &x, &[2.0]);
    assert_close(&delta, &[a[0], a[1], a[2] - 1.0], 1e-11);
}

#[test]
fn the_quadratic_cost_multiplies_the_difference_by_the_slope() {
    let (x, y) = (numbers(1, 4), [1.0, 0.0, 1.0]);
    let (delta, a) = output_error("4,sigmoid:5,sigmoid:3", Loss::HalfSquaredError, &x, &y);
    let expected: Vec<f64> = a.iter().zip(y).map(|(a, y)| (a - y) * a * (1.0 - a)).collect();
    assert_close(&delta, &expected, 1e-11);
}

/// The neuron of the book that starts at weight 2 and bias 2 and should answer 0 to 1: the quadratic cost hardly moves it.
#[test]
fn a_neuron_that_is_badly_wrong_learns_slowly_from_the_quadratic_cost_only() {
    let first_step = |loss| {
        let recorded = RecordedLoss::new(|tape| {
            let network: Network = "1,sigmoid:1".parse().unwrap();
            let forward = network.forward(tape, tape.input("x", Shape::rows(1)), Mode::Train).unwrap();
            let objective = Objective { loss, reduction: Reduction::Mean };
            objective.build(&forward, tape.input("y", Shape::rows(1)), Weights::default()).unwrap()
        });
        recorded.evaluate(&Feed::new(1, &[&[1.0], &[0.0]], &[2.0, 2.0])).1[0][0]
    };
    assert_eq!(format!("{:.2}", sigmoid(4.0)), "0.98");
    assert_close(&[first_step(Loss::HalfSquaredError)], &[sigmoid(4.0) * sigmoid_slope(4.0)], ROUNDING);
    assert_close(&[first_step(Loss::BinaryCrossEntropy)], &[sigmoid(4.0)], ROUNDING);
}

fn examples(rows: usize, index: u64) -> Examples<'static> {
    let values = numbers(index, rows * 3);
    let labels = values.chunks(3).map(|row| u32::from(row[0] + row[1] > 0.0)).collect::<Vec<u32>>();
    let features = Features::Real { width: 3, values: values.into() };
    Examples::new(features, Targets::Classes { count: 2, labels: labels.into() }).unwrap()
}

/// One step over all examples from the same parameters: `w -> (1 - eta lambda / n) w - eta dC0/dw`, `b -> b - eta dC0/db`.
#[test]
fn l2_shrinks_weights_by_a_factor_and_leaves_biases_alone() {
    let (n, rate, lambda) = (10, 0.5, 0.7);
    let data = examples(n, 5);
    let network: Network = "3,sigmoid:4,sigmoid:1".parse().unwrap();
    let start = network.initialise::<f64>(0).unwrap();
    let step = |l2| {
        let config = TrainingConfig {
            loss: Loss::BinaryCrossEntropy,
            optimizer: Sgd::default().into(),
            learning_rate: Some(rate),
            epochs: 1,
            batch_size: n,
            order: Order::AsGiven,
            penalty: Penalty { l1: 0.0, l2 },
            ..TrainingConfig::default()
        };
        Trainer::<f64>::new(&network, &data, config).unwrap().run(&mut |_| Control::Continue).unwrap().params
    };
    let (plain, shrunk) = (step(0.0), step(lambda / n as f64));
    for name in ["layer1.weight", "layer2.weight"] {
        let before = start.get(name).unwrap();
        let gradient = |i: usize| (before[i] - plain.get(name).unwrap()[i]) / rate;
        let factor = 1.0 - rate * lambda / n as f64;
        let expected: Vec<f64> = (0..before.len()).map(|i| factor * before[i] - rate * gradient(i)).collect();
        assert_close(shrunk.get(name).unwrap(), &expected, 1e-11);
    }
    for name in ["layer1.bias", "layer2.bias"] {
        assert_close(shrunk.get(name).unwrap(), plain.get(name).unwrap(), ROUNDING);
    }
}

/// Cost and accuracy, on the data learnt from and on the data held out, for each epoch.
#[test]
fn four_numbers_are_told_of_each_epoch() {
    let (data, held_out) = (examples(60, 5), examples(30, 6));
    let network: Network = "3,sigmoid:4,sigmoid:1".parse().unwrap();
    let config = TrainingConfig { loss: Loss::BinaryCrossEntropy, epochs: 3, ..TrainingConfig::default() };
    let trainer = Trainer::<f64>::new(&network, &data, config).unwrap().with_validation(&held_out).unwrap();
    let mut epochs = 0;
    let mut listen = |event: &Event<'_>| {
        if let Event::Epoch { record, .. } = event {
            epochs += 1;
            let score = record.validation_score.filter(|score| score.name == "accuracy");
            assert!(record.training_loss > 0.0 && record.validation_loss.is_some());
            assert!(record.training_accuracy.is_some() && score.is_some());
        }
        Control::Continue
    };
    trainer.run(&mut listen).unwrap();
    assert_eq!(epochs, 3);
}
