//! The weights that a run starts from: those of a model or a checkpoint (`--weights FILE`), or random ones.

use std::fs;
use std::path::Path;

use anyhow::Context;
use chainrule::engine::Params;
use chainrule::{Network, Trainer};
use chainrule_files::{Error, Values, decode_checkpoint};

use crate::checkpoint;
use crate::failure::explain;
use crate::model::{Model, Stored};

/// The trainer with the weights of a file, if one is named.
///
/// # Errors
/// What is wrong with the file; weights of another network.
pub(super) fn start_from<'t, T: Stored>(
    trainer: Trainer<'t, T>,
    network: &Network,
    file: Option<&Path>,
) -> anyhow::Result<Trainer<'t, T>> {
    let Some(path) = file else { return Ok(trainer) };
    let place = || format!("--weights {}", path.display());
    let params = read(network, path).with_context(place)?;
    trainer.with_params(params).map_err(explain).with_context(place)
}

fn read<T: Stored>(network: &Network, path: &Path) -> anyhow::Result<Params<T>> {
    let bytes = fs::read(path)?;
    match chainrule_files::decode(&bytes) {
        Ok(file) => Ok(Model::from_file(file)?.weights.to_f64().convert()),
        Err(Error::IsCheckpoint) => of_checkpoint(network, &bytes),
        Err(error) => Err(error.into()),
    }
}

/// The weights after the last step of a run, in this precision whatever its own was.
fn of_checkpoint<T: Stored>(network: &Network, bytes: &[u8]) -> anyhow::Result<Params<T>> {
    let file = decode_checkpoint(bytes)?;
    let layout = network.layout()?;
    match file.best {
        Values::F32(_) => {
            with_values::<f32>(checkpoint::parameters(&file, &layout)?, layout).map(|it| it.convert())
        }
        Values::F64(_) => {
            with_values::<f64>(checkpoint::parameters(&file, &layout)?, layout).map(|it| it.convert())
        }
    }
}

fn with_values<T: Stored>(values: Vec<T>, layout: chainrule::engine::Layout) -> anyhow::Result<Params<T>> {
    let mut params = Params::zeros(layout);
    params.values_mut().copy_from_slice(&values);
    Ok(params)
}
