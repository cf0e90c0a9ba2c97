//! Named arrays as the bytes of an `.npz` file, which `numpy.load` opens.
//!
//! An `.npz` file is a zip archive whose members are called `NAME.npy`, each an array in numpy's own format. The members
//! are stored and not packed: weights are nearly random bits, which do not shrink. All dates are those of the first day
//! that the format knows, so the same arrays give the same bytes.
//!
//! Must not know: networks, files on a disk.

mod array;
mod zip;

pub use array::NpyArray;

use std::collections::BTreeSet;

use crate::Error;

/// The bytes of an `.npz` file with these arrays, in their order.
///
/// # Errors
///
/// [`Error::DuplicateName`] if two arrays have one name, [`Error::ValueCount`] if the values of one do not fill its shape,
/// [`Error::Archive`] if the archive would be 4 GiB or more, or a name longer than 65,535 bytes.
///
/// # Examples
///
/// ```
/// use chainrule_files::{NpyArray, Values, npz};
///
/// let weight = NpyArray::numbers("layer1.weight", &[1, 2], &Values::F32(vec![0.5, -1.0]))?;
/// let bytes = npz(&[weight, NpyArray::text("record", "{}")])?;
/// assert!(bytes.starts_with(b"PK\x03\x04"));
/// # Ok::<(), chainrule_files::Error>(())
/// ```
///
/// Source: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>
pub fn npz(arrays: &[NpyArray]) -> Result<Vec<u8>, Error> {
    let mut names = BTreeSet::new();
    if let Some(twice) = arrays.iter().find(|array| !names.insert(&array.name)) {
        return Err(Error::DuplicateName { name: twice.name.clone() });
    }
    let mut archive = zip::Archive::default();
    for array in arrays {
        archive.add(&format!("{}.npy", array.name), &array.bytes)?;
    }
    archive.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Values;

    #[test]
    fn a_name_stands_once() {
        let array = NpyArray::text("a", "x");
        let error = npz(&[array.clone(), array]).unwrap_err();
        assert_eq!(error.to_string(), "model file: the name `a` occurs twice; expected each name once");
    }

    #[test]
    fn the_same_arrays_give_the_same_bytes_and_the_values_stand_as_they_are() {
        let values = Values::F64(vec![1.5, -0.0]);
        let array = NpyArray::numbers("w", &[2], &values).unwrap();
        let bytes = npz(std::slice::from_ref(&array)).unwrap();
        assert_eq!(bytes, npz(&[array]).unwrap());
        let stored: Vec<u8> = [1.5_f64, -0.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        assert!(bytes.windows(16).any(|window| window == stored));
    }
}
