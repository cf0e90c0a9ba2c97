//! Automatic differentiation, opened: the tape of a two-layer network, the nodes that the chain rule appends, and four ways
//! to the same derivative.
//!
//! The graph is the listing of Anthony Clark's lesson, one operation a line: N, n0, n1, n2 = 20, 10, 7, 13, sigmoids, mean
//! squared error.
//!
//! ```text
//! cargo run --release --example 09_autodiff_graph          the tape, its gradient, the comparison
//! cargo run --release --example 09_autodiff_graph -- dot   the graph for Graphviz: ... -- dot | dot -Tsvg > graph.svg
//! ```

use chainrule::engine::random::{Purpose, Stream};
use chainrule::engine::{
    CheckConfig, Error, Feed, NodeId, Plan, Recorded, Shape, Tape, check, dot, reference,
};

const N: usize = 20;
const N0: usize = 10;
const N1: usize = 7;
const N2: usize = 13;
const PARAMETERS: [&str; 4] = ["W1", "b1", "W2", "b2"];

/// Records the listing; the node of the loss.
fn record() -> Result<(Recorded, NodeId), Error> {
    let tape = Tape::new();
    let a0 = tape.input("A0", Shape::rows(N0));
    let y = tape.input("Y", Shape::rows(N2));

    let w1 = tape.param("W1", [N1, N0].into());
    let b1 = tape.param("b1", [N1].into());
    let temp1 = a0.matmul_transposed(w1).named("temp1");
    let z1 = (temp1 + b1).named("Z1");
    let a1 = z1.sigmoid().named("A1");

    let w2 = tape.param("W2", [N2, N1].into());
    let b2 = tape.param("b2", [N2].into());
    let temp2 = a1.matmul_transposed(w2).named("temp2");
    let z2 = (temp2 + b2).named("Z2");
    let a2 = z2.sigmoid().named("A2");

    let temp3 = (a2 - y).named("temp3");
    let temp4 = temp3.square().named("temp4");
    let loss = temp4.mean().named("loss").id();
    Ok((tape.finish()?, loss))
}

/// Standard normal numbers, another list for each index.
fn normal(index: u64, count: usize) -> Vec<f64> {
    let mut stream = Stream::new(0, Purpose::Data, index);
    (0..count).map(|_| stream.next_normal()).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (recorded, loss) = record()?;
    if std::env::args().nth(1).as_deref() == Some("dot") {
        print!("{}", dot(&recorded.graph));
        return Ok(());
    }
    println!("1. The tape (a Wengert list): each line computes one node from lines above it.\n");
    println!("{}", recorded.graph);

    let wrt: Vec<NodeId> = PARAMETERS.iter().filter_map(|name| recorded.graph.find(name)).collect();
    let mut with_gradients = recorded.clone();
    let gradients = with_gradients.grad(loss, &wrt)?;
    println!("\n2. The same tape after the chain rule has walked it backward: nodes like any others.\n");
    let added = recorded.graph.len();
    println!("{}", with_gradients.graph.to_string().lines().skip(added).collect::<Vec<_>>().join("\n"));

    println!(
        "\n3. What runs: dead and equal nodes dropped, the rest fused into steps over one piece of memory.\n"
    );
    let outputs = [vec![loss], gradients].concat();
    println!("{}", Plan::compile(&with_gradients.graph, &outputs, N)?);

    let (a0, y) = (normal(0, N * N0), normal(1, N * N2));
    let parameters = normal(2, recorded.layout.len());
    let inputs = [&a0[..], &y];
    let feed = Feed::new(N, &inputs, &parameters);
    println!(
        "4. Reverse mode against central differences, and along random directions against dual numbers.\n"
    );
    println!("{}", check(&recorded, loss, &wrt, &feed, &CheckConfig::default())?);

    println!("\n5. And written out by hand: db2 = sum over rows of 2 / (N n2) temp3 A2 (1 - A2).\n");
    compare_with_hand(&with_gradients, &outputs, &feed)?;
    Ok(())
}

/// The gradient of `b2` from its formula and from the graph.
fn compare_with_hand(recorded: &Recorded, outputs: &[NodeId], feed: &Feed<'_, f64>) -> Result<(), Error> {
    let nodes: Vec<NodeId> = ["A2", "temp3"].iter().filter_map(|name| recorded.graph.find(name)).collect();
    let values = reference::evaluate(&recorded.graph, &[nodes, outputs.to_vec()].concat(), feed)?;
    let (a2, temp3, of_graph) = (values[0].values(), values[1].values(), values[6].values());
    for (unit, of_graph) in of_graph.iter().enumerate().take(4) {
        let term = |row: usize| {
            let place = row * N2 + unit;
            2.0 / (N * N2) as f64 * temp3[place] * a2[place] * (1.0 - a2[place])
        };
        let by_hand: f64 = (0..N).map(term).sum();
        println!("db2[{unit}]  by hand {by_hand:>22.15e}  graph {of_graph:>22.15e}");
    }
    Ok(())
}
