//! Shapes: up to four dimensions, of which some may be the symbolic batch.
//!
//! A graph is built once and read with any number of rows, so the number of rows has no number in a [`Shape`]: it is
//! [`Dim::Batch`]. [`Shape::extents`] replaces it by a number. Must not know: operations, values.

use core::fmt;

use crate::Error;

/// The largest number of dimensions of a tensor.
pub const MAX_RANK: usize = 4;

/// One dimension of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    /// A number known when the graph is built.
    Fixed(usize),
    /// The number of examples, known when the graph is read.
    Batch,
}

impl From<usize> for Dim {
    fn from(size: usize) -> Self {
        Dim::Fixed(size)
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dim::Fixed(size) => size.fmt(f),
            Dim::Batch => f.write_str("batch"),
        }
    }
}

/// The dimensions of a tensor, outermost first (row-major), such as `[batch, 784]`.
///
/// ```
/// use chainrule_engine::{Dim, Shape};
/// let shape = Shape::rows(784);
/// assert_eq!(shape.to_string(), "[batch, 784]");
/// assert_eq!(shape.elements(32), 32 * 784);
/// assert_eq!(Shape::from([3, 4]).dims(), [Dim::Fixed(3), Dim::Fixed(4)]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    rank: u8,
    dims: [Dim; MAX_RANK],
}

impl Shape {
    /// The shape of a single number: `[]`.
    pub const SCALAR: Shape = Shape { rank: 0, dims: [Dim::Fixed(1); MAX_RANK] };

    /// `[batch]`: one number for each example.
    pub const BATCH: Shape =
        Shape { rank: 1, dims: [Dim::Batch, Dim::Fixed(1), Dim::Fixed(1), Dim::Fixed(1)] };

    /// A shape from its dimensions.
    ///
    /// # Errors
    /// [`Error::Rank`] for more than four dimensions.
    pub fn new(dims: &[Dim]) -> Result<Self, Error> {
        if dims.len() > MAX_RANK {
            return Err(Error::Rank { got: dims.len() });
        }
        let mut shape = Shape { rank: dims.len() as u8, ..Self::SCALAR };
        shape.dims[..dims.len()].copy_from_slice(dims);
        Ok(shape)
    }

    /// `[batch, width]`: one row of `width` numbers for each example.
    pub fn rows(width: usize) -> Self {
        let [batch, width, one] = [Dim::Batch, Dim::Fixed(width), Dim::Fixed(1)];
        Shape { rank: 2, dims: [batch, width, one, one] }
    }

    /// The dimensions, outermost first.
    pub fn dims(&self) -> &[Dim] {
        &self.dims[..self.rank()]
    }

    /// The number of dimensions, 0 to 4.
    pub fn rank(&self) -> usize {
        usize::from(self.rank)
    }

    /// Whether this is `[]`.
    pub fn is_scalar(&self) -> bool {
        self.rank == 0
    }

    /// The last dimension; `None` for a scalar.
    pub fn last(&self) -> Option<Dim> {
        self.dims().last().copied()
    }

    /// Whether some dimension is the batch.
    pub fn has_batch(&self) -> bool {
        self.dims().contains(&Dim::Batch)
    }

    /// The concrete sizes for `batch` examples.
    #[inline]
    pub fn extents(&self, batch: usize) -> Extents {
        // All four without a branch on the rank: dimensions that a shape does not have are `Fixed(1)`.
        let sizes = self.dims.map(|dim| match dim {
            Dim::Fixed(fixed) => fixed,
            Dim::Batch => batch,
        });
        Extents { rank: self.rank, sizes }
    }

    /// The number of elements for `batch` examples; saturates instead of overflowing.
    pub fn elements(&self, batch: usize) -> usize {
        self.extents(batch).elements()
    }

    /// The shape without the dimensions in `axes`, in their order.
    pub fn without(&self, axes: Axes) -> Self {
        let mut kept = Self::SCALAR;
        for (axis, dim) in self.dims().iter().enumerate() {
            if !axes.contains(axis) {
                kept.dims[kept.rank()] = *dim;
                kept.rank += 1;
            }
        }
        kept
    }

    /// The same shape with dimension `axis` replaced.
    pub(crate) fn with(mut self, axis: usize, dim: Dim) -> Self {
        self.dims[axis] = dim;
        self
    }

    /// The product of the fixed dimensions and how many dimensions are the batch.
    pub(crate) fn volume(&self) -> (usize, usize) {
        let batches = self.dims().iter().filter(|dim| **dim == Dim::Batch).count();
        (self.elements(1), batches)
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    /// A shape of fixed dimensions; more than four is a compile-time error.
    fn from(sizes: [usize; N]) -> Self {
        const { assert!(N <= MAX_RANK, "a shape has at most four dimensions") };
        let mut shape = Shape { rank: N as u8, ..Self::SCALAR };
        for (dim, size) in shape.dims.iter_mut().zip(sizes) {
            *dim = Dim::Fixed(size);
        }
        shape
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (axis, dim) in self.dims().iter().enumerate() {
            if axis > 0 {
                f.write_str(", ")?;
            }
            dim.fmt(f)?;
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The concrete sizes of a tensor: a [`Shape`] whose batch is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extents {
    rank: u8,
    sizes: [usize; MAX_RANK],
}

impl Extents {
    /// The sizes, outermost first.
    #[inline]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes[..usize::from(self.rank)]
    }

    /// The number of elements; saturates instead of overflowing.
    #[inline]
    pub fn elements(&self) -> usize {
        let [a, b, c, d] = self.sizes;
        a.saturating_mul(b).saturating_mul(c.saturating_mul(d))
    }

    /// Row-major strides, in elements.
    pub(crate) fn strides(&self) -> [usize; MAX_RANK] {
        let mut strides = [0; MAX_RANK];
        let mut stride = 1;
        for axis in (0..usize::from(self.rank)).rev() {
            strides[axis] = stride;
            stride *= self.sizes[axis];
        }
        strides
    }

    /// Sizes padded with ones to four dimensions.
    pub(crate) fn padded(&self) -> [usize; MAX_RANK] {
        self.sizes
    }
}

/// A set of axes, counted from the outermost, 0 to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Axes(u8);

impl Axes {
    /// The set of the given axes; axes above 3 are left out, since no shape has them.
    pub fn of(axes: &[usize]) -> Self {
        Axes(axes.iter().filter(|axis| **axis < MAX_RANK).fold(0, |bits, axis| bits | 1 << axis))
    }

    /// Every axis of a tensor of this rank.
    pub fn all(rank: usize) -> Self {
        Axes((1u8 << rank.min(MAX_RANK)) - 1)
    }

    /// Whether `axis` is in the set.
    pub fn contains(self, axis: usize) -> bool {
        axis < MAX_RANK && self.0 >> axis & 1 == 1
    }

    /// The axes in the set, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..MAX_RANK).filter(move |axis| self.contains(*axis))
    }

    /// The number of axes in the set.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the set has no axis.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Axes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axes: Vec<String> = self.iter().map(|axis| axis.to_string()).collect();
        write!(f, "[{}]", axes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Axes, Dim, Shape};

    #[test]
    fn removing_axes_keeps_the_order_of_the_rest() {
        let shape = Shape::new(&[Dim::Batch, 3.into(), 4.into()]).unwrap();
        assert_eq!(shape.without(Axes::of(&[1])).to_string(), "[batch, 4]");
        assert_eq!(shape.without(Axes::all(3)), Shape::SCALAR);
    }

    #[test]
    fn five_dimensions_are_refused() {
        assert!(Shape::new(&[Dim::Batch; 5]).is_err());
    }

    #[test]
    fn huge_shapes_saturate() {
        assert_eq!(Shape::from([usize::MAX, 2]).elements(1), usize::MAX);
    }
}
