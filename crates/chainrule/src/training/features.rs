//! Features in the form they came in, in memory that somebody else may own.
//!
//! Numbers and the bytes of images are converted batch by batch into the plan's own buffer: one gather per batch, which
//! allocates nothing. Must not know: files, networks, targets.

use core::array;
use std::borrow::Cow;

use chainrule_engine::{Level, Scalar, dispatch};

/// The features of all examples, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Features<'a> {
    /// Numbers.
    Real {
        /// Features of an example.
        width: usize,
        /// `[rows, width]`, row-major.
        values: Cow<'a, [f64]>,
    },
    /// Numbers of half the size, such as a file of rows that the system maps into memory.
    Single {
        /// Features of an example.
        width: usize,
        /// `[rows, width]`, row-major.
        values: Cow<'a, [f32]>,
    },
    /// Bytes, such as the pixels of images; each stands for `byte / divisor`.
    Bytes {
        /// Features of an example.
        width: usize,
        /// `[rows, width]`, row-major.
        values: Cow<'a, [u8]>,
        /// What 1 stands for: 255 maps bytes to [0, 1].
        divisor: f64,
    },
}

impl Features<'_> {
    /// Features of an example.
    pub fn width(&self) -> usize {
        match self {
            Features::Real { width, .. } | Features::Single { width, .. } | Features::Bytes { width, .. } => {
                *width
            }
        }
    }

    /// The same features, borrowed from these.
    pub fn view(&self) -> Features<'_> {
        match *self {
            Features::Real { width, ref values } => Features::Real { width, values: lent(values) },
            Features::Single { width, ref values } => Features::Single { width, values: lent(values) },
            Features::Bytes { width, ref values, divisor } => {
                Features::Bytes { width, values: lent(values), divisor }
            }
        }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.len() / self.width().max(1)
    }

    /// The number of values in all rows.
    pub(super) fn len(&self) -> usize {
        match self {
            Features::Real { values, .. } => values.len(),
            Features::Single { values, .. } => values.len(),
            Features::Bytes { values, .. } => values.len(),
        }
    }

    /// Writes the given rows one after another: `out: [rows.len(), width]`.
    ///
    /// # Panics
    /// If a row does not exist or `out` has another length.
    pub fn gather<T: Scalar>(&self, rows: &[usize], out: &mut [T]) {
        let width = self.width();
        assert_eq!(out.len(), rows.len() * width, "gather: one row of the output for each row asked for");
        let places = Places { rows, width };
        match self {
            Features::Real { values, .. } => places.copy(values, out, number),
            Features::Single { values, .. } => places.copy(values, out, number),
            // Not worth 256 quotients.
            Features::Bytes { values, divisor, .. } if out.len() < 256 => places.copy(
                values,
                out,
                #[inline(always)]
                |x| T::from_f64(f64::from(*x) / divisor),
            ),
            Features::Bytes { values, divisor, .. } => Quotients::new(*divisor).gather(&places, values, out),
        }
    }
}

fn lent<S: Clone>(values: &[S]) -> Cow<'_, [S]> {
    Cow::Borrowed(values)
}

#[inline(always)]
fn number<S: Copy + Into<f64>, T: Scalar>(x: &S) -> T {
    T::from_f64((*x).into())
}

/// Which rows of how many values are gathered.
struct Places<'a> {
    rows: &'a [usize],
    width: usize,
}

impl Places<'_> {
    /// `out[i, j] = convert(values[rows[i], j])`, as vector code: what converts is to be inlined always.
    #[inline(always)]
    fn copy<S, T: Scalar>(&self, values: &[S], out: &mut [T], convert: impl Fn(&S) -> T) {
        let Places { rows, width } = *self;
        dispatch(
            #[inline(always)]
            || {
                for (row, out) in rows.iter().zip(out.chunks_exact_mut(width.max(1))) {
                    let row = &values[row * width..][..width];
                    out.iter_mut().zip(row).for_each(
                        #[inline(always)]
                        |(out, x)| *out = convert(x),
                    );
                }
            },
        );
    }
}

/// The values `byte / divisor`, each the number nearest to the quotient.
///
/// A division takes longest of all, and a table has to be read number by number. With `r` the number nearest to `1 / d`, two
/// fused operations correct the estimate `q = b r`, and vectors do all three:
///
/// ```text
/// e = b - q d   (exact),   b / d = q + e r
/// ```
///
/// The result is the nearest number wherever q was within one unit in the last place (P. Markstein, "Computation of elementary
/// functions on the IBM RISC System/6000 processor", 1990, theorem 2). Whether it is the table's, is not left to theory: it is
/// asked for all 256 bytes, and the table serves where it is not. 32 images of 784 bytes, from anywhere in 47 MB, took 12 us by
/// the table and take 3.2 us (Zen 5).
struct Quotients<T> {
    table: [T; 256],
    divisor: T,
    reciprocal: T,
    corrected: bool,
}

impl<T: Scalar> Quotients<T> {
    fn new(divisor: f64) -> Self {
        let table = array::from_fn(|byte| T::from_f64(byte as f64 / divisor));
        let (nearest, reciprocal) = (T::from_f64(divisor), T::from_f64(1.0 / divisor));
        let mut quotients = Quotients { table, divisor: nearest, reciprocal, corrected: false };
        let estimates: [T; 256] = dispatch(
            #[inline(always)]
            || {
                array::from_fn(
                    #[inline(always)]
                    |byte| quotients.estimate(byte as u8),
                )
            },
        );
        // Without fused instructions a table is faster.
        quotients.corrected = Level::detected() > Level::Portable && estimates == table;
        quotients
    }

    #[inline(always)]
    fn estimate(&self, byte: u8) -> T {
        let b = T::from_f64(f64::from(byte));
        let q = b * self.reciprocal;
        let e = (-q).mul_add(self.divisor, b);
        e.mul_add(self.reciprocal, q)
    }

    fn gather(&self, places: &Places<'_>, values: &[u8], out: &mut [T]) {
        if self.corrected {
            places.copy(
                values,
                out,
                #[inline(always)]
                |byte| self.estimate(*byte),
            );
        } else {
            places.copy(
                values,
                out,
                #[inline(always)]
                |byte| self.table[usize::from(*byte)],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Features;
    use chainrule_engine::Scalar;

    #[test]
    fn bytes_are_scaled_when_they_are_gathered() {
        let features = Features::Bytes { width: 2, values: vec![0, 255, 51, 102].into(), divisor: 255.0 };
        let mut out = [0.0f32; 4];
        features.gather(&[1, 0], &mut out);
        assert_eq!(out, [0.2, 0.4, 0.0, 1.0]);
    }

    /// Every byte by many divisors, in both types, alone and among so many that vectors are worth their while.
    #[test]
    fn bytes_become_the_numbers_nearest_to_their_quotients() {
        fn check<T: Scalar>(divisor: f64) {
            let bytes: Vec<u8> = (0..=255).collect();
            let features = Features::Bytes { width: 1, values: bytes.into(), divisor };
            let rows: Vec<usize> = (0..1000).map(|row| row * 7 % 256).collect();
            let (mut many, mut one) = (vec![T::ONE; rows.len()], [T::ONE]);
            features.gather(&rows, &mut many);
            for (row, found) in rows.iter().zip(many) {
                let expected = T::from_f64(*row as f64 / divisor);
                features.gather(&[*row], &mut one);
                let bits = [found, one[0], expected].map(|x| x.to_f64().to_bits());
                assert!(
                    bits[0] == bits[2] && bits[1] == bits[2],
                    "{row} / {divisor}: {found} and {}",
                    one[0]
                );
            }
        }
        let odd = [255.5, 0.1, 1e-3, 3.0e38, 1e-38, 1e300, 1e-300, -255.0];
        for divisor in (1..=300).map(f64::from).chain(odd) {
            check::<f32>(divisor);
            check::<f64>(divisor);
        }
    }

    #[test]
    fn numbers_of_half_the_size_are_gathered_in_either_type() {
        let values = [0.1f32, -2.5, f32::MIN_POSITIVE, 3.0e38, 7.0, -0.0];
        let features = Features::Single { width: 2, values: (&values[..]).into() };
        assert_eq!((features.rows(), features.width()), (3, 2));
        let (mut single, mut double) = ([0.0f32; 4], [0.0f64; 4]);
        features.gather(&[2, 0], &mut single);
        features.gather(&[2, 0], &mut double);
        assert_eq!(single.map(f32::to_bits), [7.0f32, -0.0, 0.1, -2.5].map(f32::to_bits));
        assert_eq!(double, single.map(f64::from));
    }
}
