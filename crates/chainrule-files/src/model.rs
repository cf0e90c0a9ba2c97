//! The content of a model file: its record and its tensors.
//!
//! Must not know: bytes.

use crate::{Error, ModelRecord, Tensor};

/// A model as a file holds it: what the network is, and its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFile {
    /// Network, preprocessing, target and training.
    pub record: ModelRecord,
    /// The tensors, each name once. [`decode`](crate::decode) gives them in the order of their names.
    pub tensors: Vec<Tensor>,
}

impl ModelFile {
    /// The tensor called `name`, if the file has it.
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// Checks that the file has exactly the `expected` tensors, given as names and shapes in any order.
    ///
    /// # Errors
    ///
    /// [`Error::TensorList`] if tensors are missing or extra, [`Error::TensorShape`] for the first one of another shape.
    ///
    /// # Examples
    ///
    /// ```
    /// # use chainrule_files::{ModelFile, ModelRecord, Task, Tensor, Values};
    /// # let record = ModelRecord::new("identity:2,sigmoid:1", Task::Binary, "binary_cross_entropy");
    /// let weight = Tensor::new("0.weight", &[1, 2], Values::F32(vec![1.0, 2.0]));
    /// let model = ModelFile { record, tensors: vec![weight] };
    /// let error = model.expect_tensors(&[("0.weight", &[1, 2]), ("0.bias", &[1])]).unwrap_err();
    /// assert_eq!(error.to_string(), "model file: its tensors are not those of its network; missing `0.bias`");
    /// ```
    pub fn expect_tensors(&self, expected: &[(&str, &[usize])]) -> Result<(), Error> {
        let missing = expected.iter().filter(|(name, _)| self.tensor(name).is_none());
        let missing: Vec<String> = missing.map(|(name, _)| (*name).to_owned()).collect();
        let is_extra = |tensor: &&Tensor| !expected.iter().any(|(name, _)| *name == tensor.name);
        let extra: Vec<String> = self.tensors.iter().filter(is_extra).map(|t| t.name.clone()).collect();
        if !missing.is_empty() || !extra.is_empty() {
            return Err(Error::TensorList { missing, extra });
        }
        expected.iter().try_for_each(|(name, shape)| self.expect_shape(name, shape))
    }

    fn expect_shape(&self, name: &str, expected: &[usize]) -> Result<(), Error> {
        match self.tensor(name) {
            Some(tensor) if tensor.shape != expected => Err(Error::TensorShape {
                name: name.to_owned(),
                expected: expected.to_vec(),
                got: tensor.shape.clone(),
            }),
            _ => Ok(()),
        }
    }
}
