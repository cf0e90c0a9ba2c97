//! The bytes of a file to a checkpoint.

use super::entry::{self, CHECKPOINT_KEY};
use super::file::{HISTORY_COLUMNS, refuse};
use super::{CheckpointFile, CheckpointRecord};
use crate::decode::Container;
use crate::{Error, NonFinite, Tensor, Values};

/// What stands before the names of the weights.
const WEIGHTS: &str = "weights.";

/// The checkpoint in the bytes of a file.
///
/// Never panics; memory grows with the bytes that are there, as in [`decode`](crate::decode()).
///
/// # Errors
///
/// Says which byte, tensor or field is not as it should be; refuses models and files of other programs, newer formats, a
/// wrong checksum, a file that was cut short, and NaN or an infinity among the weights.
///
/// # Examples
///
/// ```
/// let error = chainrule_files::decode_checkpoint(&[1, 2, 3]).unwrap_err();
/// assert_eq!(error.to_string(), "model file: too short; expected at least 8 bytes, got 3");
/// ```
pub fn decode_checkpoint(bytes: &[u8]) -> Result<CheckpointFile, Error> {
    read(bytes).map_err(of_checkpoint)
}

/// The way out is another one than for a model: there is a previous checkpoint.
fn of_checkpoint(error: Error) -> Error {
    match error {
        Error::Checksum { expected, got } => Error::CheckpointChecksum { expected, got },
        Error::RangeBeyondFile { name, end, available } => Error::CheckpointCutShort { name, end, available },
        other => other,
    }
}

fn read(bytes: &[u8]) -> Result<CheckpointFile, Error> {
    let container = Container::open(bytes, CHECKPOINT_KEY)?;
    let sealed = container.sealed()?;
    let record = entry::read(&container.text, &sealed)?;
    let tensors = sealed.iter().map(|tensor| tensor.read(NonFinite::Allow)).collect::<Result<Vec<_>, _>>()?;
    check_finite(&tensors)?;
    let checkpoint = sort(record, tensors)?;
    checkpoint.check()?;
    Ok(checkpoint)
}

/// Refuses weights that are no numbers; the optimizer's memory and the history may hold any.
pub(super) fn check_finite(tensors: &[Tensor]) -> Result<(), Error> {
    let is_weight = |tensor: &&Tensor| tensor.name.starts_with(WEIGHTS) || tensor.name == "best";
    tensors.iter().filter(is_weight).try_for_each(|tensor| tensor.check(NonFinite::Refuse))
}

/// Tells the parts apart by their names.
fn sort(record: CheckpointRecord, tensors: Vec<Tensor>) -> Result<CheckpointFile, Error> {
    let (mut weights, mut best, mut average) = (Vec::new(), None, None);
    let (mut optimizer, mut history) = (None, Vec::new());
    for tensor in tensors {
        if let Some(name) = tensor.name.strip_prefix(WEIGHTS) {
            weights.push(Tensor { name: name.to_owned(), ..tensor });
            continue;
        }
        match (tensor.name.as_str(), tensor.values) {
            ("best", values) => best = Some(values),
            ("average", values) => average = Some(values),
            ("optimizer", values) => optimizer = Some(values),
            ("history", Values::F64(values)) if tensor.shape.get(1) == Some(&HISTORY_COLUMNS.len()) => {
                history = values;
            }
            (other, _) => return refuse(other, "is no part of a checkpoint"),
        }
    }
    weights.sort_by(|a, b| a.name.cmp(&b.name));
    let Some(best) = best else { return refuse("best", "is missing") };
    let optimizer = optimizer.unwrap_or_else(|| match best {
        Values::F32(_) => Values::F32(Vec::new()),
        Values::F64(_) => Values::F64(Vec::new()),
    });
    Ok(CheckpointFile { record, weights, best, average, optimizer, history })
}
