//! Parameters: one flat buffer and a table of names.
//!
//! Gradients and each moment of an optimizer have the same layout, so an optimizer is a function over equally long
//! slices and a checkpoint is one write. Must not know: what a layer is, how parameters are trained.

use core::ops::Range;

use chainrule_kernels::{Real, Scalar};

use crate::{Error, Shape};

/// A named range of the flat buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The parameter's name, such as `hidden.weight`.
    pub name: String,
    /// Its shape; has no batch.
    pub shape: Shape,
    /// Its place in the buffer.
    pub range: Range<usize>,
    /// Whether an optimizer may change it (running statistics are not trainable).
    pub trainable: bool,
}

/// The table of names of a flat parameter buffer, in order of the ranges, which follow each other without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    entries: Vec<Entry>,
}

impl Layout {
    /// Adds a parameter at the end, or finds the one of this name.
    ///
    /// # Errors
    /// [`Error::ParameterShape`] if the name is taken by another shape.
    pub fn add(&mut self, name: &str, shape: Shape, trainable: bool) -> Result<&Entry, Error> {
        match self.entries.iter().position(|entry| entry.name == name) {
            Some(at) if self.entries[at].shape == shape => Ok(&self.entries[at]),
            Some(at) => {
                let expected = self.entries[at].shape;
                Err(Error::ParameterShape { name: name.into(), expected, got: shape })
            }
            None => {
                let start = self.len();
                let range = start..start.saturating_add(shape.elements(1));
                self.entries.push(Entry { name: name.into(), shape, range, trainable });
                Ok(&self.entries[self.entries.len() - 1])
            }
        }
    }

    /// The parameters in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The parameter of this name.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] with the names there are.
    pub fn get(&self, name: &str) -> Result<&Entry, Error> {
        self.entries.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.entries.iter().map(|entry| entry.name.as_str()).collect();
            Error::UnknownParameter { name: name.into(), known: known.join(", ") }
        })
    }

    /// The name of the parameter that holds element `position` of the buffer, and the element's place within it.
    pub fn locate(&self, position: usize) -> Option<(&Entry, usize)> {
        let entry = self.entries.iter().find(|entry| entry.range.contains(&position))?;
        Some((entry, position - entry.range.start))
    }

    /// The length of the buffer.
    pub fn len(&self) -> usize {
        self.entries.last().map_or(0, |entry| entry.range.end)
    }

    /// Whether there is no parameter.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of trainable elements.
    pub fn trainable(&self) -> usize {
        self.entries.iter().filter(|entry| entry.trainable).map(|entry| entry.range.len()).sum()
    }
}

/// A flat buffer of parameters with its table of names.
///
/// ```
/// use chainrule_engine::{Layout, Params};
/// let mut layout = Layout::default();
/// layout.add("weight", [2, 3].into(), true)?;
/// layout.add("bias", [2].into(), true)?;
/// let mut params = Params::<f32>::zeros(layout);
/// params.get_mut("bias")?.fill(1.0);
/// assert_eq!(params.values(), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Params<T> {
    layout: Layout,
    values: Vec<T>,
}

impl<T: Real> Params<T> {
    /// All parameters zero.
    pub fn zeros(layout: Layout) -> Self {
        let values = vec![T::ZERO; layout.len()];
        Params { layout, values }
    }

    /// The table of names.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The whole buffer.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The whole buffer, to be changed.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// One parameter by name.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`].
    pub fn get(&self, name: &str) -> Result<&[T], Error> {
        Ok(&self.values[self.layout.get(name)?.range.clone()])
    }

    /// One parameter by name, to be changed.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`].
    pub fn get_mut(&mut self, name: &str) -> Result<&mut [T], Error> {
        let range = self.layout.get(name)?.range.clone();
        Ok(&mut self.values[range])
    }

    /// The same parameters in another precision.
    pub fn convert<U: Real>(&self) -> Params<U>
    where
        T: Scalar,
    {
        let values = self.values.iter().map(|value| U::from_f64(value.to_f64())).collect();
        Params { layout: self.layout.clone(), values }
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn a_name_has_one_shape() {
        let mut layout = Layout::default();
        layout.add("w", [2, 2].into(), true).unwrap();
        assert_eq!(layout.add("w", [2, 2].into(), true).unwrap().range, 0..4);
        insta::assert_snapshot!(layout.add("w", [3].into(), true).unwrap_err(),
            @"parameter `w`: the name is taken by another shape; expected [2, 2], got [3]");
    }

    #[test]
    fn positions_are_found_by_name() {
        let mut layout = Layout::default();
        layout.add("w", [2, 2].into(), true).unwrap();
        layout.add("mean", [2].into(), false).unwrap();
        let (entry, place) = layout.locate(5).unwrap();
        assert_eq!((entry.name.as_str(), place), ("mean", 1));
        assert_eq!((layout.trainable(), layout.len()), (4, 6));
        assert!(layout.locate(6).is_none());
    }
}
