//! Arrays of `f64`: what the slow readers compute with and what a user looks at.

use core::fmt;

use crate::{Extents, Shape};

/// A row-major array of `f64` with concrete sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    extents: Extents,
    values: Vec<f64>,
}

impl Array {
    /// An array from its sizes and row-major values; `None` if there are more or fewer values than the sizes say.
    ///
    /// ```
    /// use chainrule_engine::Array;
    /// let matrix = Array::new([2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    /// assert_eq!(matrix.sizes(), [2, 3]);
    /// assert!(Array::new([2, 3], &[1.0]).is_none());
    /// ```
    pub fn new<const N: usize>(sizes: [usize; N], values: &[f64]) -> Option<Self> {
        let extents = Shape::from(sizes).extents(0);
        (extents.elements() == values.len()).then(|| Array { extents, values: values.to_vec() })
    }

    /// The array whose element at each index is `value(index)`; an index has four places, unused ones are 0.
    pub(crate) fn from_fn(extents: Extents, mut value: impl FnMut([usize; 4]) -> f64) -> Self {
        let values = indices(extents).map(&mut value).collect();
        Array { extents, values }
    }

    /// An array of the given sizes from values known to be as many.
    pub(crate) fn from_parts(extents: Extents, values: Vec<f64>) -> Self {
        debug_assert_eq!(extents.elements(), values.len());
        Array { extents, values }
    }

    /// The sizes, outermost first.
    pub fn sizes(&self) -> &[usize] {
        self.extents.sizes()
    }

    /// The sizes as one value.
    pub fn extents(&self) -> Extents {
        self.extents
    }

    /// The elements, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The elements, row-major, giving up the array.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// The element at an index of four places, of which the unused are 0.
    pub(crate) fn at(&self, index: [usize; 4]) -> f64 {
        self.values[self.offset(index)]
    }

    /// The element at an index of four places, of which the unused are 0.
    pub(crate) fn at_mut(&mut self, index: [usize; 4]) -> &mut f64 {
        let offset = self.offset(index);
        &mut self.values[offset]
    }

    fn offset(&self, index: [usize; 4]) -> usize {
        index.iter().zip(self.extents.strides()).map(|(place, stride)| place * stride).sum()
    }
}

/// Every index of an array of these sizes, row-major.
pub(crate) fn indices(extents: Extents) -> impl Iterator<Item = [usize; 4]> {
    let [_, b, c, d] = extents.padded();
    (0..extents.elements()).map(move |flat| [flat / (b * c * d), flat / (c * d) % b, flat / d % c, flat % d])
}

impl fmt::Display for Array {
    /// Matrices row by row, everything else as one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.sizes().last().copied().unwrap_or(1).max(1);
        for (number, row) in self.values.chunks(width).enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            let shown: Vec<String> = row.iter().map(ToString::to_string).collect();
            write!(f, "{separator}[{}]", shown.join(", "))?;
        }
        Ok(())
    }
}
