//! A model to the bytes of a file.

use safetensors::tensor::TensorView;

use crate::entry::{self, METADATA_KEY, Sealed};
use crate::limits::{MAX_HEADER_BYTES, MAX_TENSORS};
use crate::tensor::dtype;
use crate::{Error, ModelFile, NonFinite, Tensor, Values};

/// The bytes of a model file: the same for the same model, whatever the order of its tensors.
///
/// # Errors
///
/// A name that is not allowed or occurs twice, a shape that its values do not fill, a record whose fields disagree, NaN
/// or an infinity anywhere, and a model beyond the limits ([`MAX_TENSORS`], [`MAX_HEADER_BYTES`]).
///
/// # Examples
///
/// ```
/// use chainrule_files::{ModelFile, ModelRecord, Task, Tensor, Values, encode};
///
/// let record = ModelRecord::new("identity:1,identity:1", Task::Regression, "squared_error");
/// let tensors = vec![Tensor::new("0.weight", &[1, 1], Values::F64(vec![f64::NAN]))];
/// let error = encode(&ModelFile { record, tensors }).unwrap_err();
/// assert!(error.to_string().starts_with("tensor `0.weight`: the value at 0 is NaN; expected finite numbers"));
/// ```
pub fn encode(model: &ModelFile) -> Result<Vec<u8>, Error> {
    encode_with(model, NonFinite::Refuse)
}

/// Like [`encode`], with a choice about NaN and infinities among the tensors; the record never holds them.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_with(model: &ModelFile, non_finite: NonFinite) -> Result<Vec<u8>, Error> {
    model.record.check()?;
    check_tensors(&model.tensors, non_finite)?;
    container(&model.tensors, METADATA_KEY, |sealed| entry::write(&model.record, sealed))
}

/// The bytes of a file of checked tensors, with an entry in its metadata that is written when they are sealed.
pub(crate) fn container(
    tensors: &[Tensor],
    key: &str,
    entry: impl FnOnce(&[Sealed]) -> Result<String, Error>,
) -> Result<Vec<u8>, Error> {
    let tensors = in_file_order(tensors);
    let data: Vec<Vec<u8>> = tensors.iter().map(|tensor| tensor.values.to_bytes()).collect();
    let sealed: Vec<Sealed> = tensors.iter().zip(&data).map(|(tensor, bytes)| seal(tensor, bytes)).collect();
    let metadata = [(key.to_owned(), entry(&sealed)?)].into_iter().collect();
    let as_error = |source| Error::Container { source };
    let mut views = Vec::with_capacity(tensors.len());
    for (tensor, bytes) in tensors.iter().zip(&data) {
        let view = TensorView::new(dtype(&tensor.values), tensor.shape.clone(), bytes).map_err(as_error)?;
        views.push((tensor.name.as_str(), view));
    }
    let file = safetensors::serialize(views, Some(metadata)).map_err(as_error)?;
    check_header_length(file)
}

/// Checks every tensor, and that each name occurs once.
pub(crate) fn check_tensors(tensors: &[Tensor], non_finite: NonFinite) -> Result<(), Error> {
    if tensors.len() > MAX_TENSORS {
        return Err(Error::TooManyTensors);
    }
    tensors.iter().try_for_each(|tensor| tensor.check(non_finite))?;
    let mut names: Vec<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::DuplicateName { name: pair[0].to_owned() }),
        None => Ok(()),
    }
}

/// The order in which the library lays the tensors out: wider types first, then by name.
fn in_file_order(tensors: &[Tensor]) -> Vec<&Tensor> {
    let mut sorted: Vec<&Tensor> = tensors.iter().collect();
    sorted.sort_by(|a, b| dtype(&b.values).cmp(&dtype(&a.values)).then(a.name.cmp(&b.name)));
    sorted
}

fn seal<'a>(tensor: &'a Tensor, bytes: &'a [u8]) -> Sealed<'a> {
    let dtype = match tensor.values {
        Values::F32(_) => "F32",
        Values::F64(_) => "F64",
    };
    Sealed { name: &tensor.name, dtype, shape: &tensor.shape, bytes, frozen: !tensor.trainable }
}

/// Gives `file` back unless its header is too long for our reader.
fn check_header_length(file: Vec<u8>) -> Result<Vec<u8>, Error> {
    let declared = file.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
    if declared > MAX_HEADER_BYTES {
        return Err(Error::HeaderTooLong { declared });
    }
    Ok(file)
}
