//! `--npz FILE`: arrays by name, and the record.

use std::path::Path;

use chainrule_files::NpyArray;

use super::Product;
use crate::model::Model;

/// The name of the array that holds the record as JSON text.
const RECORD: &str = "record";

/// The tensors under their names, and under `record` what the model file says beside them.
///
/// # Errors
/// If the archive would be too large.
pub(super) fn product(model: &Model, path: &Path) -> anyhow::Result<Product> {
    let arrays = model.tensors().into_iter();
    let mut arrays: Vec<NpyArray> = arrays
        .map(|tensor| NpyArray::numbers(&tensor.name, &tensor.shape, &tensor.values))
        .collect::<Result<_, _>>()?;
    let count = arrays.len();
    arrays.push(NpyArray::text(RECORD, &serde_json::to_string(&model.record)?));
    let files = vec![(path.to_owned(), chainrule_files::npz(&arrays)?)];
    let note =
        format!("{count} arrays by name, and `{RECORD}`: network, preprocessing and training as a JSON text");
    Ok(Product { files, notes: vec![note] })
}
