//! Anthony Clark, "Neural Networks and Backpropagation": vectorised equations for rows, the compute graph, automatic
//! differentiation, and a small network on two digits of MNIST.
//!
//! ```text
//! Z^l = A^(l-1) W^lT + 1 b^lT,   A^l = sigma(Z^l),   A^0 = X
//! L = mean over examples of -sum over outputs (Y ln A^2 + (1 - Y) ln(1 - A^2))
//! d_Z2 = A2 - Y                  d_Z1 = d_Z2 W2 * A1 (1 - A1)           (* is elementwise)
//! dL/dW^l = 1/N d_Zl^T A^(l-1)   dL/db^l = mean_0(d_Zl)
//! ```
//!
//! Read so, the equations are the derivatives; the document leaves the mean out of the loss and puts it back into the
//! gradients as 1/N. Its listing 05-02 is recorded here line by line; it uses the mean squared error over all elements.

use crate::support;

use chainrule::engine::{Array, Feed, Shape, Tape, Tensor};
use chainrule::layers::Mode;
use chainrule::losses::Weights;
use chainrule::network::Objective;
use chainrule::optimizers::Sgd;
use chainrule::{
    Activation, Control, Examples, Features, Initializer, Loss, Network, Reduction, Targets, Trainer,
    TrainingConfig,
};
use chainrule_data::{Target, builtin};
use support::{Matrix, ROUNDING, RecordedLoss, assert_close, numbers, sigmoid};

/// The document's example: three inputs, two hidden neurons, three outputs; and a number of examples.
const N: usize = 6;

struct Example {
    x: Matrix,
    y: Matrix,
    w1: Matrix,
    b1: Matrix,
    w2: Matrix,
    b2: Matrix,
}

impl Example {
    fn new() -> Self {
        let labels: Vec<f64> = numbers(1, N * 3).iter().map(|x| f64::from(u8::from(*x > 0.0))).collect();
        Example {
            x: Matrix::new(N, 3, &numbers(0, N * 3)),
            y: Matrix::new(N, 3, &labels),
            w1: Matrix::new(2, 3, &numbers(2, 6)),
            b1: Matrix::column(&numbers(3, 2)),
            w2: Matrix::new(3, 2, &numbers(4, 6)),
            b2: Matrix::column(&numbers(5, 3)),
        }
    }

    fn parameters(&self) -> Vec<f64> {
        [&self.w1, &self.b1, &self.w2, &self.b2].map(|matrix| matrix.values.clone()).concat()
    }

    /// `A1` and `A2`; the bias is repeated for each row by a product with ones, as the document writes it.
    fn forward(&self) -> (Matrix, Matrix) {
        let ones = Matrix::ones(N, 1);
        let z1 = self.x.times(&self.w1.transposed()).plus(&ones.times(&self.b1.transposed()));
        let a1 = z1.map(sigmoid);
        let z2 = a1.times(&self.w2.transposed()).plus(&ones.times(&self.b2.transposed()));
        (a1, z2.map(sigmoid))
    }

    fn loss(&self) -> f64 {
        let (_, a2) = self.forward();
        let term = |a: f64, y: f64| -(y * a.ln() + (1.0 - y) * (1.0 - a).ln());
        a2.with(&self.y, term).values.iter().sum::<f64>() / N as f64
    }

    /// The four gradients: W1, b1, W2, b2.
    fn gradients(&self) -> [Vec<f64>; 4] {
        let (a1, a2) = self.forward();
        let share = 1.0 / N as f64;
        let d_z2 = a2.minus(&self.y);
        let d_z1 = d_z2.times(&self.w2).masked(&a1.map(|a| a * (1.0 - a)));
        let mean_0 = |d: &Matrix| d.sum_of_rows().into_iter().map(|sum| sum * share).collect::<Vec<f64>>();
        let d_w1 = d_z1.transposed().times(&self.x).map(|sum| sum * share).values;
        let d_w2 = d_z2.transposed().times(&a1).map(|sum| sum * share).values;
        [d_w1, mean_0(&d_z1), d_w2, mean_0(&d_z2)]
    }
}

fn library() -> RecordedLoss {
    let network: Network = "3,sigmoid:2,sigmoid:3".parse().unwrap();
    let objective = Objective { loss: Loss::BinaryCrossEntropy, reduction: Reduction::MeanOverExamples };
    RecordedLoss::new(move |tape| {
        let forward = network.forward(tape, tape.input("x", Shape::rows(3)), Mode::Train).unwrap();
        objective.build(&forward, tape.input("y", Shape::rows(3)), Weights::default()).unwrap()
    })
}

#[test]
fn the_four_gradients_are_the_derivatives() {
    let example = Example::new();
    let (inputs, parameters) = ([&example.x.values[..], &example.y.values], example.parameters());
    let feed = Feed::new(N, &inputs, &parameters);
    let (loss, gradients) = library().evaluate(&feed);
    assert_close(&[example.loss()], &[loss], ROUNDING);
    for (by_hand, gradient) in example.gradients().iter().zip(&gradients) {
        assert_close(by_hand, gradient, 1e-10);
    }
    library().assert_gradients(&feed);
}

#[test]
fn gradient_descent_of_the_library_is_the_document_s_update() {
    const RATE: f64 = 0.3;
    let example = Example::new();
    let mut parameters = example.parameters();
    let inputs = [&example.x.values[..], &example.y.values];
    library().descend(&inputs, &mut parameters, (N, 1), (Sgd::default().into(), RATE));
    let updated: Vec<f64> =
        example.parameters().iter().zip(example.gradients().concat()).map(|(p, g)| p - RATE * g).collect();
    assert_close(&parameters, &updated, 1e-10);
}

#[test]
fn adding_a_bias_to_rows_is_the_product_of_ones_with_it() {
    let (rows, units) = (10, 4);
    let bias = numbers(7, units);
    let tape = Tape::eager();
    let [ones, column] = [(rows, vec![1.0; rows]), (units, bias.clone())]
        .map(|(count, values)| tape.array(&Array::new([count, 1], &values).unwrap()));
    let product = ones.matmul_transposed(column).value().unwrap();
    let zeros = tape.array(&Array::new([rows, units], &[0.0; 40]).unwrap());
    let repeated = (zeros + tape.array(&Array::new([units], &bias).unwrap())).value().unwrap();
    assert_eq!(product.sizes(), [rows, units]);
    assert_eq!(product, repeated);
}

/// Listing 05-02: one operation a line, so that graph and code match.
fn listing(tape: &Tape) -> Tensor<'_> {
    let (n0, n1, n2) = (10, 7, 13);
    let a0 = tape.input("A0", Shape::rows(n0));
    let y = tape.input("Y", Shape::rows(n2));
    let w1 = tape.param("W1", [n1, n0].into());
    let b1 = tape.param("b1", [n1].into());
    let temp1 = a0.matmul_transposed(w1).named("temp1");
    let z1 = (temp1 + b1).named("Z1");
    let a1 = z1.sigmoid().named("A1");
    let w2 = tape.param("W2", [n2, n1].into());
    let b2 = tape.param("b2", [n2].into());
    let temp2 = a1.matmul_transposed(w2).named("temp2");
    let z2 = (temp2 + b2).named("Z2");
    let a2 = z2.sigmoid().named("A2");
    let temp3 = (a2 - y).named("temp3");
    let temp4 = temp3.square().named("temp4");
    temp4.mean().named("loss")
}

#[test]
fn the_listing_on_automatic_differentiation_is_this_tape() {
    insta::assert_snapshot!(RecordedLoss::new(listing).recorded.graph, @r"
    %0 = input#0                                 [batch, 10]  A0
    %1 = input#1                                 [batch, 13]  Y
    %2 = param@0                                 [7, 10]  W1
    %3 = param@70                                [7]  b1
    %4 = matmul·ᵀ %0 %2                          [batch, 7]  temp1
    %5 = broadcast[0] %3                         [batch, 7]
    %6 = add %4 %5                               [batch, 7]  Z1
    %7 = sigmoid %6                              [batch, 7]  A1
    %8 = param@77                                [13, 7]  W2
    %9 = param@168                               [13]  b2
    %10 = matmul·ᵀ %7 %8                         [batch, 13]  temp2
    %11 = broadcast[0] %9                        [batch, 13]
    %12 = add %10 %11                            [batch, 13]  Z2
    %13 = sigmoid %12                            [batch, 13]  A2
    %14 = sub %13 %1                             [batch, 13]  temp3
    %15 = mul %14 %14                            [batch, 13]  temp4
    %16 = sum[0, 1] %15                          []
    %17 = constant 13                            []
    %18 = div %16 %17                            []
    %19 = constant 1                             []
    %20 = broadcast[0] %19                       [batch]
    %21 = sum[0] %20                             []
    %22 = div %18 %21                            []  loss
    ");
}

#[test]
fn the_gradients_of_the_listing_are_the_written_out_ones() {
    let n = 20;
    let (a0, y) = (Matrix::new(n, 10, &numbers(10, n * 10)), Matrix::new(n, 13, &numbers(11, n * 13)));
    let (w1, b1) = (Matrix::new(7, 10, &numbers(12, 70)), Matrix::column(&numbers(13, 7)));
    let (w2, b2) = (Matrix::new(13, 7, &numbers(14, 91)), Matrix::column(&numbers(15, 13)));
    let ones = Matrix::ones(n, 1);
    let a1 = a0.times(&w1.transposed()).plus(&ones.times(&b1.transposed())).map(sigmoid);
    let a2 = a1.times(&w2.transposed()).plus(&ones.times(&b2.transposed())).map(sigmoid);
    let temp3 = a2.minus(&y);
    let d_z2 = temp3.masked(&a2.map(|a| 2.0 / (n * 13) as f64 * a * (1.0 - a)));
    let d_z1 = d_z2.times(&w2).masked(&a1.map(|a| a * (1.0 - a)));
    let by_hand = [
        d_z1.transposed().times(&a0).values,
        d_z1.sum_of_rows(),
        d_z2.transposed().times(&a1).values,
        d_z2.sum_of_rows(),
    ];
    let parameters = [w1, b1, w2, b2].map(|matrix| matrix.values).concat();
    let inputs = [&a0.values[..], &y.values];
    let (loss, gradients) = RecordedLoss::new(listing).evaluate(&Feed::new(n, &inputs, &parameters));
    let mean = temp3.values.iter().map(|x| x * x).sum::<f64>() / (n * 13) as f64;
    assert_close(&[mean], &[loss], ROUNDING);
    for (by_hand, gradient) in by_hand.iter().zip(&gradients) {
        assert_close(by_hand, gradient, 1e-9);
    }
}

/// Ones against sevens, pixels scaled by mean .1307 and deviation .3081; the first `count` of them.
fn ones_and_sevens(test: bool, count: usize) -> Examples<'static> {
    let mnist = builtin::mnist().unwrap();
    let part = if test { mnist.test.unwrap() } else { mnist.train };
    let rows: Vec<usize> = (0..part.rows().min(8 * count)).collect();
    let digits = part.select(&rows).unwrap().only_classes(&["1", "7"]).unwrap();
    let rows: Vec<usize> = (0..count).collect();
    let (pixels, target) = digits.select(&rows).unwrap().into_parts();
    let values: Vec<f64> =
        rows.iter().flat_map(|row| pixels.row(*row)).map(|pixel| (pixel - 0.1307) / 0.3081).collect();
    let Target::Classes { labels, .. } = target else { panic!("digits are classes") };
    let features = Features::Real { width: 784, values: values.into() };
    Examples::new(features, Targets::Classes { count: 2, labels: labels.into() }).unwrap()
}

/// 784 pixels, two hidden neurons, one output.
fn digit_network() -> Network {
    "784,sigmoid:2,sigmoid:1".parse().unwrap()
}

/// The share of right answers, `1 - mean |round(p) - t|`.
fn accuracy(parameters: &[f32], test: &Examples<'_>) -> f64 {
    let evaluation =
        chainrule::evaluate(&digit_network(), parameters, Loss::BinaryCrossEntropy, test).unwrap();
    evaluation.get("accuracy").unwrap()
}

#[test]
fn before_training_about_half_of_the_answers_are_right() {
    let standard = Initializer::Normal { deviation: 1.0 };
    let network = digit_network().with_initializer(standard).with_bias_initializer(standard);
    let test = ones_and_sevens(true, 500);
    let of_seed = |seed| accuracy(network.initialise::<f32>(seed).unwrap().values(), &test);
    let mean = (0..40).map(of_seed).sum::<f64>() / 40.0;
    assert!((0.4..0.6).contains(&mean), "{mean}");
}

fn accuracy_after_training(batch_size: usize, learning_rate: f64, epochs: usize) -> f64 {
    let (training, test) = (ones_and_sevens(false, 1000), ones_and_sevens(true, 500));
    let network = digit_network();
    let config = TrainingConfig {
        loss: Loss::BinaryCrossEntropy,
        optimizer: Sgd::default().into(),
        learning_rate: Some(learning_rate),
        epochs,
        batch_size,
        ..TrainingConfig::default()
    };
    let trainer = Trainer::<f32>::new(&network, &training, config).unwrap();
    let trained = trainer.run(&mut |_| Control::Continue).unwrap();
    accuracy(trained.params.values(), &test)
}

#[test]
fn ones_are_told_from_sevens_by_batch_and_by_mini_batch_gradient_descent() {
    let batch = accuracy_after_training(1000, 0.1, 100);
    assert!(batch > 0.95, "batch gradient descent: {batch}");
    let mini_batches = accuracy_after_training(32, 0.01, 20);
    assert!(mini_batches > 0.95, "mini-batches: {mini_batches}");
}

/// "Do these update equations need to be altered if we change loss, activation or architecture?" The gradients do; the rule
/// `W := W - eta dL/dW` does not.
#[test]
fn the_update_rule_stays_the_same_for_another_loss_activation_and_depth() {
    const RATE: f64 = 0.1;
    let network = Network::new(3).hidden(&[4, 5], Activation::Tanh).dense(2, Activation::Identity);
    let parameters = network.initialise::<f64>(1).unwrap().values().to_vec();
    let recorded = RecordedLoss::new(move |tape| {
        let forward = network.forward(tape, tape.input("x", Shape::rows(3)), Mode::Train).unwrap();
        let objective = Objective::new(Loss::Huber { delta: 1.0 });
        objective.build(&forward, tape.input("y", Shape::rows(2)), Weights::default()).unwrap()
    });
    let (x, y) = (numbers(30, 12), numbers(31, 8));
    let (_, gradients) = recorded.evaluate(&Feed::new(4, &[&x, &y], &parameters));
    let mut moved = parameters.clone();
    recorded.descend(&[&x, &y], &mut moved, (4, 1), (Sgd::default().into(), RATE));
    let expected: Vec<f64> = parameters.iter().zip(gradients.concat()).map(|(p, g)| p - RATE * g).collect();
    assert_close(&moved, &expected, 1e-10);
}
