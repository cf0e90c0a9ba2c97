//! Whether the declared tensors tile the bytes that follow the header.
//!
//! The safetensors library checks most of this as well, but names neither the tensor nor the numbers, and adds up
//! declared sizes without a check for overflow. Everything here happens before anything is allocated.

use crate::Error;
use crate::header::Declared;
use crate::tensor::count_elements;

/// Checks type, shape and range of each tensor of a file with `available` bytes after the header.
///
/// Sorts `tensors` by their place in the file.
///
/// # Errors
///
/// The first tensor whose declaration does not hold.
pub(crate) fn check(tensors: &mut [Declared], available: usize) -> Result<(), Error> {
    check_with(tensors, available, |dtype| match dtype {
        "F32" => Some(size_of::<f32>()),
        "F64" => Some(size_of::<f64>()),
        _ => None,
    })
}

/// The same for other types of numbers: `width` gives the bytes of one, if the type may occur.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn check_with(
    tensors: &mut [Declared],
    available: usize,
    width: fn(&str) -> Option<usize>,
) -> Result<(), Error> {
    tensors.sort_by_key(|tensor| tensor.data_offsets);
    let mut expected = 0;
    for tensor in tensors.iter() {
        check_range(tensor, expected, available)?;
        check_size(tensor, width)?;
        expected = tensor.data_offsets.1;
    }
    if expected != available {
        return Err(Error::TrailingBytes { expected, got: available });
    }
    Ok(())
}

fn check_range(tensor: &Declared, expected: usize, available: usize) -> Result<(), Error> {
    let name = tensor.name.clone();
    let (begin, end) = tensor.data_offsets;
    if end < begin {
        Err(Error::RangeReversed { name, begin, end })
    } else if end > available {
        Err(Error::RangeBeyondFile { name, end, available })
    } else if begin < expected {
        Err(Error::RangeOverlap { name, expected, begin })
    } else if begin > expected {
        Err(Error::RangeHole { name, expected, begin })
    } else {
        Ok(())
    }
}

fn check_size(tensor: &Declared, width: fn(&str) -> Option<usize>) -> Result<(), Error> {
    let Declared { name, dtype, shape, data_offsets: (begin, end) } = tensor;
    let unknown = || Error::Dtype { name: name.clone(), dtype: short(dtype) };
    let width = width(dtype).ok_or_else(unknown)?;
    let elements = count_elements(name, shape)?;
    let expected = elements
        .checked_mul(width)
        .ok_or_else(|| Error::ShapeOverflow { name: name.clone(), shape: shape.clone() })?;
    if expected != end - begin {
        let (name, dtype, shape) = (name.clone(), dtype.clone(), shape.clone());
        return Err(Error::ByteLength { name, dtype, shape, expected, got: end - begin });
    }
    Ok(())
}

/// The start of a text of unknown origin, fit for a message.
fn short(text: &str) -> String {
    text.chars().take(20).collect::<String>().escape_debug().to_string()
}
