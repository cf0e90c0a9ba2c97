//! Anthony Clark, "Neural Networks and Backpropagation", its plans for the role of activation functions and of first values:
//! without activations a network is linear, weights of 0 do not learn, sigmoids let gradients vanish.

use crate::support;

use chainrule::engine::{Feed, Shape};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::optimizers::Lbfgs;
use chainrule::{
    Activation, Control, Examples, Features, Initializer, Loss, Network, Order, Targets, Trainer,
    TrainingConfig,
};
use chainrule_data::{Target, builtin};
use support::{Matrix, RecordedLoss, assert_close, numbers};

/// Iris, scaled, with classes as targets.
fn flowers() -> Examples<'static> {
    let (features, target) = builtin::iris().unwrap().into_parts();
    let rows: Vec<usize> = (0..150).collect();
    let scaling = chainrule_data::Scaling::fit(&features, &rows).unwrap();
    let mut values: Vec<f64> = rows.iter().flat_map(|row| features.row(*row)).collect();
    values.chunks_mut(4).for_each(|row| scaling.apply_f64(row));
    let Target::Classes { labels, .. } = target else { panic!("iris has classes") };
    let features = Features::Real { width: 4, values: values.into() };
    Examples::new(features, Targets::Classes { count: 3, labels: labels.into() }).unwrap()
}

/// "What if we remove activation functions? Linear model only": four layers without them compute `x W^T + b` for one
/// matrix and one vector.
#[test]
fn without_activations_a_deep_network_is_one_affine_function() {
    let network: Network = "4,identity:6,identity:5,identity:3".parse().unwrap();
    let network = network.with_bias_initializer(Initializer::Normal { deviation: 1.0 });
    let params = network.initialise::<f64>(0).unwrap();
    let matrix = |name: &str, rows, columns| Matrix::new(rows, columns, params.get(name).unwrap());
    let [w1, w2, w3] = [("layer1.weight", 6, 4), ("layer2.weight", 5, 6), ("layer3.weight", 3, 5)]
        .map(|(n, r, c)| matrix(n, r, c));
    let [b1, b2, b3] =
        [("layer1.bias", 6), ("layer2.bias", 5), ("layer3.bias", 3)].map(|(n, r)| matrix(n, r, 1));
    let one_matrix = w3.times(&w2).times(&w1);
    let one_bias = w3.times(&w2.times(&b1).plus(&b2)).plus(&b3);
    let rows = Matrix::new(5, 4, &numbers(20, 20));
    let features = Features::Real { width: 4, values: rows.values.clone().into() };
    let mut predictor = chainrule::Predictor::new(&network, Loss::SquaredError).unwrap();
    let deep = predictor.predict(params.values(), &features).unwrap();
    for (x, deep) in (0..5).map(|row| rows.row(row)).zip(deep.chunks(3)) {
        assert_close(deep, &one_matrix.times(&Matrix::column(x)).plus(&one_bias).values, 1e-11);
    }
}

/// The lowest loss that L-BFGS finds.
fn lowest_loss(network: &str, examples: &Examples<'_>, loss: Loss) -> f64 {
    let network: Network = network.parse().unwrap();
    let config = TrainingConfig {
        loss,
        optimizer: Lbfgs::default().into(),
        learning_rate: Some(1.0),
        epochs: 400,
        order: Order::AsGiven,
        ..TrainingConfig::default()
    };
    let trainer = Trainer::<f64>::new(&network, examples, config).unwrap();
    let trained = trainer.run(&mut |_| Control::Continue).unwrap();
    chainrule::evaluate(&network, trained.params.values(), loss, examples).unwrap().loss
}

/// The mean squared error of linear regression, by the normal equations `A^T A beta = A^T y` and Gauss elimination.
fn best_plane(x: &[f64], y: &[f64]) -> f64 {
    let a = Matrix::from_fn(y.len(), 4, |i, j| if j < 3 { x[3 * i + j] } else { 1.0 });
    let mut left = a.transposed().times(&a);
    let mut right = a.transposed().times(&Matrix::column(y)).values;
    for pivot in 0..4 {
        for row in (0..4).filter(|row| *row != pivot) {
            let factor = left.at(row, pivot) / left.at(pivot, pivot);
            (0..4).for_each(|j| left.values[4 * row + j] -= factor * left.at(pivot, j));
            right[row] -= factor * right[pivot];
        }
    }
    let beta: Vec<f64> = (0..4).map(|j| right[j] / left.at(j, j)).collect();
    let residual = a.times(&Matrix::column(&beta)).minus(&Matrix::column(y));
    residual.values.iter().map(|r| r * r).sum::<f64>() / y.len() as f64
}

#[test]
fn without_activations_training_ends_where_linear_and_softmax_regression_do() {
    let cross_entropy = Loss::CrossEntropy { label_smoothing: 0.0 };
    let [flat, deep] = ["4,softmax:3", "4,identity:8,identity:6,softmax:3"]
        .map(|net| lowest_loss(net, &flowers(), cross_entropy));
    let curved = lowest_loss("4,tanh:8,tanh:6,softmax:3", &flowers(), cross_entropy);
    assert!((flat - deep).abs() < 2e-3, "softmax regression {flat}, deep and linear {deep}");
    assert!(curved < 0.5 * flat, "with tanh {curved}");

    // Least squares: the residual of the best plane is orthogonal to the features and to 1.
    let (x, y) = (numbers(50, 120), numbers(51, 40));
    let plane = best_plane(&x, &y);
    let features = Features::Real { width: 3, values: x.into() };
    let noise = Examples::new(features, Targets::Values { width: 1, values: y.into() }).unwrap();
    for net in ["3,identity:1", "3,identity:6,identity:5,identity:1"] {
        let loss = lowest_loss(net, &noise, Loss::SquaredError);
        assert!((loss - plane).abs() < 1e-6, "{net}: {loss}, least squares {plane}");
    }

    // XOR is the function that no line fits: its best line is the constant one half.
    let x = vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let features = Features::Real { width: 2, values: x.into() };
    let targets = Targets::Values { width: 1, values: vec![0.0, 1.0, 1.0, 0.0].into() };
    let xor = Examples::new(features, targets).unwrap();
    for net in ["2,identity:1", "2,identity:8,identity:8,identity:1"] {
        let loss = lowest_loss(net, &xor, Loss::SquaredError);
        assert!((loss - 0.25).abs() < 1e-9, "{net}: {loss}");
    }
}

/// "Why can b start at 0 but not w?" With all weights 0 no derivative reaches the first layer, and all units stay alike.
#[test]
fn weights_may_not_start_at_zero_but_biases_may() {
    let network: Network = "3,tanh:4,tanh:4,identity:1".parse().unwrap();
    let (x, y) = (numbers(40, 15), numbers(41, 5));
    let gradients = |network: &Network| {
        let parameters = network.initialise::<f64>(0).unwrap();
        let built = network.clone();
        let recorded = RecordedLoss::new(move |tape| {
            let forward = built.forward(tape, tape.input("x", Shape::rows(3)), Mode::Train).unwrap();
            let objective = Objective::new(Loss::SquaredError);
            objective.build(&forward, tape.input("y", Shape::rows(1)), Weights::default()).unwrap()
        });
        recorded.evaluate(&Feed::new(5, &[&x, &y], parameters.values())).1
    };
    let of_zeros = gradients(&network.clone().with_initializer(Initializer::Zeros));
    assert!(of_zeros[..5].iter().flatten().all(|g| *g == 0.0), "all but the last bias stand still");
    assert!(of_zeros[5][0] != 0.0);
    let of_random = gradients(&network);
    assert!(of_random.iter().all(|gradient| gradient.iter().all(|g| *g != 0.0)));
}

/// Sigmoids have slopes of at most 1/4: from layer to layer backward the gradient shrinks. ReLU and He's start keep it.
#[test]
fn gradients_vanish_through_sigmoids_and_not_through_relu() {
    let share = |activation| {
        let network = Network::new(8).hidden(&[32; 10], activation).dense(1, Activation::Identity);
        let parameters = network.initialise::<f64>(0).unwrap();
        let recorded = RecordedLoss::new(move |tape| {
            let forward = network.forward(tape, tape.input("x", Shape::rows(8)), Mode::Train).unwrap();
            let objective = Objective::new(Loss::SquaredError);
            objective.build(&forward, tape.input("y", Shape::rows(1)), Weights::default()).unwrap()
        });
        let (x, y) = (numbers(42, 16 * 8), numbers(43, 16));
        let (_, gradients) = recorded.evaluate(&Feed::new(16, &[&x, &y], parameters.values()));
        let norm = |gradient: &[f64]| gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        // The first layer's weights against the tenth's.
        norm(&gradients[0]) / norm(&gradients[18])
    };
    assert!(share(Activation::Sigmoid) < 1e-3, "{}", share(Activation::Sigmoid));
    assert!(share(Activation::Relu) > 0.1, "{}", share(Activation::Relu));
}
