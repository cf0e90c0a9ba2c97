//! The table of layers: shape of the output, names of the parameters, text, one row, no rows, plan = reference.

use chainrule::layers::Mode;
use chainrule::network::Network;
use chainrule_engine::{Feed, NodeId, Plan, Recorded, Shape, Tape, reference};

/// What is to hold for one layer behind an input of width 4.
struct Row {
    spec: &'static str,
    outputs: usize,
    /// Names and shapes.
    parameters: &'static [&'static str],
    summary: &'static str,
}

const TABLE: [Row; 10] = [
    Row {
        spec: "tanh:3",
        outputs: 3,
        parameters: &["layer1.weight [3, 4]", "layer1.bias [3]"],
        summary: "1  layer1  fully connected (4, 3), tanh  [batch, 3]          15",
    },
    Row {
        spec: "relu:3:no_bias",
        outputs: 3,
        parameters: &["layer1.weight [3, 4]"],
        summary: "1  layer1  fully connected (4, 3), relu, no bias  [batch, 3]          12",
    },
    Row {
        spec: "leaky_relu(0.2)",
        outputs: 4,
        parameters: &[],
        summary: "1  activation1  leaky_relu(0.2)  [batch, 4]           0",
    },
    Row {
        spec: "softmax",
        outputs: 4,
        parameters: &[],
        summary: "1  activation1  softmax  [batch, 4]           0",
    },
    Row {
        spec: "prelu",
        outputs: 4,
        parameters: &["prelu1.slope [4]"],
        summary: "1  prelu1  prelu  [batch, 4]           4",
    },
    Row {
        spec: "dropout(0.5)",
        outputs: 4,
        parameters: &[],
        summary: "1  dropout1  dropout(0.5)  [batch, 4]           0",
    },
    Row {
        spec: "layer_norm",
        outputs: 4,
        parameters: &["layer_norm1.weight [4]", "layer_norm1.bias [4]"],
        summary: "1  layer_norm1  layer_norm  [batch, 4]           8",
    },
    Row {
        spec: "batch_norm",
        outputs: 4,
        parameters: &[
            "batch_norm1.weight [4]",
            "batch_norm1.bias [4]",
            "batch_norm1.running_mean [4]",
            "batch_norm1.running_variance [4]",
        ],
        summary: "1  batch_norm1  batch_norm  [batch, 4]          16",
    },
    Row {
        spec: "embed(1..4:2)",
        outputs: 3,
        parameters: &["embed1.weight1 [3, 2]"],
        summary: "1  embed1  embedding of 3 columns in 2  [batch, 3]           6",
    },
    Row {
        spec: "embed(0..1:2+2..4:3)",
        outputs: 6,
        parameters: &["embed1.weight1 [1, 2]", "embed1.weight2 [2, 3]"],
        summary: "1  embed1  2 embeddings of 3 columns in 5  [batch, 6]           8",
    },
];

const MODES: [Mode; 2] = [Mode::Train, Mode::Predict];

fn network(row: &Row) -> Network {
    format!("identity:4,{}", row.spec).parse().unwrap()
}

/// The output, the loss `mean(y^2)` guarded against no rows, and its gradients.
fn record(network: &Network, mode: Mode) -> (Recorded, Vec<NodeId>) {
    let tape = Tape::new();
    let x = tape.input("x", Shape::rows(4));
    let forward = network.forward(&tape, x, mode).unwrap();
    let loss = chainrule::losses::reduce(forward.output.square(), chainrule::Reduction::Mean, None);
    let variables: Vec<_> = forward.trainable().chain([x]).collect();
    let gradients = tape.grad(loss, &variables).unwrap();
    let updates = forward.updates.iter().map(|update| update.value);
    let outputs =
        [forward.output, loss].into_iter().chain(gradients).chain(updates).map(|tensor| tensor.id());
    let outputs = outputs.collect();
    (tape.finish().unwrap(), outputs)
}

const ROWS: [f64; 12] = [0.5, -1.0, 2.0, 0.25, 1.5, 0.75, -0.5, -2.0, 0.0, 3.0, 1.0, -1.25];

fn by_reference(network: &Network, mode: Mode, batch: usize) -> Vec<Vec<f64>> {
    let (recorded, outputs) = record(network, mode);
    let parameters = network.initialise::<f64>(1).unwrap();
    let inputs = [&ROWS[..batch * 4]];
    let feed = Feed::new(batch, &inputs, parameters.values());
    let values = reference::evaluate(&recorded.graph, &outputs, &feed).unwrap();
    values.into_iter().map(|array| array.into_values()).collect()
}

fn by_plan(network: &Network, mode: Mode, batch: usize) -> Vec<Vec<f64>> {
    let (recorded, outputs) = record(network, mode);
    let parameters = network.initialise::<f64>(1).unwrap();
    let plan = Plan::compile(&recorded.graph, &outputs, 3).unwrap();
    let mut workspace = plan.workspace::<f64>();
    plan.run(&Feed::new(batch, &[&ROWS[..batch * 4]], parameters.values()), &mut workspace).unwrap();
    (0..outputs.len()).map(|index| workspace.output(&plan, index).to_vec()).collect()
}

#[test]
fn shapes_names_and_texts_are_as_in_the_table() {
    for row in &TABLE {
        let network = network(row);
        assert_eq!(network.outputs(), row.outputs, "{}", row.spec);
        let layout = network.layout().unwrap();
        let parameters: Vec<String> =
            layout.entries().iter().map(|entry| format!("{} {}", entry.name, entry.shape)).collect();
        assert_eq!(parameters, row.parameters);
        assert_eq!(network.spec(), format!("identity:4,{}", row.spec));
        let summary = network.to_string();
        let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed(summary.lines().nth(2).unwrap()), squeezed(row.summary));
    }
}

#[test]
fn three_rows_one_row_and_no_rows_give_finite_values_and_gradients() {
    for row in &TABLE {
        for mode in MODES {
            for batch in [3, 1, 0] {
                let values = by_reference(&network(row), mode, batch);
                assert_eq!(values[0].len(), batch * row.outputs, "{}", row.spec);
                assert!(
                    values.iter().flatten().all(|value| value.is_finite()),
                    "{} {mode:?} {batch}",
                    row.spec
                );
            }
        }
    }
}

/// Sums of at most a dozen products of numbers of size 1, in another order or through other exponentials.
const PLAN_TOLERANCE: f64 = 1e-13;

#[test]
fn the_plan_gives_what_the_reference_gives() {
    for row in &TABLE {
        for mode in MODES {
            for batch in [3, 1, 0] {
                let [fast, slow] =
                    [by_plan, by_reference].map(|read| read(&network(row), mode, batch).concat());
                assert_eq!(fast.len(), slow.len());
                for (a, b) in fast.iter().zip(&slow) {
                    assert!(
                        (a - b).abs() <= PLAN_TOLERANCE * b.abs().max(1.0),
                        "{} {mode:?} {batch}: {a} {b}",
                        row.spec
                    );
                }
            }
        }
    }
}
