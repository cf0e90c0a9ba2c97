//! Tensors without a network: gradients, gradients of gradients, a Hessian times a vector, and how all of it looks inside.
//!
//! Run it with `cargo run --release --example 04_tensors_and_gradients`.

use chainrule::engine::{Array, Error, Feed, Plan, Shape, Tape, Tensor};

/// Rosenbrock's valley, `(1 - x)² + 100 (y - x²)²`, with its lowest point at (1, 1).
fn valley<'t>(x: Tensor<'t>, y: Tensor<'t>) -> Tensor<'t> {
    (1.0 - x).square() + 100.0 * (y - x.square()).square()
}

fn main() -> Result<(), Error> {
    // An eager tape computes each tensor when it is made. Tensors are handles: copying one copies no number.
    let tape = Tape::eager();
    let (x, y) = (tape.scalar(-1.0), tape.scalar(2.0));
    let z = valley(x, y);
    println!("f(-1, 2) = {}", z.value()?);

    // Reverse mode. The gradient is made of tensors like any other, so it can be differentiated again.
    let gradient = tape.grad(z, &[x, y])?;
    println!("gradient = ({}, {})", gradient[0].value()?, gradient[1].value()?);
    let second = tape.grad(gradient[0], &[x])?[0];
    println!("second derivative by x = {} (by hand: 1200 x² - 400 y + 2 = 402)", second.value()?);

    // Forward mode over reverse mode: the Hessian times a direction, at the price of a few gradients and without ever
    // writing the matrix down. By hand it is [[402, 400], [400, 200]], times (1, 2).
    let direction = [(x, tape.scalar(1.0)), (y, tape.scalar(2.0))];
    let product = tape.jvp(&gradient, &direction)?;
    println!("Hessian times (1, 2) = ({}, {})", product[0].value()?, product[1].value()?);

    // Arrays work alike. Where one element is largest it gets the whole slope; equal ones share it.
    let row = tape.array(&Array::new([3], &[1.0, 3.0, 3.0]).expect("three values for three places"));
    let largest = row.max_over(chainrule::engine::Axes::all(1));
    println!("slope of the maximum of (1, 3, 3) = {}\n", tape.grad(largest, &[row])?[0].value()?);

    // A shape that does not fit is no panic: the tape remembers it, and the first reading tells where it happened.
    let tape = Tape::new();
    let (rows, weight) = (tape.input("rows", Shape::rows(4)), tape.param("weight", [3, 5].into()));
    let output = rows.matmul_transposed(weight).relu().sum();
    if let Err(error) = tape.grad(output, &[weight]) {
        println!("{error}\n");
    }

    // A recording tape computes nothing. What it recorded prints, and a plan compiles it once for many runs.
    let tape = Tape::new();
    let rows = tape.input("rows", Shape::rows(2));
    let (weight, bias) = (tape.param("weight", [1, 2].into()), tape.param("bias", [1].into()));
    let loss = (rows.matmul_transposed(weight) + bias).tanh().square().mean().named("loss");
    let gradients = tape.grad(loss, &[weight, bias])?;
    let outputs = [loss, gradients[0].named("slope of weight"), gradients[1].named("slope of bias")];
    let outputs = outputs.map(|tensor| tensor.id());
    let recorded = tape.finish()?;
    println!("the graph, one node a line:\n{}", recorded.graph);

    let plan = Plan::compile(&recorded.graph, &outputs, 8)?;
    println!("its plan, for up to 8 rows:\n{plan}");
    let mut workspace = plan.workspace::<f64>();
    plan.run(&Feed::new(2, &[&[1.0, 2.0, 3.0, 4.0]], &[0.5, -0.25, 0.1]), &mut workspace)?;
    println!("loss {:?}, slope of weight {:?}", workspace.output(&plan, 0), workspace.output(&plan, 1));
    Ok(())
}
