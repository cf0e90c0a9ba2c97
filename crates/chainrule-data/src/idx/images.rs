//! Images and their labels, two IDX arrays, made one table.
//!
//! It must not know which images these are.

use super::{Array, Values};
use crate::{Dataset, Error, Features, Image, Target};

/// Makes a table of `images: [n, height, width]` (or `[n, width]`) and `labels: [n]`, both of unsigned bytes.
///
/// A pixel means `byte / 255`. Features are called `pixel_<row>_<column>`, from 0. Classes have the given names; the
/// label `k` is the class `class_names[k]`.
///
/// # Errors
/// [`Error::IdxNotBytes`] and [`Error::IdxRank`] for arrays of another kind, [`Error::IdxCounts`] if the counts differ,
/// [`Error::LabelOutOfRange`] with index and value for a label that has no name.
///
/// ```
/// use chainrule_data::idx;
///
/// let images = idx::read(&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 255, 0])?;
/// let labels = idx::read(&[0, 0, 8, 1, 0, 0, 0, 2, 1, 0])?;
/// let table = idx::dataset("bars", images, labels, &["right".into(), "left".into()])?;
/// assert_eq!(table.feature_names(), ["pixel_0_0", "pixel_0_1"]);
/// assert_eq!(table.features().row(0), [0.0, 1.0]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn dataset(name: &str, images: Array, labels: Array, class_names: &[String]) -> Result<Dataset, Error> {
    let image = image_size(&images)?;
    let count = images.dims[0];
    if labels.dims.len() != 1 {
        return Err(Error::IdxRank { what: "labels", expected: "1", got: labels.dims });
    }
    if count != labels.dims[0] {
        return Err(Error::IdxCounts { images: count, labels: labels.dims[0] });
    }
    let labels = bytes("labels", labels)?.into_iter().map(u32::from).collect();
    let target = Target::classes("label", class_names.to_vec(), labels)?;
    let features = Features::bytes(image.height * image.width, bytes("images", images)?, 255)?;
    Dataset::new(name, pixel_names(image), features, target)?.with_image(image)
}

/// Class names for labels that come without: `0`, `1`, ... up to the highest label.
///
/// To be taken from the training labels; those of a test part are then checked against them by [`dataset`].
///
/// # Errors
/// [`Error::IdxNotBytes`] for labels that are not unsigned bytes.
///
/// ```
/// use chainrule_data::idx;
///
/// let labels = idx::read(&[0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 0])?;
/// assert_eq!(idx::class_names(&labels)?, ["0", "1", "2"]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn class_names(labels: &Array) -> Result<Vec<String>, Error> {
    match &labels.values {
        Values::Bytes(bytes) => {
            let classes = bytes.iter().max().map_or(0, |highest| usize::from(*highest) + 1);
            Ok((0..classes).map(|class| class.to_string()).collect())
        }
        Values::Numbers(_) => Err(not_bytes("labels")),
    }
}

/// Names of the pixels of an image, row after row.
pub(crate) fn pixel_names(image: Image) -> Vec<String> {
    let row = |row| (0..image.width).map(move |column| format!("pixel_{row}_{column}"));
    (0..image.height).flat_map(row).collect()
}

/// The most pixels of one image: each becomes a named column.
const MOST_PIXELS: usize = 1 << 24;

fn image_size(images: &Array) -> Result<Image, Error> {
    let image = match images.dims[..] {
        [_, height, width] => Image { height, width },
        [_, width] => Image { height: 1, width },
        _ => return Err(Error::IdxRank { what: "images", expected: "2 or 3", got: images.dims.clone() }),
    };
    match image.height.checked_mul(image.width) {
        Some(pixels) if (1..=MOST_PIXELS).contains(&pixels) => Ok(image),
        _ => Err(Error::Setting {
            name: "image size",
            expected: "1 to 16777216 pixels",
            got: format!("{} x {}", image.height, image.width),
        }),
    }
}

fn bytes(what: &'static str, array: Array) -> Result<Vec<u8>, Error> {
    match array.values {
        Values::Bytes(bytes) => Ok(bytes),
        Values::Numbers(_) => Err(not_bytes(what)),
    }
}

fn not_bytes(what: &'static str) -> Error {
    Error::IdxNotBytes { what, got: "numbers of more than one byte, or signed ones" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(dims: &[usize], bytes: &[u8]) -> Array {
        Array { dims: dims.to_vec(), values: Values::Bytes(bytes.to_vec()) }
    }

    fn message(images: Array, labels: Array) -> String {
        dataset("t", images, labels, &["zero".into(), "one".into()]).unwrap_err().to_string()
    }

    #[test]
    fn counts_that_differ_are_both_shown() {
        insta::assert_snapshot!(message(array(&[2, 1, 1], &[1, 2]), array(&[1], &[0])), @"images and labels: the counts differ; expected as many labels as images, got 2 images and 1 labels");
    }

    #[test]
    fn a_label_without_a_class_is_shown_with_its_index() {
        insta::assert_snapshot!(message(array(&[2, 1], &[1, 2]), array(&[2], &[0, 2])), @"row 1: label out of range; expected a class below 2, got 2");
    }

    #[test]
    fn arrays_of_another_kind_are_refused() {
        insta::assert_snapshot!(message(array(&[2], &[1, 2]), array(&[2], &[0, 1])), @"images: wrong number of dimensions; expected 2 or 3, got [2]");
        insta::assert_snapshot!(message(array(&[2, 1], &[1, 2]), array(&[2, 1], &[0, 1])), @"labels: wrong number of dimensions; expected 1, got [2, 1]");
        let numbers = Array { dims: vec![1, 1], values: Values::Numbers(vec![1.0]) };
        insta::assert_snapshot!(message(numbers, array(&[1], &[0])), @"images: wrong element type; expected unsigned bytes (08), got numbers of more than one byte, or signed ones");
        insta::assert_snapshot!(message(array(&[1, 0], &[]), array(&[1], &[0])), @"`image size`: out of range; expected 1 to 16777216 pixels, got 1 x 0");
    }

    #[test]
    fn an_image_remembers_its_size() {
        let table =
            dataset("t", array(&[1, 2, 3], &[0; 6]), array(&[1], &[1]), &["a".into(), "b".into()]).unwrap();
        assert_eq!(table.image(), Some(Image { height: 2, width: 3 }));
        assert_eq!(table.feature_names()[5], "pixel_1_2");
    }
}
