//! The crate `gemm`: the matrix products of a step and nothing else, the bound of a trainer that is built on it.

use std::hint::black_box;

use common::{Block, Failure, Work, serve};
use gemm::Parallelism;

/// A product `C = A B` with the strides of its matrices, as (row, column).
struct Product {
    m: usize,
    n: usize,
    k: usize,
    a: (isize, isize),
    b: (isize, isize),
}

/// The products of a layer: forward `x Wᵀ`, the weights' gradient `dᵀ x`, and the inputs' gradient `d W`.
fn products(batch: usize, inputs: usize, outputs: usize) -> [Product; 3] {
    let (i, o) = (inputs as isize, outputs as isize);
    [
        Product { m: batch, n: outputs, k: inputs, a: (i, 1), b: (1, i) },
        Product { m: outputs, n: inputs, k: batch, a: (1, o), b: (i, 1) },
        Product { m: batch, n: inputs, k: outputs, a: (o, 1), b: (i, 1) },
    ]
}

impl Product {
    fn run(&self, a: &[f32], b: &[f32], c: &mut [f32], parallelism: Parallelism) {
        let Product { m, n, k, .. } = *self;
        assert!(a.len() >= m * k && b.len() >= k * n && c.len() >= m * n);
        let (a, b, c) = (black_box(a).as_ptr(), black_box(b).as_ptr(), black_box(c).as_mut_ptr());
        // SAFETY: the matrices are dense with these strides, and the lengths were just checked.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                c,
                1,
                n as isize,
                false,
                a,
                self.a.1,
                self.a.0,
                b,
                self.b.1,
                self.b.0,
                0.0,
                1.0,
                false,
                false,
                false,
                parallelism,
            );
        }
    }
}

fn prepare(work: &Work) -> Result<Block, Failure> {
    let layers = work.widths.windows(2).map(|pair| products(work.batch, pair[0], pair[1]));
    let mut all: Vec<Product> = layers.flatten().collect();
    // Nobody needs the gradient of the data.
    all.remove(2);
    let largest = |size: fn(&Product) -> usize| all.iter().map(size).max().unwrap_or(0);
    let numbers = |len: usize| (0..len).map(|i| (i % 17) as f32 / 8.0 - 1.0).collect::<Vec<f32>>();
    let (a, b) = (numbers(largest(|p| p.m * p.k)), numbers(largest(|p| p.k * p.n)));
    let mut c = numbers(largest(|p| p.m * p.n));
    let parallelism = if work.threads > 1 { Parallelism::Rayon(work.threads) } else { Parallelism::None };
    let steps = work.steps();
    Ok(Box::new(move || {
        for _ in 0..steps {
            all.iter().for_each(|product| product.run(&a, &b, &mut c, parallelism));
        }
        Ok(())
    }))
}

fn main() -> Result<(), Failure> {
    serve("gemm", prepare)
}
