//! `--c FILE.h`: a C99 header.

use std::path::Path;

use chainrule_files as files;
use clap::ValueEnum;

use super::{Product, standalone};
use crate::model::{Model, Weights};

/// The type that the C header computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CType {
    /// 32 bits
    Float,
    /// 64 bits
    Double,
}

/// The header, in the precision of the model where none is asked for.
///
/// # Errors
/// If a layer or a name has no form in C.
pub(super) fn product(model: &Model, path: &Path, kind: Option<CType>) -> anyhow::Result<Product> {
    let kind = match (kind, &model.weights) {
        (Some(CType::Float), _) | (None, Weights::F32(_)) => files::CType::Float,
        (Some(CType::Double), _) | (None, Weights::F64(_)) => files::CType::Double,
    };
    let model = standalone::of_model(model, path)?;
    let text = files::c_header(&model, kind)?;
    let note = format!("call {}_predict(x, y); the head of the file says how", model.identifier());
    Ok(Product { files: vec![(path.to_owned(), text.into_bytes())], notes: vec![note] })
}
