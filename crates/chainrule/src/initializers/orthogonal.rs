//! Random orthogonal matrices.

use super::Draw;

/// Fills a row-major matrix of `columns` columns with a random matrix `Q` whose rows are orthonormal, or whose columns
/// are if there are more rows than columns.
///
/// Every such matrix is equally likely (Haar measure): the longer vectors start as independent normal numbers and are
/// made orthonormal one after another by the modified process of Gram and Schmidt, each going twice over those before
/// it, so that rounding leaves them orthogonal to about 1e-15. Gram and Schmidt's triangular factor has a positive
/// diagonal, which is the fix of signs that Haar measure needs. Cost: `rows columns min(rows, columns)` products, twice.
///
/// Does nothing without elements.
///
/// Sources: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
/// networks", ICLR 2014; Mezzadri, "How to generate random matrices from the classical compact groups", Notices of the
/// AMS 54, 2007; Giraud, Langou and Rozložník, "The loss of orthogonality in the Gram-Schmidt orthogonalization
/// process", 2005 (twice is enough).
pub fn fill_orthogonal(columns: usize, draw: &mut dyn Draw, out: &mut [f64]) {
    if out.is_empty() {
        return;
    }
    let rows = out.len() / columns.max(1);
    let (count, length) = if rows <= columns { (rows, columns) } else { (columns, rows) };
    let mut vectors = vec![0.0; count * length];
    vectors.fill_with(|| draw.normal(0.0, 1.0));
    for number in 0..count {
        let (done, rest) = vectors.split_at_mut(number * length);
        orthonormalise(&mut rest[..length], done, draw);
    }
    for (place, value) in out.iter_mut().enumerate() {
        let (row, column) = (place / columns, place % columns);
        *value = if rows <= columns { vectors[place] } else { vectors[column * length + row] };
    }
}

/// Takes from a vector its parts along the vectors before it, and gives it length 1; a vector of which nothing is left is
/// drawn anew.
fn orthonormalise(vector: &mut [f64], before: &[f64], draw: &mut dyn Draw) {
    loop {
        let length_before = norm(vector);
        for _ in 0..2 {
            for other in before.chunks_exact(vector.len()) {
                let along = dot(vector, other);
                vector.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
            }
        }
        let length = norm(vector);
        if length > LEAST_SHARE * length_before {
            vector.iter_mut().for_each(|x| *x /= length);
            return;
        }
        vector.fill_with(|| draw.normal(0.0, 1.0));
    }
}

/// The share of a vector's length that must be left: below it, what is left is mostly rounding.
const LEAST_SHARE: f64 = 1e-12;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use chainrule_engine::random::{Purpose, Stream};

    use super::{dot, fill_orthogonal};

    /// Rounding of sums of up to 64 products of numbers below 1.
    const ORTHOGONAL_TOLERANCE: f64 = 1e-14;

    fn matrix(rows: usize, columns: usize, seed: u64) -> Vec<f64> {
        let mut out = vec![0.0; rows * columns];
        fill_orthogonal(columns, &mut Stream::new(seed, Purpose::Initialisation, 0), &mut out);
        out
    }

    fn assert_orthonormal(vectors: &[f64], length: usize) {
        for (i, a) in vectors.chunks(length).enumerate() {
            for (j, b) in vectors.chunks(length).enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((dot(a, b) - expected).abs() < ORTHOGONAL_TOLERANCE, "{i} {j}");
            }
        }
    }

    #[test]
    fn the_shorter_side_is_orthonormal() {
        for (rows, columns) in [(1, 1), (3, 64), (16, 16)] {
            assert_orthonormal(&matrix(rows, columns, 7), columns);
        }
        let tall = matrix(64, 5, 7);
        let transposed: Vec<f64> = (0..5 * 64).map(|place| tall[place % 64 * 5 + place / 64]).collect();
        assert_orthonormal(&transposed, 64);
    }

    #[test]
    fn signs_are_random() {
        let positive = (0..200).filter(|seed| matrix(2, 2, *seed)[0] > 0.0).count();
        assert!((70..130).contains(&positive), "{positive}");
    }

    #[test]
    fn no_elements_are_nothing_to_do() {
        assert!(matrix(0, 4, 1).is_empty() && matrix(4, 0, 1).is_empty());
    }
}
