//! The columns of data as a trained network wants them.

use anyhow::Context;
use chainrule_data::csv::Layout;
use chainrule_data::nearest::nearest;
use chainrule_data::{Dataset, Error, Features, Target};

use super::Matched;
use crate::prepare::Raw;

/// The features of `layout` by name, and the target if the data have it.
pub(super) fn select(dataset: &Dataset, layout: &Layout, name: &str) -> anyhow::Result<Matched> {
    let target = target(dataset.target(), layout).with_context(|| name.to_owned())?;
    Ok(Matched { target, ..select_features(dataset, layout, name)? })
}

/// The features of `layout` by name.
pub(super) fn select_features(dataset: &Dataset, layout: &Layout, name: &str) -> anyhow::Result<Matched> {
    let features = if dataset.feature_names() == layout.features {
        dataset.features().clone()
    } else {
        by_name(dataset, layout).with_context(|| name.to_owned())?
    };
    let raw = Raw::Matrix { names: layout.features.clone(), features };
    Ok(Matched { raw, target: None, notes: Vec::new() })
}

fn by_name(dataset: &Dataset, layout: &Layout) -> Result<Features, Error> {
    let names = dataset.feature_names();
    let position = |wanted: &String| names.iter().position(|name| name == wanted);
    let missing: Vec<String> =
        layout.features.iter().filter(|name| position(name).is_none()).cloned().collect();
    if let Some(first) = missing.first() {
        let nearest = nearest(first, names.iter().map(String::as_str)).map(str::to_owned);
        return Err(Error::MissingColumns { missing, columns: names.to_vec(), nearest });
    }
    let columns: Vec<usize> = layout.features.iter().filter_map(position).collect();
    let rows = 0..dataset.rows();
    let width = dataset.width();
    match dataset.features() {
        Features::Real { values, .. } => {
            let picked = rows.flat_map(|row| columns.iter().map(move |column| values[row * width + column]));
            Features::real(columns.len(), picked.collect())
        }
        Features::Bytes { values, divisor, .. } => {
            let picked = rows.flat_map(|row| columns.iter().map(move |column| values[row * width + column]));
            Features::bytes(columns.len(), picked.collect(), *divisor)
        }
    }
}

/// The target as the model knows it; `None` if the data answer another question.
fn target(target: &Target, layout: &Layout) -> Result<Option<Target>, Error> {
    if target.columns() != layout.targets {
        return Ok(None);
    }
    match &layout.classes {
        Some(known) => target.clone().with_classes(known).map(Some),
        None => target.clone().into_values().map(Some),
    }
}
