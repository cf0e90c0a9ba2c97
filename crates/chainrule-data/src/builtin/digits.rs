//! Digits: the small brother of MNIST. Shipped as IDX files, read by [`crate::idx`].

use crate::idx::{self, Values};
use crate::{Dataset, Error, Features};

const IMAGES: &[u8] = include_bytes!("../../assets/digits-images-idx3-ubyte.gz");
const LABELS: &[u8] = include_bytes!("../../assets/digits-labels-idx1-ubyte.gz");

/// The brightest pixel: each counts the dark ones of a 4 x 4 block.
const BRIGHTEST: u8 = 16;

/// Digits: 1797 handwritten digits of 8 x 8 pixels, each 0 to 16, divided by 16; classes `0` to `9`.
///
/// # Errors
/// None in practice; the shipped files are read as any other.
///
/// Source: E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI repository (1998), the test part.
///
/// ```
/// let digits = chainrule_data::builtin::digits()?;
/// assert_eq!((digits.rows(), digits.width()), (1797, 64));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn digits() -> Result<Dataset, Error> {
    let images = idx::read(IMAGES)?;
    let table = idx::dataset("digits", images.clone(), idx::read(LABELS)?, &ten_digits())?;
    let Values::Bytes(pixels) = images.values else { return Ok(table) };
    table.with_features(Features::bytes(64, pixels, BRIGHTEST)?)
}

/// The class names `0` to `9`.
pub(super) fn ten_digits() -> Vec<String> {
    (0..10).map(|digit: u32| digit.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_have_the_published_class_counts_and_first_row() {
        let digits = digits().unwrap();
        assert_eq!(
            digits.target().class_counts().unwrap(),
            [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
        );
        let first: Vec<f64> = digits.features().row(0).iter().take(8).map(|pixel| pixel * 16.0).collect();
        assert_eq!(first, [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
    }
}
