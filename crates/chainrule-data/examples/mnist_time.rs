//! How long the shipped MNIST takes to unpack: `cargo run --release -p chainrule-data --features mnist --example mnist_time`.

use std::time::Instant;

fn main() -> Result<(), chainrule_data::Error> {
    for _ in 0..5 {
        let start = Instant::now();
        let mnist = chainrule_data::builtin::mnist()?;
        println!("{} rows in {:.3} s", mnist.train.rows(), start.elapsed().as_secs_f64());
    }
    Ok(())
}
