//! MNIST: 60,000 + 10,000 handwritten digits, inside the program if the cargo feature `mnist` is on.
//!
//! Why it is shipped so: `docs/notes/0001-shipping-mnist.md`. Licence: `assets/README.md`.

use crate::{Error, Split};

/// MNIST: 60,000 digits to train on and 10,000 to test on, 28 x 28 pixels, kept as bytes that mean `byte / 255`.
///
/// # Errors
/// [`Error::LeftOut`] in a build without the cargo feature `mnist`.
///
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"; Y. LeCun, L. Bottou,
/// Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86 (1998).
///
/// ```
/// # #[cfg(feature = "mnist")] {
/// let mnist = chainrule_data::builtin::mnist()?;
/// assert_eq!((mnist.train.rows(), mnist.test.unwrap().rows()), (60_000, 10_000));
/// # }
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn mnist() -> Result<Split, Error> {
    files::load()
}

#[cfg(feature = "mnist")]
mod files {
    use super::super::digits::ten_digits;
    use crate::{Dataset, Error, Split, idx};

    const TRAIN_IMAGES: &[u8] = include_bytes!("../../assets/mnist/train-images-idx3-ubyte.gz");
    const TRAIN_LABELS: &[u8] = include_bytes!("../../assets/mnist/train-labels-idx1-ubyte.gz");
    const TEST_IMAGES: &[u8] = include_bytes!("../../assets/mnist/t10k-images-idx3-ubyte.gz");
    const TEST_LABELS: &[u8] = include_bytes!("../../assets/mnist/t10k-labels-idx1-ubyte.gz");

    pub(super) fn load() -> Result<Split, Error> {
        Ok(Split { train: part(TRAIN_IMAGES, TRAIN_LABELS)?, test: Some(part(TEST_IMAGES, TEST_LABELS)?) })
    }

    fn part(images: &[u8], labels: &[u8]) -> Result<Dataset, Error> {
        idx::dataset("mnist", idx::read(images)?, idx::read(labels)?, &ten_digits())
    }
}

#[cfg(not(feature = "mnist"))]
mod files {
    use crate::{Error, Split};

    pub(super) fn load() -> Result<Split, Error> {
        Err(Error::LeftOut { name: "mnist", feature: "mnist" })
    }
}

#[cfg(all(test, feature = "mnist"))]
mod tests {
    use super::*;
    use crate::Features;

    #[test]
    fn mnist_has_the_published_class_counts() {
        let mnist = mnist().unwrap();
        let counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
        assert_eq!(mnist.train.target().class_counts().unwrap(), counts);
        let counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];
        assert_eq!(mnist.test.unwrap().target().class_counts().unwrap(), counts);
    }

    #[test]
    fn mnist_has_the_published_mean_and_deviation() {
        let Features::Bytes { values, .. } = mnist().unwrap().train.features().clone() else {
            panic!("bytes")
        };
        let count = values.len() as f64;
        let mean = values.iter().map(|byte| u64::from(*byte)).sum::<u64>() as f64 / count / 255.0;
        let squares = values.iter().map(|byte| u64::from(*byte) * u64::from(*byte)).sum::<u64>() as f64;
        let deviation = (squares / count / (255.0 * 255.0) - mean * mean).sqrt();
        // The numbers that every PyTorch example normalises by.
        assert_eq!((format!("{mean:.4}"), format!("{deviation:.4}")), ("0.1307".into(), "0.3081".into()));
    }

    #[test]
    fn ones_against_sevens_are_13007_rows() {
        let two = mnist().unwrap().train.only_classes(&["1", "7"]).unwrap();
        assert_eq!(two.target().class_counts().unwrap(), [6742, 6265]);
    }
}
