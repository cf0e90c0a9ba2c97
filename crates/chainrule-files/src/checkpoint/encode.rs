//! A checkpoint to the bytes of a file.

use super::entry::{self, CHECKPOINT_KEY};
use super::file::HISTORY_COLUMNS;
use super::{CheckpointFile, decode};
use crate::encode::{check_tensors, container};
use crate::{Error, NonFinite, Tensor, Values};

/// The bytes of a checkpoint: the same for the same run at the same moment.
///
/// # Errors
///
/// Parts that do not fit each other, names that are not allowed, weights that are not finite.
///
/// # Examples
///
/// ```
/// use chainrule_files::{CheckpointFile, CheckpointRecord, Tensor, Values, decode_checkpoint, encode_checkpoint};
///
/// let record = CheckpointRecord { network: "identity:1,identity:1".into(), ..CheckpointRecord::default() };
/// let checkpoint = CheckpointFile {
///     record,
///     weights: vec![Tensor::new("layer1.weight", &[1, 1], Values::F32(vec![0.5]))],
///     best: Values::F32(vec![0.25]),
///     average: None,
///     optimizer: Values::F32(vec![0.1, 0.2]),
///     history: vec![],
/// };
/// assert_eq!(decode_checkpoint(&encode_checkpoint(&checkpoint)?)?, checkpoint);
/// # Ok::<(), chainrule_files::Error>(())
/// ```
pub fn encode_checkpoint(checkpoint: &CheckpointFile) -> Result<Vec<u8>, Error> {
    checkpoint.check()?;
    let tensors = tensors(checkpoint);
    check_tensors(&tensors, NonFinite::Allow)?;
    decode::check_finite(&tensors)?;
    container(&tensors, CHECKPOINT_KEY, |sealed| entry::write(&checkpoint.record, sealed))
}

/// All parts as tensors, but those without elements.
fn tensors(checkpoint: &CheckpointFile) -> Vec<Tensor> {
    let CheckpointFile { weights, best, average, optimizer, history, .. } = checkpoint;
    let parameters = checkpoint.parameters();
    let named = |tensor: &Tensor| Tensor {
        name: format!("weights.{}", tensor.name),
        // Which tensors are trained is told by the network.
        trainable: true,
        ..tensor.clone()
    };
    let mut tensors: Vec<Tensor> = weights.iter().map(named).collect();
    tensors.push(Tensor::new("best", &[parameters], best.clone()));
    tensors.extend(average.iter().map(|values| Tensor::new("average", &[parameters], values.clone())));
    if !optimizer.is_empty() {
        let vectors = optimizer.len() / parameters;
        tensors.push(Tensor::new("optimizer", &[vectors, parameters], optimizer.clone()));
    }
    if !history.is_empty() {
        let epochs = history.len() / HISTORY_COLUMNS.len();
        tensors.push(Tensor::new("history", &[epochs, HISTORY_COLUMNS.len()], Values::F64(history.clone())));
    }
    tensors
}
